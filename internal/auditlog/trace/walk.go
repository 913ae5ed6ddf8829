package trace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// step is an event that belongs to the trace.
type step struct {
	auditlog.Event // Without Detail and Raw.
	callKind
	facts   facts
	forward bool // Belongs to a lead; the others tell where the trace came from.
}

// failed reports whether the call had no effect.
func (s *step) failed() bool { return s.Outcome != auditlog.Success }

func (s *step) denied() bool { return s.Outcome == auditlog.AuthorizationFailure }

func compareSteps(a, b *step) int {
	return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID, b.ID))
}

// walk is one trace under way.
type walk struct {
	start     Start
	source    Source
	classes   *classifier
	names     map[string]string // Shares equal strings.
	leads     leadSet
	steps     map[string]*step // By the event's id.
	truncated Truncated
	cut       bool // Truncated says something.
	partial   bool
}

func newWalk(o Options, s Start) *walk {
	w := &walk{
		start: s, source: o.Source, classes: newClassifier(o.Catalog),
		names: map[string]string{}, leads: leadSet{}, steps: map[string]*step{},
	}
	w.leads.add(s.lead())
	return w
}

func (s *Start) lead() lead {
	l := lead{from: s.From}
	switch {
	case s.AccessKey != "":
		l.leadID = leadID{kind: byKey, value: string(s.AccessKey)}
	case s.Session != "":
		l.leadID = leadID{kind: bySession, value: s.Session, role: pathless(s.Role)}
	case s.Address != "":
		l.leadID = leadID{kind: byAddress, value: s.Address}
	case isPrincipal(string(s.Identity)):
		l.leadID = leadID{kind: byIdentity, value: principalOf(string(s.Identity))}
	default:
		l.leadID, l.arn = leadID{kind: byIdentity, value: pathless(string(s.Identity))}, string(s.Identity)
	}
	return l
}

// forward reads the events of all leads, in rounds, until there are no new ones.
func (w *walk) forward(ctx context.Context) error {
	for {
		due := w.leads.due()
		due = slices.DeleteFunc(due, func(l *lead) bool { return w.beyond(l) })
		if len(due) == 0 {
			break
		}
		found, err := w.round(ctx, due)
		if err != nil {
			return err
		}
		for _, s := range found {
			s.forward = true
			w.follow(s)
		}
	}
	w.noteLeads()
	return nil
}

// beyond reports whether a lead is out of reach.
func (w *walk) beyond(l *lead) bool {
	return l.depth > max(w.start.Depth, 0) || len(w.steps) >= w.start.MaxEvents
}

func (w *walk) noteLeads() {
	for _, l := range w.leads.due() {
		w.cut = true
		if w.truncated.LeadsTotal++; len(w.truncated.Leads) < 100 {
			w.truncated.Leads = append(w.truncated.Leads, l.String())
		}
	}
}

// round reads the events of leads.
func (w *walk) round(ctx context.Context, due []*lead) ([]*step, error) {
	var found []*step
	for chunk := range slices.Chunk(due, batch) {
		if len(w.steps) >= w.start.MaxEvents {
			break
		}
		q := w.ask(chunk)
		for _, l := range chunk {
			l.asked = l.from
		}
		// Where there are too many, a quarter of the room is for what matters most,
		// and half of that for what it leads to.
		steps, cut, err := w.read(ctx, q, w.leads.covers, (w.start.MaxEvents-len(w.steps))/4)
		if err == nil && cut {
			var telling []*step
			telling, _, err = w.read(ctx, w.telling(q, steps), w.leads.covers, (w.start.MaxEvents-len(w.steps))/2)
			steps = append(steps, telling...)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, steps...)
	}
	slices.SortFunc(found, compareSteps)
	return found, nil
}

// errFull ends a read that has all that there is room for.
var errFull = errors.New("there is room for no more events")

