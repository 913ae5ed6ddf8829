package search

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

const (
	// FirstWidth is that of the first slice of time, and narrowest that below
	// which slices are not narrowed: clouds record times by the second.
	firstWidth = time.Minute
	narrowest  = time.Second
	// Spare is how many rows a slice may have at least before it is narrowed.
	spare = 2000
)

// walk finds the first events by time, slice by slice.
func (f *finder) walk(ctx context.Context) error {
	from, to := f.plan.From, f.plan.To
	if f.after != nil {
		if at := time.Unix(0, f.after.Time); f.order.after {
			to = earlier(to, at.Add(1))
		} else {
			from = later(from, at)
		}
	}
	width := firstWidth
	for from.Before(to) && len(f.found) < f.need {
		a, b := cut(from, to, width, f.order.after)
		rows, overflow, err := f.slice(ctx, a, b)
		if err != nil {
			return err
		}
		if overflow != nil {
			width = narrower(a, b, overflow, f.order.after)
			continue
		}
		if f.order.after {
			to = a
		} else {
			from = b
		}
		width = wider(b.Sub(a), rows, f.need-len(f.found))
	}
	return ctx.Err()
}

// cut returns the slice of a width at the end of a stretch, or its beginning.
func cut(from, to time.Time, width time.Duration, end bool) (a, b time.Time) {
	if width >= to.Sub(from) || width <= 0 {
		return from, to
	}
	if end {
		return to.Add(-width), to
	}
	return from, from.Add(width)
}

// wider returns the width of the next slice: so wide that it holds what is still
// needed if events are as frequent there, between twice and 16 times.
func wider(width time.Duration, rows, need int) time.Duration {
	factor := 16
	if rows > 0 {
		factor = min(max(need/rows+1, 2), 16)
	}
	if width > 1<<58/16 {
		return 1 << 58
	}
	return width * time.Duration(factor)
}

// narrower returns the width of a slice that lies within one which had too many
// events, at its end or beginning, and holds about a quarter of those that were
// seen; or, where so many are of the same instant, what lies before that, and
// then that instant alone.
func narrower(from, to time.Time, seen []int64, end bool) time.Duration {
	slices.Sort(seen)
	if !end {
		cut, first := seen[len(seen)/4], seen[0]
		switch {
		case cut > first:
			return time.Duration(min(cut+1, to.UnixNano()-1) - from.UnixNano())
		case from.UnixNano() < first:
			return time.Duration(first - from.UnixNano())
		}
		return 1
	}
	cut, last := seen[len(seen)-1-len(seen)/4], seen[len(seen)-1]
	switch {
	case cut < last:
		return time.Duration(to.UnixNano() - max(cut, from.UnixNano()+1))
	case to.UnixNano() > last+1:
		return time.Duration(to.UnixNano() - last - 1)
	}
	return 1
}

func timesOf(list []found) []int64 {
	out := make([]int64, len(list))
	for i := range list {
		out[i] = list[i].at.Time
	}
	return out
}

// slice adds the events of a slice of time to those found. It gives up where
// there are many more than are needed and the slice could be narrower, with the
// times of those that it has seen.
func (f *finder) slice(ctx context.Context, from, to time.Time) (rows int, overflow []int64, err error) {
	limit := max(4*f.need, spare)
	wanted := newFirst(f.need-len(f.found), func(a, b found) int { return f.order.compare(a.at, b.at) })
	err = f.ask(ctx, f.plan.Filter+f.fields(), from, to, func(r auditlog.Row) error {
		at, err := f.order.positionOf(r)
		if err != nil {
			return err
		}
		if rows++; to.Sub(from) > narrowest {
			if overflow = append(overflow, at.Time); rows > limit {
				return errEnough
			}
		}
		return f.consider(wanted, at, r)
	})
	if err = enough(err); err != nil || rows > limit && overflow != nil {
		return rows, overflow, err
	}
	f.found = append(f.found, wanted.sorted()...)
	return rows, nil, nil
}

func (f *finder) consider(wanted *first[found], at position, r auditlog.Row) error {
	if !f.behind(at) || !wanted.wants(found{at: at}) {
		return nil
	}
	ev, err := row.Decode(r)
	if err == nil {
		wanted.add(found{at.clone(), ev})
	}
	return err
}

// fields leaves the columns of events, and those that are sorted by.
func (f *finder) fields() string {
	fields := []string{eventFields()}
	for _, k := range f.order.keys {
		fields = append(fields, k.column)
	}
	return strings.Join(fields, ", ")
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
