package gcp

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
)

// pages are the members under which answers have lists of records.
func pages() []string {
	return []string{
		"assets", "results", "projects", "folders", "organizations", "roles", "accounts", "serviceAccounts", "keys",
		"policies", "principalAccessBoundaryPolicies", "policyBindings", "groups", "memberships", "members", "users",
		"domains", "functions", "services", "jobs", "items", "instances", "firewalls", "buckets", "bindings",
	}
}

// page takes the records of a page and reports whether it is one.
func (b *builder) page(p place, o object, a *around) bool {
	found := false
	inner := *a
	if g := o.text("group"); g != "" {
		inner.group = g
	}
	for _, key := range pages() {
		switch v := o.value(key).(type) {
		case []any:
			found = true
			if strings.Contains(inner.group, "@") && (key == "members" || key == "memberships") {
				b.groupOf(inner.group).read = true // It may have none.
			}
			for i, x := range v {
				b.one(p.within(", %s[%d]", key, i), x, &inner)
			}
		case map[string]any: // Aggregated lists of Compute Engine.
			for _, scope := range slices.Sorted(maps.Keys(v)) {
				x := asObject(v[scope])
				if x == nil {
					continue
				}
				found = true
				if !b.page(p.within(", %s.%q", key, scope), x, &inner) && x["warning"] == nil && len(x) > 0 {
					b.reject(b.source(p.within(", %s.%q", key, scope)), records.UnsupportedShape, "is no list of records that are read")
				}
			}
		}
	}
	if found {
		b.paged(p, o)
	}
	return found
}

// paged notes whether a page is the last of its kind.
func (b *builder) paged(p place, o object) {
	for _, key := range pages() {
		if !o.has(key) {
			continue
		}
		if o.text("nextPageToken") == "" {
			b.lastPages[key] = true
		} else {
			b.morePages[key] = append(b.morePages[key], p)
		}
	}
}

// checkPages reports lists whose last page was not read.
func (b *builder) checkPages() {
	for _, key := range slices.Sorted(maps.Keys(b.morePages)) {
		if at := b.morePages[key]; !b.lastPages[key] {
			b.problem(at[len(at)-1], MorePages, "nextPageToken: there are more %s than these; give the files of all pages", key)
		}
	}
}

func names(o object) string {
	keys := slices.Sorted(maps.Keys(o))
	if len(keys) > 8 {
		keys = append(keys[:8], "…")
	}
	return clip(fmt.Sprintf("%q", keys))
}

func (b *builder) logRecord(src *source, _ object, _ *around) {
	b.reject(src, LogRecord, "is a record of a log, not of an entitlement; give it under --gcp.logs")
}

func (b *builder) nameless(src *source, _ object, _ *around) {
	b.reject(src, records.MissingField, "is an allow policy that does not say whose it is; "+
		`write {"resource": "projects/my-project", "policy": …} around it`)
}
