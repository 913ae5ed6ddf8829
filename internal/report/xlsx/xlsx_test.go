package xlsx_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/xlsx"
)

func sample(rows int) *report.Report {
	at := time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC)
	t := report.Table{
		ID: "users", Title: "Over-provisioned [active] users of all systems", Note: "a note",
		Columns: []report.Column{
			{ID: "identity", Title: "Name", Type: report.TypeIdentity},
			{ID: "n", Title: "name", Type: report.TypeInteger},
			{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1},
			{ID: "share", Title: "Share", Type: report.TypePercent},
			{ID: "at", Title: "At", Type: report.TypeDate},
			{ID: "text", Title: "Text", Type: report.TypeText},
		},
		Totals: []report.Cell{report.Identity("All", ""), report.Integer(5), {}, {}, {}, {}},
	}
	for i := range rows {
		t.Rows = append(t.Rows, []report.Cell{
			report.Identity(fmt.Sprintf("user-%d", i), fmt.Sprintf("arn:%d", i)), report.Integer(i), report.Decimal(70.25).At(report.High),
			report.Percent(0.5), report.Date(at), report.Text("=1+1 _x0041_ \x01<&>"),
		})
	}
	return &report.Report{
		Kind: "sample", Title: "Sample", AsOf: at, CatalogVersions: []string{"aws-1"}, Warnings: []string{"partial"},
		Scope:    report.Scope{Systems: []entitlement.System{{ID: "1", Name: "prod"}}},
		Sections: []report.Section{{ID: "s", Title: "Section", Tables: []report.Table{t, {ID: "empty", Title: "Over-provisioned [active] users of no system", Columns: t.Columns}}}},
	}
}

func render(tb testing.TB, r *report.Report) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, r); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func open(tb testing.TB, data []byte) *excelize.File {
	tb.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = f.Close() })
	return f
}

const usersSheet = "Over-provisioned -active- users"

func TestWorkbook(t *testing.T) {
	t.Parallel()
	f := open(t, render(t, sample(2)))
	want := []string{"Report", usersSheet, "Over-provisioned -active- u (2)"}
	if diff := cmp.Diff(want, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	rows, err := f.GetRows(usersSheet)
	if err != nil {
		t.Fatal(err)
	}
	wantRows := [][]string{
		{"Name", "Name (id)", "name 2", "PCI", "Share", "At", "Text"},
		{"user-0", "arn:0", "0", "70.3", "50%", "2025-10-31", "=1+1 _x0041_ <U+0001><&>"},
		{"user-1", "arn:1", "1", "70.3", "50%", "2025-10-31", "=1+1 _x0041_ <U+0001><&>"},
		nil,
		{"All", "", "5"},
		nil,
		{"a note"},
	}
	if diff := cmp.Diff(wantRows, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestTypes: numbers and dates are stored as numbers, texts never as formulas.
func TestTypes(t *testing.T) {
	t.Parallel()
	f := open(t, render(t, sample(1)))
	for cell, want := range map[string]string{"C2": "0", "D2": "70.25", "E2": "0.5", "F2": "45961.270833333336"} {
		got, err := f.GetCellValue(usersSheet, cell, excelize.Options{RawCellValue: true})
		kind, _ := f.GetCellType(usersSheet, cell)
		if err != nil || got != want || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
			t.Errorf("%s: got %s of type %d, %v; want the number %s", cell, got, kind, err, want)
		}
	}
	formula, err := f.GetCellFormula(usersSheet, "G2")
	kind, _ := f.GetCellType(usersSheet, "G2")
	if err != nil || formula != "" || kind == excelize.CellTypeFormula {
		t.Errorf("got formula %q, type %d, %v", formula, kind, err)
	}
}

func TestFilterAndPanes(t *testing.T) {
	t.Parallel()
	f := open(t, render(t, sample(3)))
	tables, err := f.GetTables(usersSheet)
	if err != nil || len(tables) != 1 || tables[0].Range != "A1:G4" {
		t.Errorf("got filter %+v, %v; want A1:G4", tables, err)
	}
	panes, err := f.GetPanes(usersSheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("got panes %+v, %v; want the header frozen", panes, err)
	}
}

func TestFrontSheet(t *testing.T) {
	t.Parallel()
	r := sample(2)
	f := open(t, render(t, r))
	rows, err := f.GetRows("Report")
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rows)
	for _, want := range []string{"[Sample]", "[partial]", r.Hash(), "2025-10-31 06:30:00", "aws-1", "[prod 1]", "[" + usersSheet + " 2]"} {
		if !strings.Contains(text, want) {
			t.Errorf("the front sheet lacks %s:\n%s", want, text)
		}
	}
	props, err := f.GetDocProps()
	if err != nil || props.Created != "2025-10-31T06:30:00Z" || props.Keywords != "sha256:"+r.Hash() {
		t.Errorf("got properties %+v, %v", props, err)
	}
}

func TestReproducible(t *testing.T) {
	t.Parallel()
	first := render(t, sample(50))
	for range 5 {
		if !bytes.Equal(first, render(t, sample(50))) {
			t.Fatal("two renderings of one report differ")
		}
	}
}

// TestLongText: what a cell can't hold ends in a note, not in silence.
func TestLongText(t *testing.T) {
	t.Parallel()
	r := sample(1)
	r.Sections[0].Tables[0].Rows[0][5] = report.Text(strings.Repeat("ü", 40_000))
	got, err := open(t, render(t, r)).GetCellValue(usersSheet, "G2")
	if err != nil || !strings.HasSuffix(got, "ü … [of 40000 characters; the JSON form has all]") || len([]rune(got)) != 32767 {
		t.Errorf("got %d characters ending in %q, %v", len([]rune(got)), got[len(got)-60:], err)
	}
}

func BenchmarkXLSX(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := sample(n)
			b.ReportAllocs()
			for b.Loop() {
				render(b, r)
			}
		})
	}
}
