package search

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Options configure a Searcher.
type Options struct {
	// Store holds the events. It is needed.
	Store auditlog.Store
	// Catalog knows the spelling of actions, of other clouds than its own too; nil
	// takes them as they are written.
	Catalog *catalog.Catalog
	// Folders and Tagged are those of logsql.Options.
	Folders func(name string) []entitlement.SystemID
	Tagged  func(field query.Field, key, value string, op query.Operator) ([]string, error)
	Limits  Limits
	// TailEvery is how often Tail looks for new events. Defaults to 1 s.
	TailEvery time.Duration
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

// Limits bound what one query may cost.
type Limits struct {
	// Timeout bounds the time of an answer in one piece: events, groups, a
	// series or values; not of Each and Tail, which the caller's context bounds.
	// Defaults to 1 min.
	Timeout time.Duration
	// Groups is how many groups a query may have, before its limit, and how many
	// numbers a series consists of. Defaults to 1,000,000.
	Groups int
}

func (l *Limits) setDefaults() {
	if l.Timeout <= 0 {
		l.Timeout = time.Minute
	}
	if l.Groups <= 0 {
		l.Groups = 1_000_000
	}
}

// Searcher answers queries. It is safe for concurrent use.
type Searcher struct{ o Options }

// New returns a searcher over a store.
func New(o Options) *Searcher {
	o.Limits.setDefaults()
	if o.TailEvery <= 0 {
		o.TailEvery = time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Searcher{o: o}
}

// Caller is who asks.
type Caller struct {
	// Systems are those that the caller may see: nil is all, an empty list none.
	Systems *[]entitlement.SystemID
	// AllowPartial accepts an answer from a part of a cluster, which then says
	// so.
	AllowPartial bool
}

// compile plans a query within what the caller may see.
func (s *Searcher) compile(q *query.Query, c Caller) (*logsql.Plan, error) {
	return logsql.Compile(q, logsql.Options{
		Now: s.o.Now(), Scope: c.Systems, Folders: s.o.Folders, Tagged: s.o.Tagged, Catalog: s.o.Catalog,
	})
}
