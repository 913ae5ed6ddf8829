package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

func sample() *report.Report {
	at := time.Date(2025, 10, 31, 6, 30, 0, 0, time.FixedZone("", 3600))
	return &report.Report{
		Kind: "sample", Title: "Sample", AsOf: at, Window: 24 * time.Hour, CatalogVersions: []string{"aws-1"},
		Scope: report.Scope{Systems: []entitlement.System{{ID: "1", Cloud: entitlement.AWS, Name: "prod"}}},
		Sections: []report.Section{{ID: "s", Title: "S", Figures: []report.Figure{{Name: "PCI", Value: report.Decimal(1.5)}}, Tables: []report.Table{{
			ID: "t", Title: "T",
			Columns: []report.Column{
				{ID: "who", Title: "Who", Type: report.TypeIdentity},
				{ID: "n", Title: "N", Type: report.TypeInteger},
				{ID: "f", Title: "F", Type: report.TypeDecimal},
				{ID: "at", Title: "At", Type: report.TypeTime},
				{ID: "x", Title: "X", Type: report.TypeText},
			},
			Rows: [][]report.Cell{{report.Identity("a<b", "arn:a"), report.Integer(-1), report.Decimal(0.1 + 0.2), report.Time(at), report.Text("ü\n")}, make([]report.Cell, 5)},
		}}}},
	}
}

const sampleJSON = `{"report":{"version":1,"kind":"sample","title":"Sample","as_of":"2025-10-31T05:30:00Z","window_seconds":86400,"catalogues":["aws-1"],"systems":[{"cloud":"aws","id":"1","name":"prod","owner":"","folders":null}],"folders":null,"warnings":null},"facts":[],"sections":[
{"id":"s","title":"S","lead":"","figures":[{"name":"PCI","value":"1.5","note":""}],"tables":[
{"id":"t","title":"T","lead":"","note":"","columns":[{"id":"who","title":"Who","type":"identity"},{"id":"n","title":"N","type":"integer"},{"id":"f","title":"F","type":"decimal"},{"id":"at","title":"At","type":"time"},{"id":"x","title":"X","type":"text"}],"rows":[
[["a\u003cb","arn:a"],-1,0.3,"2025-10-31T05:30:00Z","ü\n"],
[null,null,null,null,null]],"totals":[]}]}
]}
`

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleJSON, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !json.Valid(b.Bytes()) {
		t.Error("it is not JSON")
	}
	sum := sha256.Sum256(b.Bytes())
	if got, want := sample().Hash(), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got hash %s, want that of the bytes, %s", got, want)
	}
}

