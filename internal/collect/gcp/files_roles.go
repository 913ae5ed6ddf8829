package gcp

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// role is a role definition as read.
type role struct {
	entitlement.RoleDefinition
	at place
}

// role takes a custom or predefined role. Lists have permissions only where they
// were asked for, and a custom role without any has none in either.
// https://cloud.google.com/iam/docs/reference/rest/v1/roles
func (b *builder) role(src *source, o object, _ *around) {
	id := o.text("name")
	if !strings.Contains("/"+id, "/roles/") {
		_, id, _ = strings.Cut(strings.TrimPrefix(o.text(fullNameKey), "//"), "/")
	}
	home := ownRole(id)
	r := &role{at: src.place, RoleDefinition: entitlement.RoleDefinition{
		ID: entitlement.RoleID(id), Name: o.text("title"), Description: o.text("description"),
		Managed: home == "", Stage: o.text("stage"), Deleted: o.is("deleted") || o.text("stage") == "DISABLED",
		Blocks: []entitlement.PermissionBlock{{Actions: o.texts("includedPermissions")}},
	}}
	switch old := b.roles[r.ID]; {
	case !strings.Contains("/"+id, "/roles/"):
		b.reject(src, records.MissingField, "name: %q is not that of a role, such as projects/p/roles/r", clip(id))
		return
	case !o.has("includedPermissions") && !r.Deleted:
		if home != "" {
			b.reject(src, Incomplete, "includedPermissions of role %s is missing: what it grants is unknown; "+
				"describe it (gcloud iam roles describe) or list roles with the full view", id)
		}
		return // The catalogue knows what a predefined role grants.
	case old != nil && !old.same(r):
		b.problem(src.place, Contradiction, "role %s stands at %s with other permissions, which stay; "+
			"give one export, not several of different times", id, old.at)
		return
	}
	b.roles[r.ID] = r
	if home != "" {
		b.tree.node(home).present = true
	}
}

func (r *role) same(o *role) bool {
	return r.Deleted == o.Deleted && slices.Equal(sorted(r.Blocks[0].Actions), sorted(o.Blocks[0].Actions))
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// ownRole returns the project or organization that a custom role is of, "" for a
// role of Google's.
func ownRole(id string) string {
	home, _, ok := strings.Cut(id, "/roles/")
	if !ok || !container(home) {
		return ""
	}
	return home
}
