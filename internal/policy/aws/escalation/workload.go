package escalation

import (
	"cmp"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// workload is a function or an instance with its role.
type workload struct {
	*entitlement.Identity

	role *actor
}

// workloads are those of one kind, by the power of their roles.
type workloads struct {
	list  []workload
	shelf *shelf
}

func (w *workloads) link(v *view) {
	for i := range w.list {
		w.list[i].role = v.byID[w.list[i].RunsAs]
	}
	w.list = slices.DeleteFunc(w.list, func(w workload) bool { return w.role == nil })
	slices.SortFunc(w.list, func(a, b workload) int { return cmp.Or(byPower(a.role, b.role), cmp.Compare(a.ID, b.ID)) })
	w.shelf = newShelf(len(w.list), func(i int) string { return string(w.list[i].ID) })
}

// sets identifies what an account's access grants: equal sets share their
// memory.
type sets struct {
	all, part, named, conditional *uint64
	super                         bool
}

// one returns one access for all that grant the same.
func (v *view) one(a *entitlement.Access) *entitlement.Access {
	key := sets{first(a.All), first(a.Part), first(a.Named), first(a.Conditional), a.Super}
	if known := v.same[key]; known != nil {
		return known
	}
	v.same[key] = a
	return a
}

func first(s entitlement.ActionSet) *uint64 {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}
