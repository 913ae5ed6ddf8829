package tables

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
)

// Completion is the column from which a filter's values are completed.
type Completion struct {
	Table, Column string
	Filters       map[string][]string // Of that table.
}

// The bounds of a completion.
const (
	someValues = 50
	maxValues  = 1_000
)

// Values completes a filter: those of its values that contain a text, whatever
// the case, the most frequent first. Its error is as that of [Set.Answer].
func (t *Set) Values(ctx context.Context, name string, ask *api.TableValuesQuestion, c *access.Caller) (*api.TableValues, error) {
	d := t.Definition(name)
	if d == nil {
		return nil, t.noTable(name)
	}
	i := slices.IndexFunc(d.Filters, func(f api.TableFilter) bool { return f.Name == ask.Filter })
	if i < 0 {
		return nil, Bad("filter", "table %s has no filter %q; there are %s", d.Name, ask.Filter, names(d.Filters, func(f api.TableFilter) string { return f.Name }))
	}
	if ask.Limit < 0 || ask.Limit > maxValues {
		return nil, Bad("limit", "limit is a number from 1 to %d", maxValues)
	}
	counts, err := t.counts(ctx, d, &d.Filters[i], ask, c)
	if err != nil {
		return nil, err
	}
	return mostFrequent(counts, ask.Prefix, cmp.Or(ask.Limit, someValues)), nil
}

// counts returns the values of a filter with the number of rows that have each;
// of an enum in the order in which it has them, with 0.
func (t *Set) counts(ctx context.Context, d *Definition, f *api.TableFilter, ask *api.TableValuesQuestion, c *access.Caller) ([]api.ValueCount, error) {
	list := []api.ValueCount{}
	for _, v := range f.Values {
		list = append(list, api.ValueCount{Value: v})
	}
	if !f.Completes || len(f.Values) > 0 {
		return list, nil
	}
	from, other := d.CompleteFrom[f.Name]
	if !other {
		from = Completion{Table: d.Name, Column: f.Name}
	}
	found, err := t.Answer(ctx, from.Table, &api.TableQuestion{
		Clouds: ask.Clouds, Systems: ask.Systems, Folders: ask.Folders, Filters: from.Filters, Columns: []string{from.Column},
	}, c)
	if err != nil {
		return nil, err
	}
	byValue := map[string]int64{}
	for _, row := range found.Rows {
		if s := row[0].Name(); s != "" {
			byValue[s]++
		}
	}
	for _, v := range slices.Sorted(maps.Keys(byValue)) {
		list = append(list, api.ValueCount{Value: v, Count: byValue[v]})
	}
	return list, nil
}

func mostFrequent(list []api.ValueCount, contained string, limit int) *api.TableValues {
	contained = strings.ToLower(contained)
	list = slices.DeleteFunc(list, func(v api.ValueCount) bool { return !strings.Contains(strings.ToLower(v.Value), contained) })
	slices.SortStableFunc(list, func(a, b api.ValueCount) int { return cmp.Compare(b.Count, a.Count) })
	n := min(limit, len(list))
	return &api.TableValues{Values: list[:n], More: n < len(list)}
}
