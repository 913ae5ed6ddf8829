package xlsx

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/report"
)

// TestSplit: a table too long for a sheet goes on in the next.
func TestSplit(t *testing.T) {
	t.Parallel()
	r := &report.Report{Sections: []report.Section{{Tables: []report.Table{{Title: "History", Rows: make([][]report.Cell, 25)}, {Title: "history"}}}}}
	b := &book{r: r, names: map[string]bool{}, rows: 10}
	b.plan()
	type part struct {
		Name     string
		From, To int
	}
	var got []part
	for _, s := range b.sheets {
		got = append(got, part{s.name, s.from, s.to})
	}
	want := []part{{"HistoryTable", 0, 10}, {"HistoryTable (2)", 10, 20}, {"HistoryTable (3)", 20, 25}, {"historyTable (4)", 0, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
