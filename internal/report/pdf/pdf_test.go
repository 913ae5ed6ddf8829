package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/pdf"
	"github.com/leastward/leastward/internal/testkit"
)

func sample(rows int) *report.Report {
	at := time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC)
	t := report.Table{
		ID: "users", Title: "Inactive users", Lead: "Some of them.", Note: "The note.",
		Columns: []report.Column{
			{ID: "identity", Title: "Name", Type: report.TypeIdentity},
			{ID: "used", Title: "Used", Type: report.TypeInteger},
			{ID: "granted", Title: "Granted", Type: report.TypeInteger},
			{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1},
			{ID: "band", Title: "Band", Type: report.TypeText},
			{ID: "last", Title: "Last active on", Type: report.TypeDate, Blank: "not seen"},
			{ID: "owner", Title: "Owner", Type: report.TypeText},
			{ID: "evidence", Title: "Evidence", Type: report.TypeText},
		},
	}
	for i := range rows {
		name := fmt.Sprintf("application-deployment-pipeline-%d", i)
		t.Rows = append(t.Rows, []report.Cell{
			report.Identity(name, "arn:aws:iam::111122223333:role/division/team/"+name), report.Integer(i % 40), report.Integer(12906),
			report.Decimal(float64(i % 101)).At(report.High), report.Text("high").At(report.High), report.Date(at.AddDate(0, 0, -i%90)),
			report.Text("team-payments"), report.Text("Actions used: 3 of 12,906 granted; Logs cover: 100% of 90 days"),
		})
	}
	return &report.Report{
		Kind: "sample", Title: "Sample Report", AsOf: at, Window: 90 * 24 * time.Hour, CatalogVersions: []string{"aws-2025.10.1"},
		Scope: report.Scope{Systems: []entitlement.System{{ID: "111122223333", Cloud: entitlement.AWS, Name: "prod"}}},
		Facts: []report.Figure{{Name: "Observability", Value: report.Percent(0.875)}}, Warnings: []string{"This report is partial."},
		Sections: []report.Section{{
			ID: "s", Title: "Inactive identities", Lead: "A lead.", Figures: []report.Figure{{Name: "PCI", Value: report.Decimal(87.4).At(report.High)}},
			Charts: []report.Chart{
				{Title: "Bars", Labels: []string{"a", "b"}, Series: []report.Series{{Name: "n", Values: []float64{1, 2}}}},
				{Title: "Trend", Shape: report.Line, Labels: []string{"x", "y", "z"}, Series: []report.Series{{Name: "PCI", Values: []float64{10, 90, 40}}}, Max: 100},
			},
			Tables: []report.Table{t},
		}},
	}
}

