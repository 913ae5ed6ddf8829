package search

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// position is a place in the order of events: after all events that compare
// less or equal.
type position struct {
	Keys []string `json:"k,omitempty"` // Values of what is sorted by, "" for the time.
	Time int64    `json:"t"`           // Nanoseconds since 1970.
	ID   string   `json:"i"`
}

// ordering is a total order of events.
type ordering struct {
	keys  []sortKey
	time  bool // The order begins with the time.
	after bool // Of two times the later comes first.
}

type sortKey struct {
	column     string
	descending bool
}

// order makes the query's sort a total order.
func order(sort []query.Order) ordering {
	o := ordering{after: true, time: len(sort) == 0 || sort[0].By == string(query.Time)}
	timed := false
	for _, s := range sort {
		k := sortKey{column: s.By, descending: s.Descending}
		if s.By == string(query.Time) {
			timed, k.column, o.after = true, row.Time, s.Descending
		}
		o.keys = append(o.keys, k)
	}
	if !timed {
		o.keys = append(o.keys, sortKey{column: row.Time, descending: true})
	}
	return o
}

// columns are the columns that a position is made of.
func (o *ordering) columns() []string {
	list := []string{"id"}
	for _, k := range o.keys {
		list = append(list, k.column)
	}
	return list
}

// positionOf returns the position of a row, valid as long as the row is.
func (o *ordering) positionOf(r auditlog.Row) (position, error) {
	e, err := instanceOf(r)
	if err != nil {
		return position{}, err
	}
	p := position{Time: e.at, ID: e.id}
	if len(o.keys) == 1 && o.time {
		return p, nil
	}
	p.Keys = make([]string, len(o.keys))
	for i, k := range o.keys {
		if k.column != row.Time {
			p.Keys[i] = r.Get(k.column)
		}
	}
	return p, nil
}

// clone copies a position.
func (p position) clone() position {
	keys := p.Keys
	p.ID, p.Keys = strings.Clone(p.ID), nil
	for _, k := range keys {
		p.Keys = append(p.Keys, strings.Clone(k))
	}
	return p
}

// fits tells whether a position, which came from outside, is one of the order.
func (o *ordering) fits(p *position) bool {
	return len(p.Keys) == len(o.keys) || len(p.Keys) == 0 && len(o.keys) == 1 && o.time
}

// compare is negative where a comes before b.
func (o *ordering) compare(a, b position) int {
	for i, k := range o.keys {
		c := 0
		if k.column == row.Time {
			c = cmp.Compare(a.Time, b.Time)
		} else {
			c = k.compare(a.Keys[i], b.Keys[i])
		}
		if k.descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	if o.after {
		return cmp.Compare(b.ID, a.ID)
	}
	return cmp.Compare(a.ID, b.ID)
}

func (k sortKey) compare(a, b string) int {
	if k.column == row.Ingested { // A number without leading zeros.
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}