// TestHashSeesEverything: a change anywhere in the data changes the hash.
func TestHashSeesEverything(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*report.Report){
		"title":     func(r *report.Report) { r.Title += "x" },
		"as of":     func(r *report.Report) { r.AsOf = r.AsOf.Add(time.Second) },
		"window":    func(r *report.Report) { r.Window++; r.Window *= 2 },
		"catalogue": func(r *report.Report) { r.CatalogVersions = nil },
		"system":    func(r *report.Report) { r.Scope.Systems[0].ID = "2" },
		"folder":    func(r *report.Report) { r.Scope.Folders = []string{"x"} },
		"warning":   func(r *report.Report) { r.Warnings = []string{"x"} },
		"fact":      func(r *report.Report) { r.Facts = []report.Figure{{Name: "x"}} },
		"figure":    func(r *report.Report) { r.Sections[0].Figures[0].Value = report.Decimal(1.6) },
		"note":      func(r *report.Report) { r.Sections[0].Tables[0].Note = "x" },
		"name":      func(r *report.Report) { r.Sections[0].Tables[0].Rows[0][0] = report.Identity("a<b", "arn:b") },
		"row":       func(r *report.Report) { r.Sections[0].Tables[0].Rows = r.Sections[0].Tables[0].Rows[:1] },
		"totals":    func(r *report.Report) { r.Sections[0].Tables[0].Totals = make([]report.Cell, 5) },
	}
	for name, change := range changes {
		r := sample()
		change(r)
		if r.Hash() == sample().Hash() {
			t.Errorf("%s: the hash doesn't change", name)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*report.Report){
		"check report sample: it has no as-of time":                                    func(r *report.Report) { r.AsOf = time.Time{} },
		"check report sample: table t: row 1: 4 cells for 5 columns":                   func(r *report.Report) { r.Sections[0].Tables[0].Rows[1] = make([]report.Cell, 4) },
		"check report sample: table t: row 0: column n wants a integer cell, not text": func(r *report.Report) { r.Sections[0].Tables[0].Rows[0][1] = report.Text("1") },
		`check report sample: section s: table id "t" is empty or not unique`:          func(r *report.Report) { r.Sections[0].Tables = append(r.Sections[0].Tables, r.Sections[0].Tables[0]) },
		`check report sample: table t: column id "who" is empty or not unique`:         func(r *report.Report) { r.Sections[0].Tables[0].Columns[1].ID = "who" },
		"check report sample: table t: totals have 1 cells for 5 columns":              func(r *report.Report) { r.Sections[0].Tables[0].Totals = make([]report.Cell, 1) },
		`check report sample: table t: column x can't stand below "n": both are text columns, and the other has no more below or above it`: func(r *report.Report) {
			r.Sections[0].Tables[0].Columns[4].Below = "n"
		},
		`check report sample: table t: column x can't stand below "x": both are text columns, and the other has no more below or above it`: func(r *report.Report) {
			r.Sections[0].Tables[0].Columns[4].Below = "x"
		},
		"check report sample: chart c: series s has 0 values for 1 labels": func(r *report.Report) {
			r.Sections[0].Charts = []report.Chart{{Title: "c", Labels: []string{"l"}, Series: []report.Series{{Name: "s"}}}}
		},
		"check report sample: chart c: series s: NaN is not a length": func(r *report.Report) {
			r.Sections[0].Charts = []report.Chart{{Title: "c", Labels: []string{"l"}, Series: []report.Series{{Name: "s", Values: []float64{math.NaN()}}}}}
		},
	}
	for want, change := range tests {
		r := sample()
		change(r)
		if err := r.Check(); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if err := sample().Check(); err != nil {
		t.Error(err)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 1, 2, 3, 4, 5, 6, time.UTC)
	tests := []struct {
		cell           report.Cell
		human, machine string
	}{
		{report.Integer(1234567), "1,234,567", "1234567"},
		{report.Integer(-1234), "-1,234", "-1234"},
		{report.Integer(999), "999", "999"},
		{report.Decimal(2.0 / 3), "0.7", "0.6667"},
		{report.Decimal(math.Copysign(0, -1)), "0.0", "0"},
		{report.Decimal(math.NaN()), "", ""},
		{report.Percent(0.12345), "12.3 %", "0.12345"},
		{report.Percent(math.Inf(1)), "", ""},
		{report.Time(at), "2025-01-02 03:04", "2025-01-02T03:04:05Z"},
		{report.Date(at), "2025-01-02", "2025-01-02T03:04:05Z"},
		{report.Date(time.Time{}), "", ""},
		{report.Days(49 * time.Hour), "2", "2"},
		{report.Days(-1), "", ""},
		{report.Text(""), "", ""},
		{report.Identity("n", "id"), "n", "n"},
		{report.Cell{}, "", ""},
	}
	for _, test := range tests {
		if got := test.cell.Human(1); got != test.human {
			t.Errorf("got %q, want %q", got, test.human)
		}
		if got := test.cell.Machine(); got != test.machine {
			t.Errorf("got %q, want %q", got, test.machine)
		}
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"plain ~": "plain ~", "über Ω Ж": "über Ω Ж", "a\nb\x00": "a<U+000A>b<U+0000>", "\u202egnp": "<U+202E>gnp",
		"zero\u200bwidth": "zero<U+200B>width", "\xff": "<FF>", "\ufffd": "\ufffd", "l\u2028s": "l<U+2028>s", "中": "中",
	}
	for in, want := range tests {
		if got := report.Visible(in, nil); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := report.Visible("é中", func(r rune) bool { return r < 0x2000 }); got != "é<U+4E2D>" {
		t.Errorf("got %q", got)
	}
}

// TestVisibleProperties: the result is UTF-8 without control characters, and
// seeing it a second time changes nothing.
func TestVisibleProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		got := report.Visible(string(rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")), nil)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(c rune) bool { return c < ' ' }) {
			r.Fatalf("got %q", got)
		}
		if again := report.Visible(got, nil); again != got {
			r.Fatalf("%q became %q", got, again)
		}
	})
}

func TestChartTop(t *testing.T) {
	t.Parallel()
	c := report.Chart{Labels: []string{"a", "b"}, Series: []report.Series{{Values: []float64{1, 2}}, {Values: []float64{5, 1}}}}
	if got := c.Top(); got != 5 {
		t.Errorf("bars: got %v, want 5", got)
	}
	c.Shape = report.Stacked
	if got := c.Top(); got != 6 {
		t.Errorf("stacked: got %v, want 6", got)
	}
	c.Max = 100
	if got := c.Top(); got != 100 {
		t.Errorf("fixed: got %v, want 100", got)
	}
}
