package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// rawBatch is how many records are asked for at once.
const rawBatch = 1000

// Raw fills Event.Raw of events that came from a Searcher, as far as records
// were stored.
func (s *Searcher) Raw(ctx context.Context, events []auditlog.Event) error {
	for len(events) > 0 {
		n := min(len(events), rawBatch)
		if err := s.raw(ctx, events[:n]); err != nil {
			return fmt.Errorf("read the records of events: %w", err)
		}
		events = events[n:]
	}
	return nil
}

func (s *Searcher) raw(ctx context.Context, events []auditlog.Event) error {
	refs, index, err := s.references(ctx, events)
	if err != nil || len(refs) == 0 {
		return err
	}
	records, err := s.o.Store.Raw(ctx, refs)
	if err != nil {
		return err
	}
	for i, record := range records {
		events[index[instance{refs[i].ID, refs[i].Time.UnixNano()}]].Raw = record
	}
	return nil
}

// instance is what tells events apart: whoever appends Platform events may use
// an id again on another day.
type instance struct {
	id string
	at int64 // Nanoseconds since 1970.
}

// references finds out where the records of events are.
func (s *Searcher) references(ctx context.Context, events []auditlog.Event) (refs []auditlog.RawRef, index map[instance]int, err error) {
	index = make(map[instance]int, len(events))
	ids := make([]string, len(events))
	from, to := events[0].Time, events[0].Time
	for i := range events {
		index[instance{events[i].ID, events[i].Time.UnixNano()}], ids[i] = i, strconv.Quote(events[i].ID)
		from, to = earlier(from, events[i].Time), later(to, events[i].Time)
	}
	statement := auditlog.Statement{
		LogsQL: row.Raw + ":* id:in(" + strings.Join(ids, ",") + ") | fields _time, id, " + row.Raw, From: from, To: to.Add(1),
	}
	_, err = s.o.Store.Select(ctx, statement, func(r auditlog.Row) error {
		at, err := instanceOf(r)
		if i, ok := index[at]; ok {
			refs = append(refs, auditlog.RawRef{Time: events[i].Time, ID: events[i].ID, Ref: strings.Clone(r.Get(row.Raw))})
		}
		return err
	})
	return refs, index, err
}

func instanceOf(r auditlog.Row) (instance, error) {
	at, err := time.Parse(time.RFC3339Nano, r.Get(row.Time))
	if err != nil {
		return instance{}, fmt.Errorf("time of event %q: %w", r.Get("id"), err)
	}
	return instance{r.Get("id"), at.UnixNano()}, nil
}
