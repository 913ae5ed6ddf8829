package trigger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// filter compiles what a trigger looks for.
func (e *Engine) filter(d *Definition) (string, error) {
	o := e.o.LogsQL
	o.Now, o.Scope = e.o.Now(), nil
	narrowed := *d
	if len(d.Systems) > 0 && len(d.Folders) == 0 {
		o.Scope, narrowed.Systems = &d.Systems, nil // Streams of the store: the others are not read at all.
	}
	return logsql.Filter(narrowed.Condition(), o)
}

// fingerprint identifies what a trigger looks for.
func fingerprint(d *Definition) (string, error) {
	text, err := json.Marshal(d.Condition())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// find counts the matches of a span and reads the latest of them.
func (e *Engine) find(ctx context.Context, d *Definition, s *follow.Span) (state.Step, error) {
	step := state.Step{Keep: e.o.Keep}
	filter, err := e.filter(d) // Anew: folders and tags change.
	if err != nil {
		return step, err
	}
	if step.Totals, err = e.count(ctx, s, filter); err != nil || len(step.Totals) == 0 {
		return step, err
	}
	step.Matches, err = e.latest(ctx, s, filter)
	return step, err
}

// count counts the matches by system.
func (e *Engine) count(ctx context.Context, s *follow.Span, filter string) ([]state.Total, error) {
	var totals []state.Total
	statement := s.Statement(filter, "stats by (cloud, system) count() events, max(_time) latest")
	_, err := e.o.Store.Select(ctx, statement, func(r auditlog.Row) error {
		n, err := follow.Number(r, "events")
		if err != nil || n == 0 {
			return err
		}
		last, err := follow.Instant(r, "latest")
		totals = append(totals, state.Total{
			Cloud: entitlement.Cloud(clone(r, query.Cloud)), System: entitlement.SystemID(clone(r, query.System)), Count: n, Last: last,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count the matches: %w", err)
	}
	return totals, nil
}

func clone(r auditlog.Row, f query.Field) string { return strings.Clone(r.Get(string(f))) }
