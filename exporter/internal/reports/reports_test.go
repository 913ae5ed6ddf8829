package reports_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
	"github.com/leastward/leastward/internal/usage"
)

// A report over a system whose last collection failed says that its figures are
// old, and calls the system what the configuration does now.
func TestReportOfOldFigures(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	system := entitlement.System{Cloud: entitlement.AWS, ID: "111111111111", Name: "old name"}
	assessor := clouds.NewSet(assess.DefaultSettings()).Of(entitlement.AWS)
	a := assessor.Assess(&entitlement.Inventory{System: system}, usage.New(catalog.AWS()), at, nil)
	system.Name = "new name"
	text := func(failed error) string {
		built, _, err := reports.Build(report.PermissionsAnalytics, &collector.Snapshot{Results: []*collector.Result{{
			System: system, Assessment: a, Attempted: at.AddDate(0, 0, 3), Succeeded: at, Err: failed,
		}}}, reports.Scope{}, assessor.Edges(), nil)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := render.Write(&b, built, render.JSON); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	const said = "the collection of 2026-06-04 12:00 UTC failed, so that all figures are of 2026-06-01 12:00 UTC: no such role"
	if got := text(errors.New("no such role")); !strings.Contains(got, said) || !strings.Contains(got, "new name") || strings.Contains(got, "old name") {
		t.Errorf("report lacks %q or has the old name:\n%s", said, got)
	}
	if got := text(nil); strings.Contains(got, "failed") || len(a.Problems) != 0 {
		t.Errorf("a good collection is called failed, or the assessment was changed: %v", a.Problems)
	}
}
