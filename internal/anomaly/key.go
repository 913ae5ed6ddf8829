package anomaly

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/entitlement"
)

// place is an authorization system.
type place struct {
	cloud  entitlement.Cloud
	system entitlement.SystemID
}

// key is what is done for the first time.
type key struct {
	place
	identity entitlement.IdentityID
	value    string // Resource or action; "" where the identity alone counts.
}

// String is the key in the state. No part has the separator: it is a control
// character, and what does is a key like any other.
func (k key) String() string {
	return strings.Join([]string{string(k.cloud), string(k.system), string(k.identity), k.value}, "\x1f")
}

// columns returns the columns that hold the value of the kind's keys: that of
// one value and that of several.
func (k Kind) columns() (one, several string) {
	switch k {
	case Resource:
		return string(query.Resource), row.Resources
	case Action:
		return string(query.Action), row.Actions
	case Identity:
	}
	return "", ""
}

// pipes prepare the columns: objects of S3 and of Cloud Storage become their
// bucket, so that groups are no more than there are buckets.
func (k Kind) pipes() string {
	if k != Resource {
		return ""
	}
	const (
		one     = `"(?s)^(arn:[^:]*:s3:::[^/]+)/.*$"`
		several = `"(arn:[^:\"]*:s3:::[^/\"\\\\]+)/(?:[^\"\\\\]|\\\\.)*"` // Elements of a JSON array.
	)
	const (
		oneGCP     = `"(?s)^(//storage\\.googleapis\\.com/[^/]+)/.*$"`
		severalGCP = `"\"(//storage\\.googleapis\\.com/[^/\"\\\\]+)/(?:[^\"\\\\]|\\\\.)*"`
	)
	return `replace_regexp if (resource:"s3") (` + one + `, "$1") at resource | ` +
		`replace_regexp if (resources:"s3") (` + several + `, "$1") at resources | ` +
		`replace_regexp if (resource:"storage.googleapis.com") (` + oneGCP + `, "$1") at resource | ` +
		`replace_regexp if (resources:"storage.googleapis.com") (` + severalGCP + `, "\"$1") at resources | `
}

// container returns what a resource counts as: see pipes. Ids of Azure come in
// any case and are one in small letters.
func container(id entitlement.ResourceID) string {
	const storage, subscriptions = "//storage.googleapis.com/", "/subscriptions/"
	if rest, ok := strings.CutPrefix(string(id), storage); ok {
		bucket, _, _ := strings.Cut(rest, "/")
		return storage + bucket
	}
	if len(id) >= len(subscriptions) && strings.EqualFold(string(id[:len(subscriptions)]), subscriptions) {
		return strings.ToLower(string(id))
	}
	parts := strings.SplitN(string(id), ":", 6)
	if len(parts) == 6 && parts[0] == "arn" && parts[2] == "s3" && parts[3] == "" && parts[4] == "" {
		bucket, _, _ := strings.Cut(parts[5], "/")
		if bucket != "" {
			return strings.Join(parts[:5], ":") + ":" + bucket
		}
	}
	return string(id)
}

// by returns the columns that events are grouped by.
func (k Kind) by() string {
	by := "cloud, system, identity"
	if one, several := k.columns(); one != "" {
		by += ", " + one + ", " + several
	}
	return by
}

func placeOf(r auditlog.Row) place {
	return place{
		cloud:  entitlement.Cloud(strings.Clone(r.Get(string(query.Cloud)))),
		system: entitlement.SystemID(strings.Clone(r.Get(string(query.System)))),
	}
}

// keys hands on the keys of a group of events.
func (k Kind) keys(r auditlog.Row, f func(key)) error {
	c := key{
		place:    placeOf(r),
		identity: entitlement.IdentityID(strings.Clone(r.Get(string(query.Identity)))),
	}
	if k == Identity {
		f(c)
		return nil
	}
	values, err := k.values(r)
	seen := make([]string, 0, len(values))
	for _, v := range values {
		if k == Resource {
			v = container(entitlement.ResourceID(v))
		}
		if v == "" || slices.Contains(seen, v) {
			continue
		}
		seen = append(seen, v)
		c.value = v
		f(c)
	}
	return err
}

// values returns the resources or actions of a row.
func (k Kind) values(r auditlog.Row) ([]string, error) {
	one, several := k.columns()
	text := r.Get(several)
	if text == "" {
		return []string{strings.Clone(r.Get(one))}, nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("column %s: %w", several, err)
	}
	return list, nil
}
