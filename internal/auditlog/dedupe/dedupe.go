// Package dedupe remembers the ids of events by day, so that a store knows an
// event that it has.
//
// A store holds the ids of those days that it is being written to, loaded from
// what is stored when a day is first written; the days that were not written to
// for longest leave when memory is short. Ids are held as hashes of 128 bits,
// keyed anew in each process: that two of a hundred million ids are taken for
// one has a chance below 1 in 10^22.
package dedupe

import (
	"container/list"
	"context"
	"fmt"
	"hash/maphash"
	"time"
)

// Options say how many ids are held and where they come from.
type Options struct {
	// MaxIDs is how many ids are held before days leave, the least recently
	// used first; the day in use stays, however many ids it has. Defaults to 4
	// million, which take some 160 MB.
	MaxIDs int
	// Load hands on the ids of all events of one day (UTC) that are stored.
	Load func(ctx context.Context, day time.Time, id func(string)) error
}

// Days holds the ids of days. It is not safe for concurrent use: two callers
// could both find an id unknown.
type Days struct {
	o    Options
	days map[int64]*list.Element // By days since 1970; the values are *day.
	used *list.List              // The most recently used day first.
	ids  int
	seed [2]maphash.Seed
}

type day struct {
	number int64
	ids    map[hash]struct{}
}

type hash [2]uint64

// New returns an empty memory.
func New(o Options) *Days {
	if o.MaxIDs == 0 {
		o.MaxIDs = 4_000_000
	}
	return &Days{o: o, days: make(map[int64]*list.Element), used: list.New(), seed: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// Known reports whether an event of the given time and id is stored. The first
// question about a day loads it.
func (d *Days) Known(ctx context.Context, at time.Time, id string) (bool, error) {
	el, ok := d.days[number(at)]
	if !ok {
		var err error
		if el, err = d.load(ctx, number(at)); err != nil {
			return false, err
		}
	} else if d.used.Front() != el {
		d.used.MoveToFront(el)
	}
	_, known := el.Value.(*day).ids[d.hash(id)]
	return known, nil
}

// Add notes that an event was stored. If its day has left meanwhile, it is the
// store's to hand the id on when the day is loaded again.
func (d *Days) Add(at time.Time, id string) {
	if el, ok := d.days[number(at)]; ok {
		d.add(el.Value.(*day), id)
		d.shrink(el)
	}
}

// Forget drops the day of a time: it is loaded anew when it is next asked for.
func (d *Days) Forget(at time.Time) {
	if el, ok := d.days[number(at)]; ok {
		d.drop(el)
	}
}

// Len returns how many ids are held.
func (d *Days) Len() int { return d.ids }

func (d *Days) load(ctx context.Context, n int64) (*list.Element, error) {
	loaded := &day{number: n, ids: make(map[hash]struct{})}
	at := time.Unix(n*86400, 0).UTC()
	err := d.o.Load(ctx, at, func(id string) { loaded.ids[d.hash(id)] = struct{}{} })
	if err != nil {
		return nil, fmt.Errorf("load the ids of %s: %w", at.Format(time.DateOnly), err)
	}
	el := d.used.PushFront(loaded)
	d.days[n] = el
	d.ids += len(loaded.ids)
	d.shrink(el)
	return el, nil
}

func (d *Days) add(to *day, id string) {
	before := len(to.ids)
	to.ids[d.hash(id)] = struct{}{}
	d.ids += len(to.ids) - before
}

// shrink lets days leave until there is room, but keep.
func (d *Days) shrink(keep *list.Element) {
	for d.ids > d.o.MaxIDs {
		el := d.used.Back()
		if el == keep {
			if el = el.Prev(); el == nil {
				return
			}
		}
		d.drop(el)
	}
}

func (d *Days) drop(el *list.Element) {
	gone := d.used.Remove(el).(*day)
	delete(d.days, gone.number)
	d.ids -= len(gone.ids)
}

func (d *Days) hash(id string) hash {
	return hash{maphash.String(d.seed[0], id), maphash.String(d.seed[1], id)}
}

// number counts the days since 1970 (UTC), also before it.
func number(at time.Time) int64 {
	s := at.Unix()
	n := s / 86400
	if s%86400 < 0 {
		n--
	}
	return n
}
