package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// question makes a question of the flags. A query is read here, so that what is
// wrong with it is shown without asking anybody.
func (f *queryFlags) question(stdin io.Reader) (*api.AuditQuestion, error) {
	ask := &api.AuditQuestion{AllowPartial: f.partial, Raw: f.raw, Limit: f.limit, Cursor: f.cursor, Folders: f.folders}
	for _, c := range f.clouds {
		ask.Clouds = append(ask.Clouds, entitlement.Cloud(c))
	}
	for _, s := range f.systems {
		ask.Systems = append(ask.Systems, entitlement.SystemID(s))
	}
	var err error
	if ask.Range, err = f.between(); err != nil {
		return nil, err
	}
	q, err := f.query(stdin)
	if err != nil || q == nil {
		ask.Saved = f.saved
		return ask, err
	}
	f.narrow(ask, q)
	ask.Query = q
	return ask, q.Validate()
}

// query returns the query that the flags give, nil for one that only the
// exporter knows.
func (f *queryFlags) query(stdin io.Reader) (*query.Query, error) {
	given := 0
	for _, s := range []string{f.text, f.json, f.saved} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, errors.New("give the query in one way only: as an argument, with --json or with --saved")
	case f.json != "":
		return readQuery(f.json, stdin)
	case f.saved != "":
		return f.shipped()
	}
	q, err := query.Parse(f.text)
	return &q, err
}

// shipped finds a query that ships, for those who ask no exporter.
func (f *queryFlags) shipped() (*query.Query, error) {
	if !f.local() && !f.explain {
		return nil, nil //nolint:nilnil // The exporter knows it.
	}
	var ids []string
	for _, d := range starter.Queries() {
		if d.ID == f.saved {
			return &d.Query, nil
		}
		ids = append(ids, d.ID)
	}
	return nil, fmt.Errorf("--saved: %q is not one of those that ship, %s; others are known to a running exporter alone", f.saved, strings.Join(ids, ", "))
}

func (f *queryFlags) local() bool { return f.store != "" || f.logs.given() }

func readQuery(path string, stdin io.Reader) (*query.Query, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--json: %w", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, query.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("--json: read %s: %w", path, err)
	}
	q, err := query.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("--json: %s: %w", path, err)
	}
	return &q, nil
}

// narrow moves what the flags say into the query, where they say something.
func (f *queryFlags) narrow(ask *api.AuditQuestion, q *query.Query) {
	if ask.Range != (query.Range{}) {
		q.Range = ask.Range
	}
	if ask.Clouds != nil {
		q.Clouds = ask.Clouds
	}
	if ask.Systems != nil {
		q.Systems = ask.Systems
	}
	if ask.Folders != nil {
		q.Folders = ask.Folders
	}
	if ask.Limit != 0 {
		q.Limit = ask.Limit
	}
	if ask.Cursor != "" {
		q.Cursor = ask.Cursor
	}
	ask.Range, ask.Clouds, ask.Systems, ask.Folders, ask.Limit, ask.Cursor = query.Range{}, nil, nil, nil, 0, ""
}

func (f *queryFlags) between() (query.Range, error) {
	var r query.Range
	if f.since != "" && (f.from != "" || f.to != "") {
		return r, errors.New("--since: stands beside --from or --to; give the one or the other")
	}
	if f.to != "" && f.from == "" {
		return r, errors.New("--from: is missing; give the begin of the time that --to ends")
	}
	if f.since != "" {
		var d config.Duration
		if err := d.UnmarshalText([]byte(f.since)); err != nil {
			return r, fmt.Errorf("--since: %w", err)
		}
		if d <= 0 {
			return r, fmt.Errorf("--since: %s looks at no time; give one like 24h or 90d", f.since)
		}
		r.Last = d
	}
	var err error
	if r.From, err = instantFlag("--from", f.from); err != nil {
		return r, err
	}
	r.To, err = instantFlag("--to", f.to)
	return r, err
}

func instantFlag(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s: %q is not a time such as 2026-01-31 or 2026-01-31T12:00:00Z", name, text)
}

func commas(list string) []string {
	var out []string
	for part := range strings.SplitSeq(list, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
