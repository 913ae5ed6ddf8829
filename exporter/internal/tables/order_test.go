package tables_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
)

func drawThings(t *rapid.T) []thing {
	list := make([]thing, rapid.IntRange(0, 60).Draw(t, "things"))
	for i := range list {
		list[i] = thing{
			name:  rapid.SampledFrom([]string{"a", "B", "ab", "é", "=1"}).Draw(t, "name") + fmt.Sprint(i%7),
			count: rapid.IntRange(-2, 2).Draw(t, "count"), share: float64(rapid.IntRange(0, 2).Draw(t, "share")),
			at:      tabletest.Now().Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "hours")) * time.Hour),
			without: rapid.IntRange(0, 4).Draw(t, "without") == 0,
		}
	}
	return list
}

func drawOrder(t *rapid.T) []api.TableOrder {
	var list []api.TableOrder
	for range rapid.IntRange(1, 3).Draw(t, "orders") {
		list = append(list, api.TableOrder{
			By:         rapid.SampledFrom([]string{"name", "count", "share", "at"}).Draw(t, "by"),
			Descending: rapid.Bool().Draw(t, "descending"),
		})
	}
	return list
}

// sorted sorts things the plain way.
func sorted(list []thing, orders []api.TableOrder) []thing {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b thing) int {
		for _, o := range orders {
			n := 0
			switch {
			case o.By == "name":
				n = strings.Compare(a.name, b.name)
			case a.without || b.without:
				if n := cmp.Compare(number(a.without), number(b.without)); n != 0 {
					return n
				}
			case o.By == "count":
				n = cmp.Compare(a.count, b.count)
			case o.By == "share":
				n = cmp.Compare(a.share, b.share)
			case o.By == "at":
				n = a.at.Compare(b.at)
			}
			if o.Descending {
				n = -n
			}
			if n != 0 {
				return n
			}
		}
		return 0
	})
	return list
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A page is the part of the sorted whole that it claims to be, whether the cells
// are made at once or as they are needed.
func TestPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		list, orders := drawThings(rt), drawOrder(rt)
		search := rapid.SampledFrom([]string{"", "b", "É", "zz"}).Draw(rt, "search")
		ask := api.TableQuestion{
			Sort: orders, Columns: []string{"name", "count"}, Search: search,
			Limit: rapid.IntRange(0, 20).Draw(rt, "limit"), Offset: rapid.IntRange(0, 20).Draw(rt, "offset"),
		}
		var want []string
		for _, one := range sorted(list, orders) {
			if strings.Contains(strings.ToLower(one.name), strings.ToLower(search)) {
				want = append(want, one.name+" "+countText(&one))
			}
		}
		total := len(want)
		want = want[min(ask.Offset, len(want)):]
		if ask.Limit > 0 {
			want = want[:min(ask.Limit, len(want))]
		}
		for _, lazy := range []bool{true, false} {
			a := &tabletest.Asker{Definitions: []tables.Definition{things(list, lazy)}, Snapshot: pending(true)}
			found := a.Must(t, "things", ask)
			var got []string
			for _, row := range tabletest.Rows(found) {
				got = append(got, strings.Join(row, " "))
			}
			if !slices.Equal(got, want) || found.Total != total {
				rt.Fatalf("%+v (lazy %v)\ngot  %q of %d\nwant %q of %d", ask, lazy, got, found.Total, want, total)
			}
		}
	})
}

func countText(t *thing) string {
	if t.without {
		return ""
	}
	return fmt.Sprint(t.count)
}
