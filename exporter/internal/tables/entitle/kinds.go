package entitle

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// kinds tells the types of resources from their ids; on AWS from their ARNs, by
// the formats that the service authorization reference gives:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
type kinds struct {
	catalog *catalog.Catalog
	formats map[string][]format              // By service; the most particular first (AWS).
	actions map[string]entitlement.ActionSet // By type, in lower case but on AWS.
}

// format is the ARN format of a type of resource.
type format struct {
	kind    string // Such as "s3:bucket".
	parts   [6][]byte
	literal int // Characters of the format that are no placeholder.
}

const (
	arnService  = 2
	arnResource = 5
)

func kindsOf(cat *catalog.Catalog) *kinds {
	k := &kinds{catalog: cat, formats: map[string][]format{}, actions: map[string]entitlement.ActionSet{}}
	if !k.ofARNs() {
		k.byType()
		return k
	}
	for i := range cat.Len() {
		info := cat.Info(i)
		for n, name := range info.ResourceTypes {
			k.add(i, name, info.ResourceARNs[n])
		}
	}
	for _, list := range k.formats {
		slices.SortStableFunc(list, func(a, b format) int { return b.literal - a.literal })
	}
	return k
}

func (k *kinds) add(action int, name, arn string) {
	f, ok := formatOf(arn)
	if !ok {
		return
	}
	service := strings.SplitN(arn, ":", arnResource+1)[arnService]
	f.kind = service + ":" + name
	if k.actions[f.kind] == nil {
		k.actions[f.kind] = entitlement.NewActionSet(k.catalog.Len())
		k.formats[service] = append(k.formats[service], f)
	}
	k.actions[f.kind].Add(action)
}

// formatOf reads a format such as "arn:${Partition}:s3:::${BucketName}".
func formatOf(arn string) (format, bool) {
	parts := strings.SplitN(arn, ":", arnResource+1)
	if len(parts) <= arnResource {
		return format{}, false
	}
	var f format
	for i, part := range parts {
		text := placeholders(part)
		f.parts[i] = glob.Encode(text, false)
		f.literal += len(text) - strings.Count(text, "*")
	}
	return f, true
}

// placeholders puts "*" in place of each "${Name}".
func placeholders(s string) string {
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(s, "${")
		b.WriteString(head)
		if !ok {
			return b.String()
		}
		b.WriteByte('*')
		_, s, _ = strings.Cut(rest, "}")
	}
}

// of returns the type of a resource, "" if it is none that the catalogue knows.
func (k *kinds) of(id entitlement.ResourceID) string {
	if !k.ofARNs() {
		return typeOf(id)
	}
	parts := strings.SplitN(string(id), ":", arnResource+1)
	if len(parts) <= arnResource || parts[0] != "arn" {
		return ""
	}
	list := k.formats[parts[arnService]]
	for i := range list {
		if list[i].matches(parts) {
			return list[i].kind
		}
	}
	return ""
}

func (f *format) matches(parts []string) bool {
	for i := arnService; i < len(parts); i++ {
		if (len(f.parts[i]) == 0) != (parts[i] == "") || !glob.Match(f.parts[i], parts[i]) {
			return false
		}
	}
	return true
}