// read runs a query and takes the events that belong, each once. Where there
// are more than there is room for, it leaves some of the room.
func (w *walk) read(
	ctx context.Context, q query.Query, belongs func(*auditlog.Event) bool, leave int,
) (found []*step, cut bool, err error) {
	seen := map[string]bool{}
	room := w.start.MaxEvents - len(w.steps)
	outcomes, err := w.source.Each(ctx, q, func(ev *auditlog.Event) error {
		if _, known := w.steps[ev.ID]; known || seen[ev.ID] || !belongs(ev) {
			return nil
		}
		if len(found) > room && ev.Time.After(found[len(found)-1].Time) {
			return errFull
		}
		s := w.newStep(ev)
		seen[s.ID] = true
		found = append(found, s)
		return nil
	})
	if err != nil && !errors.Is(err, errFull) {
		return nil, false, fmt.Errorf("read the events of the trace: %w", err)
	}
	w.partial = w.partial || outcomes.Partial
	slices.SortFunc(found, compareSteps)
	if cut = len(found) > room; cut {
		found = found[:max(room-leave, 0)]
		w.noteCut(found)
	}
	for _, s := range found {
		w.steps[s.ID] = s
	}
	return found, cut, w.learn(ctx, found)
}

// noteCut notes that there are more events than those that were taken.
func (w *walk) noteCut(taken []*step) {
	if w.truncated.Events {
		return
	}
	w.cut, w.truncated.Events = true, true
	if len(taken) > 0 {
		w.truncated.Until = taken[len(taken)-1].Time
	}
}

// newStep copies an event: its strings are valid during the call alone.
func (w *walk) newStep(ev *auditlog.Event) *step {
	s := &step{Event: *ev, callKind: w.classes.kind(ev)}
	if s.kind == CreatedCredential && ev.Name == "UpdateAccessKey" && hasWord(ev, "Inactive") {
		s.kind = Removed
	}
	for _, p := range []*string{
		&s.IdentityType, &s.IdentityName, &s.Session, &s.Source, &s.Name, &s.ErrorCode, &s.Address, &s.InvokedBy, &s.Region,
		(*string)(&s.Cloud), (*string)(&s.System), (*string)(&s.Identity), (*string)(&s.AccessKey), (*string)(&s.Outcome),
	} {
		*p = w.share(*p)
	}
	s.ID, s.Detail, s.ErrorText = strings.Clone(ev.ID), strings.Clone(ev.Detail), strings.Clone(ev.ErrorText)
	s.Raw, s.Actions, s.UserAgent, s.RequestID = nil, nil, "", ""
	s.Resources = slices.Clone(ev.Resources)
	for i := range s.Resources {
		r := &s.Resources[i]
		r.ID, r.Type = entitlement.ResourceID(w.share(string(r.ID))), w.share(r.Type)
	}
	s.Issued = slices.Clone(ev.Issued)
	for i := range s.Issued {
		s.Issued[i] = entitlement.AccessKeyID(w.share(string(s.Issued[i])))
	}
	if s.kind == "" || s.read {
		s.Detail, s.ErrorText = "", ""
	}
	return s
}

func (w *walk) share(s string) string {
	if shared, ok := w.names[s]; ok {
		return shared
	}
	s = strings.Clone(s)
	w.names[s] = s
	return s
}

// follow adds the leads that an event gives. A call that failed gives none.
func (w *walk) follow(s *step) {
	if s.failed() {
		return
	}
	l := lead{from: s.Time, depth: w.depthOf(&s.Event) + 1}
	add := func(id leadID) {
		l.leadID = id
		w.leads.add(l)
	}
	for _, k := range s.Issued {
		add(leadID{kind: byKey, value: string(k)})
	}
	f := &s.facts
	if s.kind == AssumedRole && len(s.Issued) == 0 && f.session != "" {
		add(leadID{kind: bySession, value: f.session, role: pathless(f.role)})
	}
	if f.enabled != "" {
		add(leadID{kind: byKey, value: f.enabled})
	}
	if f.created != "" {
		l.arn = f.created
		add(leadID{kind: byIdentity, value: pathless(f.created)})
	}
	if f.password != "" {
		l.arn = f.password
		add(leadID{kind: bySignIn, value: pathless(f.password)})
	}
	for _, m := range f.machines {
		add(leadID{kind: bySession, value: m.session, role: pathless(m.role), system: s.System})
	}
}

// depthOf returns how far from the start an event is: as far as the nearest lead
// that it belongs to.
func (w *walk) depthOf(ev *auditlog.Event) int {
	depth := max(w.start.Depth, 0)
	for l := range w.leads.covering(ev) {
		depth = min(depth, l.depth)
	}
	return depth
}

func (w *walk) ordered() []*step {
	all := make([]*step, 0, len(w.steps))
	for _, s := range w.steps {
		all = append(all, s)
	}
	slices.SortFunc(all, compareSteps)
	return all
}

// earlier returns when to begin to look for what led to the start.
func (w *walk) earlier() time.Time { return w.start.From.Add(-lookBack) }
