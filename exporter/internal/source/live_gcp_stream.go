package source

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// gcpStream sorts the events of a scope by the projects that they are of.
type gcpStream struct {
	scope    *gcpScope
	round    *gcpRound
	keeper   *keeper
	mark     gcpMark
	doubt    bool      // The audit store was not asked whether it has what its mark says.
	own      *gcpUsage // Of events that are of no project, and of those that are not read.
	projects map[entitlement.SystemID]*gcpEnrolled
	numbers  map[entitlement.SystemID]entitlement.SystemID // Ids by numbers.
	homes    map[entitlement.IdentityID][]*gcpEnrolled     // Projects that know an identity.
	active   map[entitlement.IdentityID]auditlog.Event     // The latest of no project and no permission.

	nowhere, outside collector.EventCounts
	latest           time.Time
	problems         []entitlement.Problem
}

// gcpEnrolled is a project whose events are read.
type gcpEnrolled struct {
	*gcpUsage
	reading *collector.Reading
}

// everything takes every event for a new one: each project remembers its own.
type everything struct{}

func (everything) Add(string, time.Time) bool { return true }
func (everything) Remove(string, time.Time)   {}

// events brings the saved usage and the audit store up to date, and saves it
// with its checkpoint, also on the way.
func (s *gcpScope) events(ctx context.Context, r *gcpRound, first *collector.Reading, now time.Time) error {
	t := s.stream(r, now)
	t.keeper = s.options.Audit.keep(ctx, s.options.Logger)
	defer t.keeper.close()
	t.adoptStore(ctx)
	c, err := t.collector(ctx)
	if err != nil {
		return err
	}
	sometimes := rate.Sometimes{Interval: time.Minute} // All indexes are written each time.
	read, err := c.Events(ctx, t.mark.Checkpoint, t.containers(), func(ev *auditlog.Event) error {
		t.take(ctx, ev)
		return nil
	}, func(p gcp.Checkpoint) (kept bool, err error) {
		sometimes.Do(func() {
			t.mark.Checkpoint = p
			kept, err = t.save(ctx)
		})
		return kept, err
	})
	first.Requests = gcpRequests(c, first.Requests)
	if err != nil {
		return err
	}
	t.signIns()
	t.settle(now)
	if err := t.conclude(ctx, &read); err != nil {
		return err
	}
	t.catchUp(ctx)
	if err := t.rebuild(ctx, now); err != nil {
		return err
	}
	t.account(first, &read.Stats, read.Problems)
	return nil
}

// conclude saves what was read, and only then lets go of the messages.
func (t *gcpStream) conclude(ctx context.Context, read *gcp.Reading) error {
	m := &t.mark
	if m.Unconfirmed {
		read.Settled = earlier(read.Settled, m.Settled)
	}
	m.Checkpoint, m.Settled, m.Unconfirmed = read.Checkpoint, read.Settled, read.Confirm != nil
	kept, err := t.save(ctx)
	if err != nil || !kept || read.Confirm == nil {
		return err
	}
	refused := read.Confirm(ctx)
	read.Problems = append(read.Problems, refused...)
	if m.Unconfirmed = len(refused) > 0; m.Unconfirmed {
		return nil
	}
	return t.scope.saveUsage(t.own, t.mark)
}

// collector returns one whose events have the identities of the inventories.
func (t *gcpStream) collector(ctx context.Context) (*gcp.Collector, error) {
	o := t.scope.gcpOptions()
	o.Events.Seen, o.Events.Resolve = everything{}, t.round.aliases.Resolve
	return gcp.New(ctx, o)
}

// stream loads what is kept.
func (s *gcpScope) stream(r *gcpRound, now time.Time) *gcpStream {
	t := &gcpStream{
		scope: s, round: r, projects: map[entitlement.SystemID]*gcpEnrolled{}, numbers: map[entitlement.SystemID]entitlement.SystemID{},
		homes: map[entitlement.IdentityID][]*gcpEnrolled{}, active: map[entitlement.IdentityID]auditlog.Event{},
	}
	t.own, t.problems = s.loadUsage(s.kept(), &t.mark)
	if t.own.fresh {
		t.mark = gcpMark{}
	}
	t.own.Index.AliasAll(r.aliases)
	t.own.Seen.Forget(t.forgotten(now))
	for id, reading := range r.readings {
		t.enrol(id, reading, now)
	}
	return t
}

