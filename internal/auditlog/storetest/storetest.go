// Package storetest is the contract of auditlog.Store as tests: what its
// comments promise, every store must keep.
//
// It is used by the tests of the stores alone:
//
//	storetest.Run(t, storetest.Options{Open: …, Reopen: …})
package storetest

import (
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// Options say how the stores under test are made.
type Options struct {
	// Open returns a new, empty store that reads the clock now. The suite
	// closes it.
	Open func(t *testing.T, now func() time.Time) auditlog.Store
	// Reopen closes s and opens what it held once more. Nil leaves out the
	// tests that need it.
	Reopen func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store
	// Crash ends s (or the server behind it) as a power cut would and opens
	// what is left of it. Nil leaves out the tests that need it.
	Crash func(t *testing.T, s auditlog.Store, now func() time.Time) auditlog.Store
	// Retention is how long the stores keep events. Defaults to 90 days; at
	// least a week.
	Retention time.Duration
	// Events is how many events the test of large numbers adds. Defaults to
	// 20,000.
	Events int
	// Scripts is how many random sequences of calls are run. Defaults to 20.
	Scripts int
}

// Run tests the stores that o opens.
func Run(t *testing.T, o Options) {
	t.Helper()
	s := newSuite(o)
	s.run(t, s.tests())
	s.run(t, s.crashTests())
}

// RunCrash tests what a crash leaves of the stores that o opens, for stores
// that stand on one server, which a crash of one takes from the others.
func RunCrash(t *testing.T, o Options) {
	t.Helper()
	s := newSuite(o)
	s.run(t, s.crashTests())
}

func newSuite(o Options) *suite {
	if o.Retention == 0 {
		o.Retention = 90 * 24 * time.Hour
	}
	if o.Events == 0 {
		o.Events = 20_000
	}
	if o.Scripts == 0 {
		o.Scripts = 20
	}
	return &suite{o}
}

func (s *suite) run(t *testing.T, tests []test) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t)
		})
	}
}

type suite struct{ Options }

func (s *suite) crashTests() []test {
	return []test{{"added again after a crash", s.againAfterCrash}}
}

type test struct {
	name string
	run  func(t *testing.T)
}

func (s *suite) tests() []test {
	return []test{
		{"an event comes back as it was added", s.comesBack},
		{"nothing is kept of the slice", s.keepsNothing},
		{"adding nothing", s.addsNothing},
		{"added twice in a batch", s.twiceInBatch},
		{"added again", s.again},
		{"added at once from many sides", s.atOnce},
		{"added again after a restart", s.againAfterRestart},
		{"older than the retention", s.expired},
		{"ingestion times and Sync", s.ingested},
		{"ingestion times while the clock goes back", s.clockBack},
		{"ingestion times after a restart", s.ingestedAfterRestart},
		{"marks", s.marks},
		{"a range is exact to the nanosecond", s.ranges},
		{"an open range", s.openRange},
		{"rows come in the order of the statement", s.order},
		{"groups", s.groups},
		{"an error of the caller ends the answer", s.callerFails},
		{"a cancelled context", s.cancelled},
		{"statements that are none", s.badStatements},
		{"empty answers", s.emptyAnswers},
		{"a column without a value is absent", s.absent},
		{"values that are hard to carry", s.values},
		{"long values", s.longValues},
		{"several actions, resources and keys", s.several},
		{"records byte for byte", s.records},
		{"many records in any order", s.manyRecords},
		{"records after a restart", s.recordsAfterRestart},
		{"what the store holds", s.stats},
		{"a closed store", s.closed},
		{"closed while it works", s.closedAtWork},
		{"many events", s.many},
		{"many days", s.days},
		{"any sequence of calls", s.scripts},
	}
}
