package assess

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/usage"
)

// identities evaluates each identity of the inventory.
func (a *Assessor) identities(inv *entitlement.Inventory, judged Judged, uses *usage.Index, observable entitlement.ActionSet, now time.Time) []Identity {
	list := make([]Identity, 0, len(inv.Identities))
	for i := range inv.Identities {
		id := &inv.Identities[i]
		list = append(list, Identity{
			Identity: id, Owner: a.owner(id, inv.System), Access: judged.Access(id.ID), Whole: judged.Whole(id),
			Usage: uses.Usage(actsAs(id, inv.System.Cloud), now.Add(-a.settings.Window), now),
		})
	}
	addMembers(list)
	for i := range list {
		a.score(&list[i], observable)
		list[i].InPCI = counts(&list[i], inv.System.Cloud)
	}
	lendLastUse(list, inv.System.Cloud)
	slices.SortFunc(list, func(x, y Identity) int { return cmp.Compare(x.ID, y.ID) })
	return list
}

func (a *Assessor) owner(id *entitlement.Identity, system entitlement.System) string {
	return cmp.Or(id.Owner, id.Tags[a.settings.OwnerTag], system.Owner)
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
	one.Granted, one.GrantedHigh = granted.Len(), granted.Intersect(a.high).Len()
	one.Used, one.UsedHigh = used.Len(), used.Intersect(a.high).Len()
	unused := granted.Minus(used).Intersect(observable)
	one.Unused, one.UnusedHigh = unused.Len(), unused.Intersect(a.high).Len()
	one.LastActive = lastActive(one, used)
	one.Band = a.settings.Edges.Band(one.Score.PCI())
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
