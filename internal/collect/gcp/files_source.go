package gcp

import (
	"fmt"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Reasons for which records of exports are refused, and codes of problems,
// besides those of package records. The set is bounded.
const (
	MorePages     records.Reason = "more_pages"     // A paged answer stops before its last page.
	Incomplete    records.Reason = "incomplete"     // Something that must be there is not.
	NoProject     records.Reason = "no_project"     // A record is of no project that is known.
	Contradiction records.Reason = "contradiction"  // Two records say different things of the same.
	UnknownGroup  records.Reason = "unknown_group"  // Who is in a group is not known.
	LogRecord     records.Reason = "log_record"     // A record of a log among entitlements.
	UnknownPolicy records.Reason = "unknown_policy" // A binding refers to a policy that is absent.
)

// source is one record of an export: it is taken, unless something refuses it.
type source struct {
	place
	rejected records.Reason
}

// Stats count what the reading of exports found: In = Taken + the sum of
// Rejected. A record that says again what another said is taken.
type Stats struct {
	In       int // Records found.
	Taken    int
	Rejected map[records.Reason]int

	Files   int                    // Files opened.
	Refused map[records.Reason]int // Files of which nothing could be read.
	Ignored int                    // Files in a directory that are nothing like an export: constraints in YAML, a README.
	Bytes   int64                  // Read and decompressed.
}

// counted counts what was taken and refused so far.
func (b *builder) counted() Stats {
	s := b.stats
	s.In, s.Rejected = len(b.sources), map[records.Reason]int{}
	for _, src := range b.sources {
		if src.rejected != "" {
			s.Rejected[src.rejected]++
			continue
		}
		s.Taken++
	}
	return s
}

func (b *builder) source(p place) *source {
	src := &source{place: p}
	b.sources = append(b.sources, src)
	return src
}

// reject refuses a record as a whole.
func (b *builder) reject(src *source, reason records.Reason, format string, args ...any) {
	if src.rejected == "" {
		src.rejected = reason
	}
	b.problem(src.place, reason, format, args...)
}

// problem reports a part of a record that cannot be read, without refusing the
// rest.
func (b *builder) problem(p place, reason records.Reason, format string, args ...any) {
	b.problems.add(reason, p.String(), fmt.Sprintf(format, args...))
}

// problemLog keeps problems, so many for each reason.
type problemLog struct {
	most  int
	kept  []entitlement.Problem
	count map[records.Reason]int
}

func newProblemLog(most int) *problemLog {
	return &problemLog{most: most, count: map[records.Reason]int{}}
}

func (l *problemLog) add(reason records.Reason, subject, message string) {
	if l.count[reason]++; l.count[reason] <= l.most {
		l.kept = append(l.kept, entitlement.Problem{Code: string(reason), Subject: subject, Message: message})
	}
}

// list returns the problems, and one more for each reason of which there were
// too many.
func (l *problemLog) list() []entitlement.Problem {
	out := l.kept
	for _, p := range l.kept {
		if n := l.count[records.Reason(p.Code)] - l.most; n > 0 {
			l.count[records.Reason(p.Code)] = 0
			out = append(out, entitlement.Problem{
				Code: p.Code, Subject: "exports", Message: fmt.Sprintf("%d more of these are not listed", n),
			})
		}
	}
	return out
}