func render(tb testing.TB, r *report.Report) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := pdf.Write(&b, r); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// pages returns the text of each page as another program reads it.
func pages(tb testing.TB, data []byte) []string {
	tb.Helper()
	tool := testkit.Tool(tb, "pdftotext")
	file := filepath.Join(tb.TempDir(), "r.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	var errors bytes.Buffer
	cmd := exec.CommandContext(tb.Context(), tool, "-layout", file, "-")
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil || errors.Len() > 0 {
		tb.Fatalf("pdftotext: %v: %s", err, errors.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// TestEveryRow: all rows are there, in order, each page has the table's header
// and its number.
func TestEveryRow(t *testing.T) {
	t.Parallel()
	const rows = 300
	list := pages(t, render(t, sample(rows)))
	text := strings.Join(list, "\n")
	at := 0
	for i := range rows {
		next := strings.Index(text[at:], fmt.Sprintf("application-deployment-pipeline-%d ", i))
		if next < 0 {
			t.Fatalf("row %d is missing or out of order", i)
		}
		at += next
	}
	for i, page := range list {
		if want := fmt.Sprintf("Page %d of %d", i+1, len(list)); !strings.Contains(page, want) {
			t.Errorf("page %d doesn't say %q", i+1, want)
		}
		if strings.Contains(page, "application-deployment") && (!strings.Contains(page, "Granted") || !strings.Contains(page, "Evidence")) {
			t.Errorf("page %d has rows without a header", i+1)
		}
	}
	if len(list) < 10 {
		t.Errorf("got %d pages, want more", len(list))
	}
}

func TestCover(t *testing.T) {
	t.Parallel()
	r := sample(3)
	list := pages(t, render(t, r))
	for _, want := range []string{
		"Sample Report", "31 October 2025, 06:30 UTC", "prod (AWS account 111122223333)", "90 days before", "aws-2025.10.1",
		"87.5 %", r.Hash(), "This report is partial.",
	} {
		if !strings.Contains(list[0], want) {
			t.Errorf("the cover lacks %q:\n%s", want, list[0])
		}
	}
	if !strings.Contains(list[1], "Contents") || !strings.Contains(list[1], "Inactive users") {
		t.Errorf("the second page is no table of contents:\n%s", list[1])
	}
}

func TestReproducible(t *testing.T) {
	t.Parallel()
	first := render(t, sample(40))
	for range 5 {
		if !bytes.Equal(first, render(t, sample(40))) {
			t.Fatal("two renderings of one report differ")
		}
	}
}

// TestScripts: Latin, Greek and Cyrillic as they are, others as escapes.
func TestScripts(t *testing.T) {
	t.Parallel()
	r := sample(1)
	r.Sections[0].Tables[0].Rows[0][0] = report.Identity("Zoë Ωμέγα Жук 中文 🔒 \u202eevil", "arn:x")
	text := strings.Join(pages(t, render(t, r)), "")
	for _, want := range []string{"Zoë", "Ωμέγα", "Жук", "<U+4E2D><U+6587>", "<U+1F512>", "<U+202E>evil"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// TestTallRow: a row that fits on no page is continued, not cut.
func TestTallRow(t *testing.T) {
	t.Parallel()
	r := sample(3)
	var words []string
	for i := range 3000 {
		words = append(words, fmt.Sprintf("word%04d", i))
	}
	r.Sections[0].Tables[0].Rows[1][7] = report.Text(strings.Join(words, " "))
	text := strings.Join(pages(t, render(t, r)), "\n")
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Fatalf("%s is missing", w)
		}
	}
	if !strings.Contains(text, "pipeline-2") {
		t.Error("the row after the tall one is missing")
	}
}

// TestManySystems: those that don't fit on the cover are listed at the end.
func TestManySystems(t *testing.T) {
	t.Parallel()
	r := sample(1)
	for i := range 300 {
		r.Scope.Systems = append(r.Scope.Systems, entitlement.System{ID: entitlement.SystemID(fmt.Sprintf("acc-%03d", i))})
	}
	list := pages(t, render(t, r))
	if !strings.Contains(list[0], "301 systems, listed under Scope") {
		t.Errorf("the cover doesn't count the systems:\n%s", list[0])
	}
	text := strings.Join(list, "\n")
	for i := range 300 {
		if !strings.Contains(text, fmt.Sprintf("acc-%03d", i)) {
			t.Fatalf("system %d is missing", i)
		}
	}
}

// TestOdd: nothing, far too many columns, a very long word.
func TestOdd(t *testing.T) {
	t.Parallel()
	r := sample(0)
	wide := report.Table{ID: "wide", Title: strings.Repeat("long title ", 40)}
	var row []report.Cell
	for i := range 60 {
		wide.Columns = append(wide.Columns, report.Column{ID: fmt.Sprint(i), Title: fmt.Sprintf("Column %d", i), Type: report.TypeText})
		row = append(row, report.Text(strings.Repeat("x", 300)))
	}
	wide.Rows = [][]report.Cell{row, make([]report.Cell, 60)}
	r.Sections[0].Tables = append(r.Sections[0].Tables, wide)
	if got := strings.Count(strings.Join(pages(t, render(t, r)), ""), "x"); got < 60*300 {
		t.Errorf("got %d letters, want %d", got, 60*300)
	}
	render(t, &report.Report{Kind: "empty", AsOf: time.Unix(1, 0)})
}

func TestRefusesBadReport(t *testing.T) {
	t.Parallel()
	if err := pdf.Write(&bytes.Buffer{}, &report.Report{Kind: "x"}); err == nil {
		t.Error("a report without a time is rendered")
	}
}

// FuzzText: whatever a cloud writes, the PDF is made.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "(\\)", "\xff\x00", "中", "a\rb", strings.Repeat("W", 5000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := sample(1)
		r.Title, r.Warnings = s, []string{s}
		r.Sections[0].Title, r.Sections[0].Lead = s, s
		r.Sections[0].Tables[0].Rows[0][0] = report.Identity(s, s)
		if data := render(t, r); !bytes.HasSuffix(data, []byte("%%EOF\n")) {
			t.Error("the PDF is not whole")
		}
	})
}

// BenchmarkPDF renders reports of about 1, 100 and 1,000 pages.
func BenchmarkPDF(b *testing.B) {
	for _, rows := range []int{10, 1_600, 16_000} {
		r := sample(rows)
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = bytes.Count(render(b, r), []byte("/Type /Page\n"))
			}
			b.ReportMetric(float64(n), "pages")
		})
	}
}

