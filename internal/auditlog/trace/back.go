package trace

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// origins is what to look for when going back: keys that someone issued,
// identities that someone created.
type origins struct{ keys, identities map[string]bool }

// back looks for who issued the keys and created the identities of the trace,
// and for what issued the keys of those, step by step.
func (w *walk) back(ctx context.Context) error {
	known := origins{map[string]bool{}, map[string]bool{}}
	for range max(w.start.Back, 0) {
		wanted := w.wanted(known)
		if len(wanted) == 0 {
			return nil
		}
		for chunk := range slices.Chunk(wanted, batch) {
			if len(w.steps) >= w.start.MaxEvents {
				return nil
			}
			if err := w.askOrigins(ctx, chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

// wanted returns the keys and identities of events whose origin was not looked
// for yet, and notes them as known. Those that the trace itself saw issued or
// created are left out.
func (w *walk) wanted(known origins) []string {
	for _, s := range w.steps {
		if s.failed() {
			continue
		}
		for _, k := range s.Issued {
			known.keys[string(k)] = true
		}
		if s.facts.created != "" {
			known.identities[pathless(s.facts.created)] = true
		}
	}
	var wanted []string
	note := func(known map[string]bool, v string) {
		if v != "" && !known[v] {
			known[v] = true
			wanted = append(wanted, v)
		}
	}
	note(known.keys, string(w.start.AccessKey))
	for _, s := range w.steps {
		note(known.keys, string(s.AccessKey))
		if id := pathless(string(s.Identity)); isIdentity(id) && !strings.HasSuffix(id, ":root") {
			note(known.identities, id)
		}
	}
	slices.Sort(wanted)
	return wanted
}

// askOrigins reads the events that issued keys or created identities.
func (w *walk) askOrigins(ctx context.Context, wanted []string) error {
	set := map[string]bool{}
	var keys, arns []string
	for _, v := range wanted {
		set[v] = true
		if isIdentity(v) {
			arns = append(arns, v)
		} else {
			keys = append(keys, v)
		}
	}
	anyOf := oneOf(query.Issued, keys)
	if len(arns) > 0 {
		anyOf = append(anyOf, query.Node{All: []query.Node{
			{Field: query.Name, Operator: query.In, Values: []string{"CreateUser", "CreateRole"}},
			{Field: query.Resource, Operator: query.In, Values: arns},
		}})
	}
	_, err := w.read(ctx, w.query(w.earlier(), anyOf), func(ev *auditlog.Event) bool { return isOrigin(ev, set) })
	return err
}

// isOrigin reports whether an event issued one of the keys or created one of the
// identities.
func isOrigin(ev *auditlog.Event, set map[string]bool) bool {
	if ev.Outcome != auditlog.Success {
		return false
	}
	for _, k := range ev.Issued {
		if set[string(k)] {
			return true
		}
	}
	if !in("CreateUser CreateRole", ev.Name) {
		return false
	}
	for _, r := range ev.Resources {
		if set[pathless(string(r.ID))] {
			return true
		}
	}
	return false
}
