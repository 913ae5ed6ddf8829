package found_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/leastward/leastward/exporter/internal/tables/found"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// Every finding of the sample tenant is a row, with its own values; counts by
// category, by system and the rows all say the same.
func TestTenant(t *testing.T) {
	t.Parallel()
	a := &tabletest.Asker{Definitions: found.Definitions(), Snapshot: tabletest.Tenant(t)}
	columns := []string{"finding", "category", "system", "identity", "resource", "owner", "impact", "pci", "granted", "used"}
	rows := map[string][]string{}
	for _, row := range tabletest.Rows(a.Must(t, "findings", api.TableQuestion{Columns: columns})) {
		rows[row[0]] = row
	}
	byCategory, subjects, n := map[string]int{}, map[string]int{}, 0
	for _, r := range a.Snapshot.Results {
		for c, total := range r.Assessment.Totals {
			subjects[string(c)] += total
		}
		for i := range r.Assessment.Findings {
			f := &r.Assessment.Findings[i]
			byCategory[string(f.Category)]++
			n++
			compare(t, rows[f.ID], f)
		}
	}
	if len(rows) != n || n < 100 {
		t.Errorf("%d rows of %d findings", len(rows), n)
	}
	count := func(by string) (findings, looked map[string]int) {
		findings, looked = map[string]int{}, map[string]int{}
		q := api.TableQuestion{Filters: map[string][]string{"by": {by}}, Columns: []string{"category", "findings", "subjects"}}
		for _, row := range tabletest.Rows(a.Must(t, "finding_counts", q)) {
			f, _ := strconv.Atoi(row[1])
			s, _ := strconv.Atoi(row[2])
			findings[row[0]] += f
			looked[row[0]] += s
		}
		return findings, looked
	}
	for _, by := range []string{"category", "system"} {
		findings, looked := count(by)
		for c := range subjects {
			if findings[c] != byCategory[c] || looked[c] != subjects[c] {
				t.Errorf("%s by %s: %d of %d, want %d of %d", c, by, findings[c], looked[c], byCategory[c], subjects[c])
			}
		}
	}
}

func compare(t *testing.T, row []string, f *entitlement.Finding) {
	t.Helper()
	want := []string{f.ID, string(f.Category), string(f.System), string(f.Identity), f.Resource, f.Owner}
	if len(row) == 0 || !slices.Equal(row[:6], want) {
		t.Errorf("row %q, want %q", row, want)
		return
	}
	if f.Identity == "" {
		if row[6] != "" || row[8] != "" {
			t.Errorf("%s is about no identity and has figures: %q", f.ID, row)
		}
		return
	}
	for i, value := range []float64{f.Impact, f.PCI, float64(f.Granted), float64(f.Used)} {
		if got, err := strconv.ParseFloat(row[6+i], 64); err != nil || math.Abs(got-value) > 0.0001 {
			t.Errorf("%s: figure %d is %s, want %v", f.ID, i, row[6+i], value)
		}
	}
}