// A column that stands below another shares its cell: two lines, one title.
func TestBelow(t *testing.T) {
	t.Parallel()
	r := sample(0)
	r.Sections[0].Charts = nil
	r.Sections[0].Tables[0] = report.Table{
		ID: "below", Title: "Below", Columns: []report.Column{
			{ID: "identity", Title: "Identity", Type: report.TypeText, Below: "name"},
			{ID: "name", Title: "Name", Type: report.TypeText},
			{ID: "n", Title: "Number", Type: report.TypeInteger},
		},
		Rows: [][]report.Cell{
			{report.Text("arn:of:the:first"), report.Text("Ada"), report.Integer(1)},
			{report.Text("same"), report.Text("same"), report.Integer(2)},
			{report.Text("arn:of:nobody"), {}, report.Integer(3)},
		},
		Totals: []report.Cell{{}, report.Text("All"), report.Integer(6)},
	}
	var found string
	for _, p := range pages(t, render(t, r)) {
		if strings.Contains(p, "arn:of:nobody") {
			found = p
		}
	}
	lines := strings.Split(found, "\n")
	for i, l := range lines {
		if strings.Contains(l, "Ada") && !strings.Contains(l, "arn") && strings.Contains(lines[i+1], "arn:of:the:first") {
			found += "in two lines"
		}
	}
	if !strings.Contains(found, "in two lines") || strings.Contains(found, "Identity") || strings.Count(found, "same") != 1 || !strings.Contains(found, "All") {
		t.Errorf("the page:\n%s", found)
	}
}

// A column that says the same in every row is said once, above the table; one
// that does not, or of which there is but one row, stays.
func TestAside(t *testing.T) {
	t.Parallel()
	r := sample(0)
	r.Sections[0].Charts = nil
	table := &r.Sections[0].Tables[0]
	*table = report.Table{
		ID: "aside", Title: "Aside", Lead: "2 rows.", Columns: []report.Column{
			{ID: "cloud", Title: "Cloud", Type: report.TypeText, Aside: true},
			{ID: "system", Title: "System", Type: report.TypeText, Aside: true, Below: "name"},
			{ID: "name", Title: "Called", Type: report.TypeText, Aside: true},
			{ID: "n", Title: "Number", Type: report.TypeInteger},
		},
		Rows: [][]report.Cell{
			{report.Text("aws"), report.Text("4711"), report.Text("same"), report.Integer(1)},
			{report.Text("aws"), report.Text("4712"), report.Text("same"), report.Integer(2)},
		},
	}
	page := func() string {
		for _, p := range pages(t, render(t, r)) {
			if strings.Contains(p, "4711") {
				return p
			}
		}
		return ""
	}
	if got := page(); !strings.Contains(got, "2 rows. Cloud: aws. Called: same.") || !strings.Contains(got, "4712") || strings.Count(got, "aws") != 1 || strings.Count(got, "same") != 1 {
		t.Errorf("two rows:\n%s", got)
	}
	table.Rows = table.Rows[:1]
	if got := page(); strings.Contains(got, "Cloud:") || !strings.Contains(got, "aws") || !strings.Contains(got, "same") {
		t.Errorf("one row:\n%s", got)
	}
}
