package tables

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// Result is the answer to a question.
type Result struct {
	Definition *Definition
	Columns    []Column // Those asked for, in this order.
	Rows       [][]report.Cell
	Total      int // Before limit and offset.
	AsOf       time.Time
	Notices    []string
}

// Answer answers a question of a caller. Its error is a [BadError] or
// [ErrNotReady] where the asker can do something about it.
func (t *Set) Answer(ctx context.Context, name string, ask *api.TableQuestion, c *access.Caller) (*Result, error) {
	d := t.Definition(name)
	if d == nil {
		return nil, t.noTable(name)
	}
	q, err := t.question(d, ask, c)
	if err != nil {
		return nil, err
	}
	chosen, err := d.choose(ask.Columns)
	if err != nil {
		return nil, err
	}
	order, err := d.order(ask.Sort)
	if err != nil {
		return nil, err
	}
	if len(q.Assessed()) == 0 && len(q.Results) > 0 && d.Group != Collection && d.Group != Remediation {
		return nil, ErrNotReady
	}
	rows, err := d.Rows(ctx, q)
	if err != nil {
		return nil, err
	}
	return d.finish(ctx, rows, q, ask, chosen, order)
}

func (t *Set) noTable(name string) error {
	return Bad("name", "there is no table %q; there are %s", name, names(t.Definitions, func(d Definition) string { return d.Name }))
}

func (t *Set) question(d *Definition, ask *api.TableQuestion, c *access.Caller) (*Question, error) {
	if ask.Limit < 0 || ask.Offset < 0 {
		return nil, Bad("limit", "limit and offset are not below 0")
	}
	filters, err := filtersOf(d, ask.Filters)
	if err != nil {
		return nil, err
	}
	snapshot := t.Snapshot()
	results, err := t.scope(snapshot, ask, c)
	if err != nil {
		return nil, err
	}
	q := &Question{Results: results, Snapshot: snapshot, Assessors: t.Assessors(), Caller: c, Now: t.Now(), filters: filters}
	if d.Timed {
		if q.From, q.To, q.Step, err = span(ask, q.Now); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// scope returns the systems that are asked about and that the caller may see.
// A system that it may not see is as unknown as one that there isn't.
func (t *Set) scope(s *collector.Snapshot, ask *api.TableQuestion, c *access.Caller) ([]*collector.Result, error) {
	seen := slices.DeleteFunc(slices.Clone(s.Results), func(r *collector.Result) bool { return !c.Sees(r.System.ID) })
	for i, id := range ask.Systems {
		if !slices.ContainsFunc(seen, func(r *collector.Result) bool { return r.System.ID == id }) {
			return nil, Bad(fmt.Sprintf("systems[%d]", i), "there is no system %q that you may see", id)
		}
	}
	for i, name := range ask.Folders {
		if !slices.ContainsFunc(seen, func(r *collector.Result) bool { return slices.Contains(r.System.Folders, name) }) {
			return nil, Bad(fmt.Sprintf("folders[%d]", i), "there is no folder %q of systems that you may see", name)
		}
	}
	return slices.DeleteFunc(seen, func(r *collector.Result) bool { return !asked(r, ask) }), nil
}

// asked reports whether a question is about a system: by its cloud, and by its
// id or one of its folders.
func asked(r *collector.Result, ask *api.TableQuestion) bool {
	if len(ask.Clouds) > 0 && !slices.Contains(ask.Clouds, r.System.Cloud) {
		return false
	}
	if len(ask.Systems) == 0 && len(ask.Folders) == 0 {
		return true
	}
	return slices.Contains(ask.Systems, r.System.ID) ||
		slices.ContainsFunc(r.System.Folders, func(f string) bool { return slices.Contains(ask.Folders, f) })
}

// choose returns the indexes of the columns that are wanted.
func (d *Definition) choose(wanted []string) ([]int, error) {
	if most := 2 * len(d.Columns); len(wanted) > most { // Else a small question could make a huge answer.
		return nil, Bad("columns", "%d columns are asked for, of a table that has %d", len(wanted), len(d.Columns))
	}
	var chosen []int
	for i, name := range wanted {
		n := d.column(name)
		if n < 0 {
			return nil, d.noColumn(fmt.Sprintf("columns[%d]", i), name)
		}
		chosen = append(chosen, n)
	}
	for i := range d.Columns {
		if len(wanted) == 0 {
			chosen = append(chosen, i)
		}
	}
	return chosen, nil
}

func (d *Definition) column(name string) int {
	return slices.IndexFunc(d.Columns, func(c Column) bool { return c.ID == name })
}

func (d *Definition) noColumn(path, name string) error {
	return Bad(path, "table %s has no column %q; there are %s", d.Name, name, names(d.Columns, func(c Column) string { return c.ID }))
}

// finish searches, sorts and cuts the rows.
func (d *Definition) finish(ctx context.Context, rows *Rows, q *Question, ask *api.TableQuestion, chosen []int, orders []order) (*Result, error) {
	from := rows.source()
	kept := d.search(from, ask.Search)
	out := &Result{Definition: d, Total: len(kept), Notices: append(pending(q), rows.Notices...)}
	for _, n := range chosen {
		out.Columns = append(out.Columns, d.Columns[n])
	}
	out.Rows = project(from, page(keysOf(from, kept, orders), kept, ask), chosen)
	for _, r := range q.Assessed() {
		if out.AsOf.IsZero() || r.Assessment.At.Before(out.AsOf) {
			out.AsOf = r.Assessment.At
		}
	}
	return out, ctx.Err()
}

// page returns the numbers of the rows that are asked for, in order.
func page(k *keys, kept []int, ask *api.TableQuestion) []int {
	begin, end := min(ask.Offset, len(kept)), len(kept)
	if ask.Limit > 0 && ask.Limit < end-begin {
		end = begin + ask.Limit
	}
	places := k.first(len(kept), end)[begin:]
	for i, p := range places {
		places[i] = kept[p]
	}
	return places
}

// project makes the cells of the chosen columns.
func project(from source, rows, chosen []int) [][]report.Cell {
	flat := make([]report.Cell, 0, len(rows)*len(chosen))
	out := make([][]report.Cell, 0, len(rows))
	for _, row := range rows {
		begin := len(flat)
		for _, n := range chosen {
			flat = append(flat, from.cell(row, n))
		}
		out = append(out, flat[begin:len(flat):len(flat)])
	}
	return out
}

// pending says which systems are missing from an answer.
func pending(q *Question) []string {
	var missing []string
	for _, r := range q.Results {
		if r.Assessment == nil {
			missing = append(missing, cmp.Or(r.System.Name, string(r.System.ID)))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []string{"Not read yet, and missing here: " + strings.Join(missing, ", ") + "."}
}

// AsBad returns what is wrong with a question, nil where the error is of
// another kind.
func AsBad(err error) *BadError {
	bad, _ := errors.AsType[*BadError](err)
	return bad
}
