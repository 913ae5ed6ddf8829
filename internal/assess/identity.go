package assess

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/usage"
)

// identities evaluates each identity of the inventory.
func (a *Assessor) identities(inv *entitlement.Inventory, account *policy.Account, uses *usage.Index, observable entitlement.ActionSet, now time.Time) []Identity {
	list := make([]Identity, 0, len(inv.Identities))
	for i := range inv.Identities {
		id := &inv.Identities[i]
		one := Identity{Identity: id, Owner: a.owner(id, inv.System), Access: account.Access(id.ID)}
		if id.Root {
			one.Whole = a.whole(inv, id)
		}
		one.Usage = uses.Usage(id.ID, now.Add(-a.settings.Window), now)
		list = append(list, one)
	}
	addMembers(list)
	for i := range list {
		a.score(&list[i], observable)
	}
	slices.SortFunc(list, func(x, y Identity) int { return cmp.Compare(x.ID, y.ID) })
	return list
}

func (a *Assessor) owner(id *entitlement.Identity, system entitlement.System) string {
	return cmp.Or(id.Owner, id.Tags[a.settings.OwnerTag], system.Owner)
}

// addMembers gives each group what its members did: "an inactive group is one
// of whose permissions no member has used any". Only what the group grants
// counts, which score sees to.
func addMembers(list []Identity) {
	groups := map[entitlement.IdentityID]*Identity{}
	for i := range list {
		if list[i].Kind == entitlement.Group {
			groups[list[i].ID] = &list[i]
		}
	}
	for i := range list {
		for _, id := range list[i].Groups {
			if g := groups[id]; g != nil {
				g.Members++
				g.Usage = mergeUsage(g.Usage, list[i].Usage)
			}
		}
	}
}

// mergeUsage returns the usage of two identities as if they were one. The
// records by action are not merged: a group's are those of its members.
func mergeUsage(a, b *entitlement.Usage) *entitlement.Usage {
	return &entitlement.Usage{Used: a.Used.Union(b.Used), LastActive: later(a.LastActive, b.LastActive)}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// score fills in the figures of one identity.
func (a *Assessor) score(one *Identity, observable entitlement.ActionSet) {
	granted := one.Access.Granted()
	used := granted.Intersect(one.Usage.Used)
	one.Score = a.model.Score(one.Access, used, observable)
	one.InPCI = counts(one.Identity)
	one.Granted, one.GrantedHigh = granted.Len(), granted.Intersect(a.high).Len()
	one.Used, one.UsedHigh = used.Len(), used.Intersect(a.high).Len()
	unused := granted.Minus(used).Intersect(observable)
	one.Unused, one.UnusedHigh = unused.Len(), unused.Intersect(a.high).Len()
	one.LastActive = lastActive(one, used)
	one.Band = a.settings.Edges.Band(one.Score.PCI())
}

// counts reports whether an identity enters its system's index. The root user
// does not: what it may do is no grant that anybody made or could take back.
func counts(id *entitlement.Identity) bool {
	holder := id.Kind == entitlement.User || id.Kind == entitlement.Role
	return holder && !id.Root && !id.Exempt(entitlement.TagExcludeFromPCI)
}

// lastActive takes the latest from every source, so that an identity whose
// events are not at hand is not called inactive against the cloud's own word.
// A group is active only through what it grants.
func lastActive(one *Identity, used entitlement.ActionSet) time.Time {
	if one.Kind == entitlement.Group && used.Empty() {
		return time.Time{}
	}
	last := later(one.Usage.LastActive, later(one.LastUsed, one.PasswordUsed))
	for _, k := range one.Keys {
		last = later(last, k.LastUsed)
	}
	return last
}

// subjects turns assessed identities into what the finding rules look at.
func (a *Assessor) subjects(r *Assessment) []finding.Subject {
	list := make([]finding.Subject, 0, len(r.Identities))
	covered := r.Covered()
	for i := range r.Identities {
		one := &r.Identities[i]
		list = append(list, finding.Subject{
			Identity: one.Identity, Owner: one.Owner,
			Granted: one.Granted, Used: one.Used, Unused: one.Unused, Super: one.Access.Super,
			PCI: one.Score.PCI(), Impact: impact(r.Sum, one), Last: one.LastActive,
			Members: one.Members, Observed: covered,
		})
	}
	return list
}

// impact is how far the system's index falls when the identity's excess goes.
func impact(system creep.Sum, one *Identity) float64 {
	if !one.InPCI {
		return 0
	}
	without := system
	without.Excess = max(0, without.Excess-one.Score.Excess)
	return max(0, system.PCI()-without.PCI())
}

// Covered returns the part of the window that the event logs reach, 0 to 1. It
// counts the day of the earliest event as a whole: nobody acts at midnight.
func (r *Assessment) Covered() float64 {
	if r.CoveredFrom.IsZero() || r.Window <= 0 {
		return 0
	}
	from := r.CoveredFrom.UTC().Truncate(24 * time.Hour)
	return min(1, max(0, float64(r.At.Sub(from))/float64(r.Window)))
}

func idsOf(list []Identity) []entitlement.IdentityID {
	ids := make([]entitlement.IdentityID, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// onlyInLogs lists the identities that acted but are not in the inventory.
func onlyInLogs(inv *entitlement.Inventory, uses *usage.Index) []entitlement.IdentityID {
	known := make(map[string]bool, len(inv.Identities))
	for i := range inv.Identities {
		known[usage.Canonical(inv.Identities[i].ID)] = true
	}
	var list []entitlement.IdentityID
	for _, id := range uses.Identities() {
		if !known[usage.Canonical(id)] {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list
}
