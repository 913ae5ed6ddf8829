package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/usage"
)

// question is one query of the benchmark. Those with a peer are asked of DuckDB
// as well, by that name.
type question struct {
	name, title, peer string
	text              string // In the query language; NEEDLE stands for a request id.
}

// questions are those that the benchmarks of the design name. The range is 100
// days, so that every event is in it.
func questions() []question {
	return []question{
		{"latest", "latest 100 refused calls of S3 or reads", "latest", "outcome:denied and (service:s3.amazonaws.com or name:Get*)"},
		{"top", "top 10 identities", "top", "| count by identity | limit 10"},
		{"denied", "refused calls by hour", "denied", "outcome:denied | series 1h"},
		{"needle", "one request id", "needle", "request_id:NEEDLE"},
		{"used", "used set of every identity, 90 days, from the store", "used", "not outcome:denied | count, first, last by identity, action | limit 10000"},
		{"index", "used set of one identity, 90 days, from the index", "", ""},
		{"indexes", "used set of every identity, 90 days, from the index", "used", ""},
	}
}

// ask returns how many rows the question's answer has.
func ask(ctx context.Context, s *search.Searcher, q query.Query) (int, error) {
	switch {
	case q.Group != nil:
		table, err := s.Groups(ctx, q, search.Caller{})
		return len(table.Rows), err
	case q.Series != nil:
		series, err := s.Series(ctx, q, search.Caller{})
		n := 0
		for _, line := range series.Lines {
			n += len(line.Counts)
		}
		return n, err
	}
	page, err := s.Events(ctx, q, search.Caller{})
	return len(page.Events), err
}

// prepared is a question ready to be asked.
func (q *question) prepared(s *search.Searcher, x *usage.Index, needle string, now time.Time) (func(context.Context) (int, error), error) {
	switch q.name {
	case "index":
		return usedOf(x, now, 1), nil
	case "indexes":
		return usedOf(x, now, len(x.Identities())), nil
	}
	asked, err := query.Parse(replace(q.text, needle))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", q.name, err)
	}
	asked.Range.Last = config.Duration(100 * 24 * time.Hour)
	return func(ctx context.Context) (int, error) { return ask(ctx, s, asked) }, nil
}

// usedOf asks the index for the used actions of its first n identities.
func usedOf(x *usage.Index, now time.Time, n int) func(context.Context) (int, error) {
	ids := x.Identities()[:n]
	return func(context.Context) (int, error) {
		rows := 0
		for _, id := range ids {
			rows += len(x.Usage(id, now.AddDate(0, 0, -90), now).Actions)
		}
		return rows, nil
	}
}

// findNeedle returns the request id of an event in the middle of the range.
func findNeedle(ctx context.Context, store auditlog.Store, now time.Time) (string, error) {
	found := errors.New("found")
	id := ""
	_, err := store.Select(ctx, auditlog.Statement{
		LogsQL: "request_id:* | fields request_id | limit 1", From: now.AddDate(0, 0, -45), To: now.AddDate(0, 0, -44),
	}, func(r auditlog.Row) error {
		id = string([]byte(r.Get("request_id")))
		return found
	})
	if !errors.Is(err, found) {
		return "", errors.Join(errors.New("no event with a request id 45 days ago"), err)
	}
	return id, nil
}
