package query

import (
	"slices"
	"time"
)

// maxCursor bounds a cursor, in bytes.
const maxCursor = 16 << 10

func (q *Query) validateAnswer(p *problems) {
	if q.Group != nil && q.Series != nil {
		p.add("series", "stands beside group; ask for the one or the other")
	}
	if q.Group != nil {
		q.Group.validate(p)
	}
	if q.Series != nil {
		q.Series.validate(p, &q.Range)
	}
	for i := range boundedBy(p, "sort", q.Sort) {
		if message := q.checkOrder(i); message != "" {
			p.add(element("sort", i), "%s", message)
		}
	}
	q.validateLimit(p)
	q.validateCursor(p)
}

func boundedBy[T any](p *problems, path string, list []T) []T {
	if len(list) > MaxBy {
		p.add(path, "has %d elements; at most %d are taken", len(list), MaxBy)
		return nil
	}
	return list
}

func (q *Query) validateLimit(p *problems) {
	switch {
	case q.Limit < 0:
		p.add("limit", "%d is below 0; leave it out for %d", q.Limit, DefaultLimit)
	case q.Limit > MaxLimit:
		p.add("limit", "%d is more than %d; continue with the cursor, or narrow the question", q.Limit, MaxLimit)
	case q.Limit > 0 && q.Series != nil:
		p.add("limit", "does not bound a series; use top")
	}
}

func (q *Query) validateCursor(p *problems) {
	switch {
	case q.Cursor == "":
	case q.Group != nil || q.Series != nil:
		p.add("cursor", "continues events only, not groups or a series")
	case len(q.Cursor) > maxCursor:
		p.add("cursor", "has %d bytes, which none that was given out has", len(q.Cursor))
	}
}

func (g *Group) validate(p *problems) {
	for i, f := range boundedBy(p, "group.by", g.By) {
		if message := checkGroupable(f); message != "" {
			p.add(element("group.by", i), "%s", message)
		} else if twice(g.By, i) {
			p.add(element("group.by", i), "%s stands there twice", f)
		}
	}
	for i, a := range boundedBy(p, "group.aggregates", g.Aggregates) {
		path := element("group.aggregates", i)
		checkAggregate(p, path, a, true)
		if twice(g.Aggregates, i) {
			p.add(path, "%s stands there twice", a)
		}
	}
}

func checkGroupable(f Field) string {
	info, ok := lookup(f)
	switch {
	case !ok:
		return quote(string(f)) + " is not a field" + didYouMean(string(f))
	case f == Time || f == Ingested:
		return "events cannot be grouped by " + string(f) + "; ask for a series"
	case !info.Group:
		return "events cannot be grouped by " + string(f)
	}
	return ""
}

// checkAggregate checks a function of a group or, without times, of a series.
func checkAggregate(p *problems, path string, a Aggregate, times bool) {
	known := []Function{Count, Unique}
	if times {
		known = append(known, First, Last)
	}
	switch a.Function {
	case Unique:
		if a.Field == "" {
			p.add(under(path, "field"), "is missing; say what to count the different values of")
		} else if message := checkGroupable(a.Field); message != "" {
			p.add(under(path, "field"), "%s", message)
		}
		return
	case Count:
	case First, Last:
		if !times {
			p.add(under(path, "function"), "a series is of count or unique, not of %s", a.Function)
			return
		}
	default:
		p.add(under(path, "function"), "%s is not one of %s", quote(string(a.Function)), names(known))
		return
	}
	if a.Field != "" {
		p.add(under(path, "field"), "%s has no field; only unique has", a.Function)
	}
}

func (s *Series) validate(p *problems, r *Range) {
	step := time.Duration(s.Step)
	switch span := r.To.Sub(r.From); {
	case step < 0 || step > 0 && step < MinStep:
		p.add("series.step", "%s is below %s", step, MinStep)
	case step == 0:
	case r.Last > 0:
		checkSteps(p, time.Duration(r.Last), step)
	case r.From.IsZero():
		checkSteps(p, DefaultRange, step)
	case !r.To.IsZero():
		checkSteps(p, span, step)
	}
	for i, f := range boundedBy(p, "series.by", s.By) {
		if message := checkGroupable(f); message != "" {
			p.add(element("series.by", i), "%s", message)
		} else if twice(s.By, i) {
			p.add(element("series.by", i), "%s stands there twice", f)
		}
	}
	if s.Top < 0 || s.Top > MaxTop {
		p.add("series.top", "%d is not between 0 and %d", s.Top, MaxTop)
	}
	if s.Function != "" || s.Field != "" {
		a := Aggregate{Function: s.Function, Field: s.Field}
		if a.Function == "" {
			a.Function = Count
		}
		checkAggregate(p, "series", a, false)
	}
}

func checkSteps(p *problems, span, step time.Duration) {
	if n := int64(span / step); n > MaxSteps {
		p.add("series.step", "%s makes %d intervals; at most %d are taken, so give %s or more", step, n, MaxSteps, (span/MaxSteps).Round(time.Second)+time.Second)
	}
}

// checkOrder tells what is wrong with an order, "" if nothing is.
func (q *Query) checkOrder(i int) string {
	by := q.Sort[i].By
	for _, earlier := range q.Sort[:i] {
		if earlier.By == by {
			return by + " stands there twice"
		}
	}
	switch {
	case q.Series != nil:
		return "a series has no order of its own"
	case q.Group != nil:
		return q.Group.checkOrder(by)
	}
	info, ok := lookup(Field(by))
	switch {
	case !ok:
		return quote(by) + " is not a field" + didYouMean(by)
	case !info.Sort:
		return "events cannot be sorted by " + by
	}
	return ""
}

func (g *Group) checkOrder(by string) string {
	var columns []string
	for _, f := range g.By {
		columns = append(columns, string(f))
	}
	for _, a := range g.Columns() {
		columns = append(columns, a.String())
	}
	if slices.Contains(columns, by) {
		return ""
	}
	return quote(by) + " is not a column of the groups; there are " + names(columns)
}
