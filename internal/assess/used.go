package assess

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// namesOf returns the names under which logs know an identity: its id, and on
// Azure and Google Cloud also its mail address or user principal name and its
// application's or unique id. There a function or an instance is known as the
// identity that it runs as; on AWS its sessions are.
func namesOf(id *entitlement.Identity, cloud entitlement.Cloud) []entitlement.IdentityID {
	if cloud != entitlement.Azure && cloud != entitlement.GCP {
		return []entitlement.IdentityID{id.ID}
	}
	if id.RunsAs != "" {
		return []entitlement.IdentityID{id.RunsAs}
	}
	names := []entitlement.IdentityID{id.ID}
	for _, name := range []string{strings.ToLower(id.Email), strings.ToLower(id.AppID), id.UniqueID} {
		if n := entitlement.IdentityID(name); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// usageOf returns what an identity did under any of its names.
func usageOf(id *entitlement.Identity, cloud entitlement.Cloud, uses *usage.Index, from, to time.Time) *entitlement.Usage {
	names := namesOf(id, cloud)
	u := uses.Usage(names[0], from, to)
	for _, name := range names[1:] {
		if other := uses.Usage(name, from, to); len(other.Actions) > 0 || len(other.Literal) > 0 || !other.LastActive.IsZero() {
			u = together(u, other)
		}
	}
	return u
}

// together returns what was done under two names.
func together(a, b *entitlement.Usage) *entitlement.Usage {
	u := &entitlement.Usage{
		Used: a.Used.Union(b.Used), LastActive: later(a.LastActive, b.LastActive),
		Actions: maps.Clone(a.Actions), Literal: maps.Clone(a.Literal),
	}
	u.Actions = joined(u.Actions, b.Actions)
	u.Literal = joined(u.Literal, b.Literal)
	return u
}

func joined[K comparable](into, from map[K]entitlement.ActionUse) map[K]entitlement.ActionUse {
	if into == nil && len(from) > 0 {
		into = map[K]entitlement.ActionUse{}
	}
	for k, use := range from {
		into[k] = both(into[k], use)
	}
	return into
}

func both(a, b entitlement.ActionUse) entitlement.ActionUse {
	return entitlement.ActionUse{
		First: earlier(a.First, b.First), Last: later(a.Last, b.Last), Count: sum(a.Count, b.Count),
		Denied: sum(a.Denied, b.Denied), LastDenied: later(a.LastDenied, b.LastDenied), Forwarded: sum(a.Forwarded, b.Forwarded),
	}
}

// sum adds counts; what does not fit stands at the greatest.
func sum(a, b uint32) uint32 {
	if s := a + b; s >= a {
		return s
	}
	return ^uint32(0)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// touched returns who did what to which resources, under any of their names.
func touched(list []Identity, cloud entitlement.Cloud, uses *usage.Index, from, to time.Time) *usage.Touched {
	var names []entitlement.IdentityID
	var of []uint32 // Whose name each is.
	for i := range list {
		for _, name := range namesOf(list[i].Identity, cloud) {
			names, of = append(names, name), append(of, uint32(i)) //nolint:gosec // far fewer than 2^32
		}
	}
	t := uses.Touched(names, from, to)
	if len(names) == len(list) {
		return t
	}
	for i := range t.Uses {
		t.Uses[i].Identity = of[t.Uses[i].Identity]
	}
	slices.SortStableFunc(t.Uses, func(a, b usage.Touch) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Action, b.Action))
	})
	t.Uses = once(t.Uses)
	return t
}

// once merges what an identity did under several names. The uses are sorted.
func once(list []usage.Touch) []usage.Touch {
	kept := list[:0]
	for _, u := range list {
		n := len(kept) - 1
		if n < 0 || kept[n].Resource != u.Resource || kept[n].Identity != u.Identity || kept[n].Action != u.Action {
			kept = append(kept, u)
			continue
		}
		count, denied := sum(kept[n].Count, u.Count), sum(kept[n].Denied, u.Denied)
		if u.Last().After(kept[n].Last()) {
			kept[n] = u
		}
		kept[n].Count, kept[n].Denied = count, denied
	}
	return kept
}

// onlyInLogs lists the identities that acted but are not in the inventory.
func onlyInLogs(inv *entitlement.Inventory, uses *usage.Index) []entitlement.IdentityID {
	known := make(map[string]bool, len(inv.Identities))
	for i := range inv.Identities {
		id := &inv.Identities[i]
		known[usage.Canonical(id.ID)] = true
		for _, name := range namesOf(id, inv.System.Cloud) {
			known[usage.Canonical(name)] = true
		}
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
