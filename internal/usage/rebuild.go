package usage

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Stored says which events of an audit store an index is made from.
type Stored struct {
	Store  auditlog.Store
	System entitlement.SystemID // "" is every system.
	// From and To bound the events' time: From <= time < To. Zero is open.
	From, To time.Time
	// Prepare, if set, is given the empty index, to have it track sessions.
	Prepare func(*Index)
	// Each, if set, is told of each event.
	Each func(*auditlog.Event)
}

// Rebuild returns the index of stored events. It is equal to one that was given
// the same events one after the other, since a store has each once and the
// order does not matter; only what was announced by RecordsData is not in it.
func Rebuild(ctx context.Context, cat *catalog.Catalog, s Stored) (*Index, error) {
	x := New(cat)
	if s.Prepare != nil {
		s.Prepare(x)
	}
	_, err := s.Store.Select(ctx, s.statement(), func(r auditlog.Row) error {
		ev, err := row.Decode(r)
		if err != nil {
			return err
		}
		if s.Each != nil {
			s.Each(&ev)
		}
		x.Add(&ev)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rebuild the usage index from the audit store: %w", err)
	}
	return x, nil
}

// statement asks for what the index counts, and for all of it: a part of a
// cluster would make used permissions look unused.
func (s *Stored) statement() auditlog.Statement {
	filter := "*"
	if s.System != "" {
		filter = "{system=" + strconv.Quote(string(s.System)) + "}"
	}
	return auditlog.Statement{From: s.From, To: s.To, LogsQL: filter + " | fields _time, id, system, identity, session, access_key, service, name, " +
		"action, actions, resource, resources, outcome, error_code, data_event, invoked_by, by_service, mapping"}
}
