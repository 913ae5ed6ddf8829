package search

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// scan finds the first events of an order that does not begin with the time: it
// looks at what all of them are sorted by, and then reads those that it wants.
func (f *finder) scan(ctx context.Context) error {
	wanted := newFirst(f.need, f.order.compare)
	statement := f.plan.Filter + " | fields " + strings.Join(f.order.columns(), ", ")
	err := f.ask(ctx, statement, f.plan.From, f.plan.To, func(r auditlog.Row) error {
		at, err := f.order.positionOf(r)
		if err == nil && f.behind(at) && wanted.wants(at) {
			wanted.add(at.clone())
		}
		return err
	})
	if err != nil {
		return err
	}
	return f.read(ctx, wanted.sorted())
}

// read reads the events at positions.
func (f *finder) read(ctx context.Context, at []position) error {
	if len(at) == 0 {
		return nil
	}
	index := make(map[instance]int, len(at))
	ids := make([]string, len(at))
	from, to := at[0].Time, at[0].Time
	for i, p := range at {
		index[instance{p.ID, p.Time}], ids[i] = i, strconv.Quote(p.ID)
		from, to = min(from, p.Time), max(to, p.Time)
	}
	f.found = make([]found, len(at))
	read := 0
	statement := f.plan.Filter + " id:in(" + strings.Join(ids, ",") + ")" + eventFields()
	err := f.ask(ctx, statement, time.Unix(0, from), time.Unix(0, to+1), func(r auditlog.Row) error {
		ev, err := row.Decode(r)
		if i, ok := index[instance{ev.ID, ev.Time.UnixNano()}]; ok && err == nil {
			f.found[i] = found{at[i], ev}
			read++
		}
		return err
	})
	if read < len(at) { // The retention has taken some in the meantime.
		f.found = present(f.found)
	}
	return err
}

func present(list []found) []found {
	out := list[:0]
	for _, e := range list {
		if e.ev.ID != "" {
			out = append(out, e)
		}
	}
	return out
}
