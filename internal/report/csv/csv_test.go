package csv_test

import (
	"archive/zip"
	"bytes"
	stdcsv "encoding/csv"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/csv"
)

func sample() *report.Report {
	return &report.Report{
		Kind: "sample", AsOf: time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC), CatalogVersions: []string{"aws-1", "gcp-2"},
		Sections: []report.Section{{ID: "s", Tables: []report.Table{
			{ID: "summary", Columns: []report.Column{{ID: "n", Type: report.TypeInteger}}, Rows: [][]report.Cell{{report.Integer(1)}}},
			{
				ID: "users", Title: "Users", Detail: true,
				Columns: []report.Column{{ID: "identity", Type: report.TypeIdentity}, {ID: "pci", Type: report.TypeDecimal}},
				Rows:    [][]report.Cell{{report.Identity("=cmd|'/c calc'!A1", "arn:1"), report.Decimal(-1.5)}},
			},
			{
				ID: "keys", Title: "Keys", Detail: true,
				Columns: []report.Column{{ID: "key", Type: report.TypeText}, {ID: "identity", Type: report.TypeIdentity}},
				Rows:    [][]report.Cell{{report.Text(`quo"te, and` + "\n"), report.Identity("b", "@arn:2")}},
			},
		}}},
	}
}

const collated = "as_of,catalogue_version,category,identity,identity_id,pci,key\r\n" +
	"2025-10-31T06:30:00Z,aws-1 gcp-2,Users,'=cmd|'/c calc'!A1,arn:1,-1.5,\r\n" +
	"2025-10-31T06:30:00Z,aws-1 gcp-2,Keys,b,'@arn:2,,\"quo\"\"te, and<U+000A>\"\r\n"

func TestCollated(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := csv.Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(collated, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestZip(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := csv.WriteZip(&b, sample()); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = string(data)
	}
	want := map[string]string{
		"01-summary.csv": "n\r\n1\r\n",
		"02-users.csv":   "identity,identity_id,pci\r\n'=cmd|'/c calc'!A1,arn:1,-1.5\r\n",
		"03-keys.csv":    "key,identity,identity_id\r\n\"quo\"\"te, and<U+000A>\",b,'@arn:2\r\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzCells: whatever a cloud writes, the file reads back as two records, the
// cell is valid UTF-8, and no spreadsheet takes it for a formula.
func FuzzCells(f *testing.F) {
	for _, s := range []string{"", "=1+1", " =1", "\t=1", "+1", "-1", "@x", "＝1", "a,b", "\"", "\r\n", "\xff", "\x00", "' =1", "\u00a0=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := &report.Report{Kind: "f", AsOf: time.Unix(1, 0), Sections: []report.Section{{Tables: []report.Table{{
			ID: "t", Detail: true, Columns: []report.Column{{ID: "x", Type: report.TypeText}}, Rows: [][]report.Cell{{report.Text(s)}},
		}}}}}
		var b bytes.Buffer
		if err := csv.Write(&b, r); err != nil {
			t.Fatal(err)
		}
		records, err := stdcsv.NewReader(&b).ReadAll()
		if err != nil || len(records) != 2 || len(records[1]) != 4 {
			t.Fatalf("%q reads back as %q, %v", s, records, err)
		}
		cell := records[1][3]
		if !utf8.ValidString(cell) || strings.ContainsAny(cell, "\x00\r\n\t") {
			t.Fatalf("%q became %q", s, cell)
		}
		if strings.IndexAny(strings.TrimSpace(cell), "=+-@＝＋－＠") == 0 {
			t.Fatalf("%q became the formula %q", s, cell)
		}
	})
}
