package search_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// crowd is two workers that have the same groups, n of them, twice each.
type crowd struct {
	auditlog.Store
	n int
}

func (c crowd) SelectColumns(
	ctx context.Context, _ auditlog.Statement, names []string, block func(worker uint, columns [][]string, rows int) error,
) (auditlog.Outcomes, error) {
	const size = 5000
	workers, _ := errgroup.WithContext(ctx)
	for worker := range uint(2) {
		workers.Go(func() error {
			for at := range 2 * c.n / size {
				columns := make([][]string, len(names))
				for i := range size {
					n := (at*size + i) % c.n
					for j, name := range names {
						value := fmt.Sprint(n)
						if name == "_time" {
							value = fmt.Sprintf("2026-01-01T00:00:0%d.%06dZ", worker, at*size+i)
						}
						columns[j] = append(columns[j], value)
					}
				}
				if err := block(worker, columns, size); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return auditlog.Outcomes{}, workers.Wait()
}

// Workers that have many groups put them together on the way, which loses and
// doubles nothing.
func TestGroupsOfManyWorkers(t *testing.T) {
	t.Parallel()
	const n = 60_000
	o := options(crowd{n: n})
	q := query.Query{Range: everything(), Limit: 2, Group: &query.Group{
		By:         []query.Field{query.ID},
		Aggregates: []query.Aggregate{{Function: query.Count}, {Function: query.First}, {Function: query.Last}},
	}}
	o.Limits.Groups = n
	got, err := search.New(o).Groups(t.Context(), q, search.Caller{})
	if err != nil || got.Total != n {
		t.Fatalf("%d groups, %v; want %d", got.Total, err, n)
	}
	want := []string{"0", "4", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.06Z"}
	if fmt.Sprint(got.Rows[0]) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got.Rows[0], want)
	}
	o.Limits.Groups = n - 1
	var tooMuch *query.Error
	if _, err := search.New(o).Groups(t.Context(), q, search.Caller{}); !errors.As(err, &tooMuch) || tooMuch.Path != "group.by" {
		t.Errorf("one group more than may be: %v", err)
	}
}
