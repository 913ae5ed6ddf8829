package search

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// run is one query on its way.
type run struct {
	store   auditlog.Store
	plan    *logsql.Plan
	caller  Caller
	partial bool
}

func (s *Searcher) run(p *logsql.Plan, c Caller) *run {
	return &run{store: s.o.Store, plan: p, caller: c}
}

// ask runs a statement over a part of the time.
func (r *run) ask(ctx context.Context, statement string, from, to time.Time, each func(auditlog.Row) error) error {
	if r.plan.Nothing || !from.Before(to) {
		return ctx.Err()
	}
	o, err := r.store.Select(ctx, auditlog.Statement{LogsQL: statement, From: from, To: to, AllowPartial: r.caller.AllowPartial}, each)
	r.partial = r.partial || o.Partial
	return err
}

// askColumns runs a statement over all of the time.
func (r *run) askColumns(ctx context.Context, reader auditlog.ColumnReader, statement string, columns []string, block func(uint, [][]string, int) error) error {
	if r.plan.Nothing {
		return ctx.Err()
	}
	st := auditlog.Statement{LogsQL: statement, From: r.plan.From, To: r.plan.To, AllowPartial: r.caller.AllowPartial}
	o, err := reader.SelectColumns(ctx, st, columns, block)
	r.partial = r.partial || o.Partial
	return err
}

func (r *run) outcomes() auditlog.Outcomes { return auditlog.Outcomes{Partial: r.partial} }

// eventFields is the pipe that leaves the columns that make an event.
func eventFields() string {
	return " | fields " + strings.Join(slices.Concat([]string{
		row.Time, row.Message, row.Mapping, row.Actions, row.Resources, row.ResourceTypes, row.Issueds,
	}, []string{
		"id", "cloud", "system", "identity", "identity_type", "username", "session", "access_key", "service", "name", "action",
		"resource", "resource_type", "outcome", "error_code", "error_text", "address", "user_agent", "region", "read_only",
		"data_event", "request_id", "invoked_by", "by_service", "issued",
	}), ", ")
}

// errEnough ends a statement that has answered enough.
var errEnough = errors.New("enough")

func enough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}
