package query

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/entitlement"
)

// Validate tells what is wrong with a query: an [Error] for each place, joined.
// It is nil for what can be asked.
//
// What is disabled must have the right shape, but its values may be missing or
// wrong: it may be half written.
func (q *Query) Validate() error {
	p := &problems{}
	q.Range.validate(p)
	q.validatePlaces(p)
	if q.Where != nil {
		v := validation{problems: p}
		v.node(q.Where, "where", 1, false)
	}
	q.validateAnswer(p)
	return p.err()
}

// Validate tells what is wrong with a condition, as [Query.Validate] does; its
// path begins with "where".
func (n *Node) Validate() error {
	v := validation{problems: &problems{}}
	v.node(n, "where", 1, false)
	return v.problems.err()
}

func (r *Range) validate(p *problems) {
	absolute := !r.From.IsZero() || !r.To.IsZero()
	switch {
	case r.Last < 0:
		p.add("range.last", "%s is below 0; say how far back to look, like 24h or 90d", time.Duration(r.Last))
	case r.Last > 0 && absolute:
		p.add("range", "has both last and from or to; give the one or the other")
	case r.From.IsZero() && !r.To.IsZero():
		p.add("range.from", "is missing; give the beginning, or last instead of to")
	case !r.To.IsZero() && !r.From.Before(r.To):
		p.add("range.to", "%s is not after from, %s", r.To.Format(time.RFC3339), r.From.Format(time.RFC3339))
	}
	for _, end := range []struct {
		name string
		t    time.Time
	}{{"from", r.From}, {"to", r.To}} {
		if !end.t.IsZero() && !storable(end.t) {
			p.add("range."+end.name, "the year %d is not between 1678 and 2261", end.t.Year())
		}
	}
}

// storable tells whether a time is one that nanoseconds since 1970 can say.
func storable(t time.Time) bool {
	y := t.UTC().Year()
	return 1678 <= y && y <= 2261
}

func (q *Query) validatePlaces(p *problems) {
	for i, c := range bounded(p, "clouds", q.Clouds) {
		switch c {
		case entitlement.AWS, entitlement.Azure, entitlement.GCP, entitlement.Platform:
		default:
			p.add(element("clouds", i), "%s is not one of aws, azure, gcp, platform", quote(string(c)))
		}
	}
	for i, s := range bounded(p, "systems", q.Systems) {
		checkName(p, element("systems", i), string(s))
	}
	for i, f := range bounded(p, "folders", q.Folders) {
		checkName(p, element("folders", i), f)
	}
}

func checkName(p *problems, path, name string) {
	switch {
	case name == "":
		p.add(path, "is empty; leave it out")
	case len(name) > maxName:
		p.add(path, "has %d bytes; at most %d are taken", len(name), maxName)
	case !utf8.ValidString(name):
		p.add(path, "is not UTF-8")
	}
}

const maxName = 2 << 10

// bounded returns the list, or none of it where it is too long to look at.
func bounded[T any](p *problems, path string, list []T) []T {
	if len(list) > MaxValues {
		p.add(path, "has %d elements; at most %d are taken", len(list), MaxValues)
		return nil
	}
	return list
}

// quote shows a text of a user in a message, shortened.
func quote(s string) string {
	const most = 60
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return `"` + escaped(s) + `"`
}

func names[T ~string](list []T) string {
	var b strings.Builder
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(e))
	}
	return b.String()
}

func twice[T comparable](list []T, i int) bool { return slices.Contains(list[:i], list[i]) }
