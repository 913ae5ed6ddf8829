package azure

import (
	"fmt"
	"strings"
	"time"
)

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// derived is what attributes follow from.
type derived struct {
	resource string
	at       time.Time
}

// derive gives attributes that follow from the request itself: the time where
// the request says it, and the names of the resource and of those that it is
// in. See
// https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-attributes.
func (d *derived) derive(key string) (string, bool) {
	if key == "environment[utcnow]" {
		return d.at.UTC().Format(time.RFC3339Nano), !d.at.IsZero()
	}
	inner, ok := strings.CutPrefix(key, "resource[")
	if !ok {
		return "", false
	}
	inner = strings.TrimSuffix(inner, "]")
	i := strings.LastIndexByte(inner, ':')
	if i < 0 {
		return "", false
	}
	switch typ, attribute := inner[:i], inner[i+1:]; {
	case attribute == "name":
		return nameIn(d.resource, typ, false)
	case attribute == "path" && typ == blobType:
		return nameIn(d.resource, typ, true)
	}
	return "", false
}

const blobType = "microsoft.storage/storageaccounts/blobservices/containers/blobs"

// nameIn returns the name that a resource id has for a type, as it is written:
// of ".../Microsoft.Storage/storageAccounts/a/…" that of
// "microsoft.storage/storageaccounts" is "a". The rest of the id is the name of
// a blob, which may hold slashes.
func nameIn(id, typ string, rest bool) (string, bool) {
	at := strings.LastIndex(lower(id), "/providers/")
	if at < 0 || len(lower(id)) != len(id) {
		return "", false
	}
	tail := id[at+len("/providers/"):]
	want, typ, _ := strings.Cut(typ, "/")
	provider, tail, _ := strings.Cut(tail, "/")
	if !strings.EqualFold(provider, want) {
		return "", false
	}
	for tail != "" {
		var segment, name string
		segment, tail, _ = strings.Cut(tail, "/")
		want, typ, _ = strings.Cut(typ, "/")
		if !strings.EqualFold(segment, want) {
			return "", false
		}
		if typ == "" && rest {
			return tail, tail != ""
		}
		name, tail, _ = strings.Cut(tail, "/")
		if typ == "" {
			return name, name != ""
		}
	}
	return "", false
}