// forgotten is before when no event is remembered. That follows what was saved,
// not what is going to be: an event is remembered as long as it may come again.
func (t *gcpStream) forgotten(now time.Time) time.Time {
	return earlier(now.Add(-remembered), t.mark.Settled)
}

func (t *gcpStream) enrol(id entitlement.SystemID, reading *collector.Reading, now time.Time) {
	p := &gcpEnrolled{reading: reading}
	var problems []entitlement.Problem
	var kept gcpProject
	p.gcpUsage, problems = t.scope.loadUsage(entitlement.System{Cloud: entitlement.GCP, ID: id}, &kept)
	if p.project = kept; p.fresh {
		p.project, p.changed = gcpProject{}, true
		if t.mark.Begun() && !t.scope.config.Logs.Entries {
			p.project.Since = now // What was read of the scope before, it was not chosen for.
		}
	}
	reading.Inventory.Problems = append(reading.Inventory.Problems, problems...)
	p.Index.AliasAll(t.round.aliases)
	p.Seen.Forget(t.forgotten(now))
	t.projects[id] = p
	if n := reading.Inventory.System.Number; n != "" {
		t.numbers[entitlement.SystemID(n)] = id
	}
	for i := range reading.Inventory.Identities {
		who := reading.Inventory.Identities[i].ID
		t.homes[who] = append(t.homes[who], p)
	}
}

// containers are those whose entries are read: projects that are not read are
// left out.
func (t *gcpStream) containers() []string {
	return slices.DeleteFunc(slices.Clone(t.round.found.Containers), func(ref string) bool {
		id, isProject := strings.CutPrefix(ref, "projects/")
		return isProject && t.projects[entitlement.SystemID(id)] == nil
	})
}

// settle notes what the reading tells of each project: since when all was read,
// which data access is recorded.
func (t *gcpStream) settle(now time.Time) {
	keepFrom := now.Add(-2 * t.scope.options.Window)
	t.own.Index.Prune(keepFrom)
	for id, p := range t.projects {
		inv := p.reading.Inventory
		refs := []string{"projects/" + string(id)}
		for _, above := range inv.Ancestors {
			ref := strings.TrimPrefix(string(above.ID), "//cloudresourcemanager.googleapis.com/")
			if slices.Contains(t.round.found.Containers, ref) {
				refs = append(refs, ref)
			}
		}
		if from := t.mark.FullFrom(refs...); !from.IsZero() {
			inv.FullHistoryFrom = from
			if p.project.Since.After(from) {
				inv.FullHistoryFrom = p.project.Since
			}
		}
		if services := t.round.found.Recorded[id]; p.project.Data && len(services) > 0 {
			p.Index.RecordsData(id, services...)
			p.changed = true
		}
		p.Index.Prune(keepFrom)
		p.reading.Usage = p.Index
	}
}

// account tells what became of the events that are of no project, with the
// project that is the first.
func (t *gcpStream) account(first *collector.Reading, stats *records.Stats, problems []entitlement.Problem) {
	rejected := collector.EventCounts{In: int(stats.RejectedTotal())}
	for reason, n := range stats.Rejected {
		if rejected.Rejected == nil {
			rejected.Rejected = map[string]int{}
		}
		rejected.Rejected[string(reason)] += int(n)
	}
	for _, counts := range []collector.EventCounts{t.nowhere, t.outside, rejected} {
		first.Events.Add(counts)
	}
	if t.latest.After(first.Latest) {
		first.Latest = t.latest
	}
	inv := first.Inventory
	inv.Problems = append(inv.Problems, t.problems...)
	inv.Problems = append(inv.Problems, problems...)
	inv.Problems = append(inv.Problems, t.keeper.problems(t.own.system.ID)...)
}

// cat is Google Cloud's catalogue.
func (t *gcpStream) cat() *catalog.Catalog { return catalog.GCP() }
