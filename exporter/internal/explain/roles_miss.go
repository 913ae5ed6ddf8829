package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/glob"
)

// maxMisses bounds how many grants that miss are named.
const maxMisses = 5

// misses says of what is denied, because nothing grants it, which grants come
// near: those that leave it out, are of the other plane, or are elsewhere.
func (w *Roles) misses(r *decision.Request, d *decision.Decision) []string {
	if d.Verdict != decision.ImplicitlyDenied {
		return nil
	}
	var found [3][]string // The nearest first.
	for _, s := range w.systems {
		inv := s.Inventory()
		grants := s.Grants(r.Principal)
		grants = append(grants, w.dormant(inv, r.Principal, grants)...)
		for i := range grants {
			how, text := w.miss(inv, &grants[i], r)
			if text != "" && !slices.Contains(found[how], text) {
				found[how] = append(found[how], text)
			}
		}
	}
	list := slices.Concat(found[:]...)
	if more := len(list) - maxMisses; more > 0 {
		list = append(list[:maxMisses], fmt.Sprintf("%d more grants miss it likewise.", more))
	}
	return list
}

// dormant returns the grants to an identity itself that do not reach it now: they
// are over, have not begun, or their condition does not hold.
func (w *Roles) dormant(inv *entitlement.Inventory, id entitlement.IdentityID, reach []Via) []Via {
	var list []Via
	for i := range inv.Grants {
		g := &inv.Grants[i]
		if !strings.EqualFold(nameOf(g.Member), string(id)) || slices.ContainsFunc(reach, func(v Via) bool { return v.Grant == g }) {
			continue
		}
		if role, known := inv.Roles[g.Role]; known {
			list = append(list, Via{Grant: g, Role: &role})
		} else if vendors := w.vendors()[g.Role]; vendors != nil {
			list = append(list, Via{Grant: g, Role: vendors})
		}
	}
	return list
}

// nameOf cuts the sort off a member as Google Cloud's policies write it.
func nameOf(member string) string {
	if sort, name, ok := strings.Cut(member, ":"); ok && (sort == "user" || sort == "group" || sort == "serviceAccount") {
		return name
	}
	return member
}

// The ways to miss.
const (
	leftOut = iota // By its exceptions, or by its time.
	otherPlane
	elsewhere
)

// miss says how a grant misses a request; "" where it is about other things.
func (w *Roles) miss(inv *entitlement.Inventory, v *Via, r *decision.Request) (how int, text string) {
	if v.Role == nil || v.Role.Deleted {
		return 0, ""
	}
	grant := string(w.role(nil, reasonOf(v), " has", ""))
	inside := w.within(inv, r.Resource, v.Grant.Scope)
	action := strings.ToLower(string(r.Action))
	switch gives, exception := w.gives(v.Role, action); {
	case gives && !inside:
		return elsewhere, grant + " allows it there alone."
	case gives:
		return leftOut, outOfTime(grant, v.Grant, r, inv)
	case exception != "" && inside:
		return leftOut, fmt.Sprintf("%s leaves it out: it is among the exceptions, as %s.", grant, exception)
	case inside && w.isData(action) && controls(v.Role, action):
		return otherPlane, grant + " is about the control plane alone: this is a data action, which a role's DataActions must have."
	}
	return 0, ""
}

func reasonOf(v *Via) *decision.Reason {
	reason := &decision.Reason{Kind: decision.RoleAssignment, Role: v.Grant.Role, RoleName: v.Role.Name, Scope: v.Grant.Scope, Group: v.Group}
	if v.Grant.Classic != "" {
		reason.Kind, reason.Note = decision.ClassicAdmin, v.Grant.Classic
	}
	return reason
}

// outOfTime says that a grant is over, or has not begun.
func outOfTime(grant string, g *entitlement.RoleGrant, r *decision.Request, inv *entitlement.Inventory) string {
	at := r.At
	if at.IsZero() {
		at = inv.CollectedAt
	}
	switch {
	case !g.Until.IsZero() && !at.Before(g.Until):
		return fmt.Sprintf("%s ended at %s.", grant, g.Until.UTC().Format(time.RFC3339))
	case at.Before(g.From):
		return fmt.Sprintf("%s begins at %s.", grant, g.From.UTC().Format(time.RFC3339))
	case g.Condition != nil:
		return fmt.Sprintf("%s would allow it, if its condition held: %s", grant, g.Condition.Expression)
	}
	return ""
}

// gives reports whether a role has an action, whose name is in lower case; where
// it only would, the exception that takes it away.
func (w *Roles) gives(role *entitlement.RoleDefinition, action string) (gives bool, exception string) {
	data := w.isData(action)
	for i := range role.Blocks {
		b := &role.Blocks[i]
		actions, not := b.Actions, b.NotActions
		if data {
			actions, not = b.DataActions, b.NotDataActions
		}
		if matching(actions, action) == "" {
			continue
		}
		taken := matching(not, action)
		if taken == "" {
			return true, ""
		}
		exception = taken
	}
	return false, exception
}

// controls reports whether a role has what would be the action on the control
// plane.
func controls(role *entitlement.RoleDefinition, action string) bool {
	return slices.ContainsFunc(role.Blocks, func(b entitlement.PermissionBlock) bool { return matching(b.Actions, action) != "" })
}

// isData reports whether an action is a data action of Azure.
func (w *Roles) isData(action string) bool {
	i, known := w.catalog.Index(entitlement.Action(action))
	return known && w.catalog.Info(i).Data
}

// matching returns the first of the patterns that an action matches.
func matching(patterns []string, action string) string {
	for _, p := range patterns {
		if strings.EqualFold(p, action) || strings.Contains(p, "*") && glob.Match(glob.Encode(strings.ToLower(p), false), action) {
			return p
		}
	}
	return ""
}

// within reports whether a resource of a system is at or below a scope.
func (w *Roles) within(inv *entitlement.Inventory, resource, scope entitlement.ResourceID) bool {
	system := SystemScope(inv.System)
	if Below(resource, scope) {
		return true
	}
	owned := Below(resource, system) || slices.ContainsFunc(inv.Resources, func(r entitlement.Resource) bool { return r.ID == resource })
	above := scope == "/" || Below(scope, system) && Below(system, scope) ||
		slices.ContainsFunc(inv.Ancestors, func(a entitlement.Scope) bool { return strings.EqualFold(string(a.ID), string(scope)) })
	return owned && above
}

// Below reports whether an id is another one or a part of it, without regard to
// case.
func Below(id, of entitlement.ResourceID) bool {
	return len(id) >= len(of) && strings.EqualFold(string(id[:len(of)]), string(of)) && (len(id) == len(of) || id[len(of)] == '/')
}
