package audit

import (
	"cmp"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
)

// maxNumbers is how many numbers a series may consist of: the exporter refuses
// more.
const maxNumbers = 1_000_000

// defaultPoints are the intervals of a series where a panel does not say how
// many it has room for.
const defaultPoints = 1_000

// step sets the width of the intervals: the one that the query names, or the
// panel's, but never so narrow that the exporter would refuse it.
func (p *plan) step(interval time.Duration, points int64) {
	s := *p.q.Series
	p.q.Series = &s
	from, to := p.q.Between(time.Now()) // Without a range it is the last day, whenever that is.
	span, lines := to.Sub(from), int64(cmp.Or(s.Top, query.DefaultTop))+1
	most := min(query.MaxSteps, maxNumbers/lines) - 2 // The first and the last interval reach beyond the range.
	least := wide(span, most)
	if asked := s.Step.Std(); asked > 0 {
		if asked < least {
			s.Step = config.Duration(round(least))
			p.warnings = append(p.warnings, fmt.Sprintf("Intervals of %s are too many for so long a time: they are %s wide here.", config.Duration(asked), s.Step))
		}
		return
	}
	if points <= 0 {
		points = defaultPoints
	}
	s.Step = config.Duration(round(max(interval, wide(span, points), least, query.MinStep)))
}

// wide is how wide so many intervals of a span are.
func wide(span time.Duration, intervals int64) time.Duration {
	return (span + time.Duration(intervals) - 1) / time.Duration(intervals)
}

// round returns the next greater width that people think in.
func round(d time.Duration) time.Duration {
	const day = 24 * time.Hour
	for _, w := range []time.Duration{
		time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 28 * day,
	} {
		if d <= w {
			return w
		}
	}
	return (d + day - 1) / day * day
}

// counted is what a series counts.
func (p *plan) counted() string {
	s := p.q.Series
	return query.Aggregate{Function: cmp.Or(s.Function, query.Count), Field: s.Field}.String()
}
