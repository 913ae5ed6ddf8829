package trace

import (
	"context"
	"errors"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
)

// Source answers queries of events, within what one caller may see: what a
// trace shows is never more than that.
type Source interface {
	// Each hands on the events that a query selects, in the order that it asks
	// for, with no limit. The event is valid during the call. An error of event
	// ends the run and is returned, be it wrapped.
	Each(ctx context.Context, q query.Query, event func(*auditlog.Event) error) (auditlog.Outcomes, error)
	// Raw fills Event.Raw of the events, which came from Each. What was stored
	// without a record stays nil.
	Raw(ctx context.Context, events []auditlog.Event) error
}

// Options configure a Tracer.
type Options struct {
	// Source is where the events are. It is needed.
	Source Source
	// Catalog tells what calls are sensitive, of other clouds than its own too. Nil
	// means [catalog.AWS].
	Catalog *catalog.Catalog
	// Now ends a trace that has no end. Nil means [time.Now].
	Now func() time.Time
}

// Tracer follows ways through the log. It is safe for concurrent use if its
// source is.
type Tracer struct{ o Options }

// New returns a tracer.
func New(o Options) (*Tracer, error) {
	if o.Source == nil {
		return nil, errors.New("tracer: Options.Source is missing")
	}
	if o.Catalog == nil {
		o.Catalog = catalog.AWS()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Tracer{o}, nil
}

// Trace returns what was reached from a start. A start without events gives a
// graph of the start alone.
func (t *Tracer) Trace(ctx context.Context, s Start) (*Graph, error) {
	s, err := s.normalise(t.o.Now())
	if err != nil {
		return nil, err
	}
	w := newWalk(t.o, s)
	if err := w.forward(ctx); err != nil {
		return nil, err
	}
	if err := w.back(ctx); err != nil {
		return nil, err
	}
	return w.graph(), nil
}
