package render_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/render"
)

func sample() *report.Report {
	return &report.Report{
		Kind: report.PermissionsAnalytics, Title: "R", AsOf: time.Date(2025, 10, 31, 6, 30, 0, 0, time.UTC),
		Sections: []report.Section{{ID: "s", Title: "S", Tables: []report.Table{{
			ID: "t", Title: "T", Detail: true, Columns: []report.Column{{ID: "x", Title: "X"}}, Rows: [][]report.Cell{{report.Text("y")}},
		}}}},
	}
}

// TestFormats: each format is what it says by its first bytes.
func TestFormats(t *testing.T) {
	t.Parallel()
	want := map[render.Format]string{
		render.PDF: "%PDF-", render.XLSX: "PK", render.CSV: "as_of,", render.CSVZip: "PK", render.JSON: `{"report":`,
	}
	for _, f := range render.Formats() {
		data, err := render.Bytes(sample(), f)
		if err != nil || want[f] == "" || !bytes.HasPrefix(data, []byte(want[f])) {
			t.Errorf("%s: got %.10q, %v", f, data, err)
		}
		if parsed, err := render.ParseFormat(string(f)); err != nil || parsed != f {
			t.Errorf("%s: parsed as %q, %v", f, parsed, err)
		}
		if f.ContentType() == render.Format("").ContentType() {
			t.Errorf("%s has no content type", f)
		}
		if _, err := render.Bytes(&report.Report{}, f); err == nil && f != render.JSON {
			t.Errorf("%s: a report without a time is rendered", f)
		}
	}
}

func TestJSONHasTheHash(t *testing.T) {
	t.Parallel()
	data, err := render.Bytes(sample(), render.JSON)
	sum := sha256.Sum256(data)
	if err != nil || hex.EncodeToString(sum[:]) != sample().Hash() {
		t.Errorf("the file's SHA-256 is not the report's hash: %v", err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	if got := render.FileName(sample(), render.CSVZip); got != "permissions-analytics-20251031T063000Z.csv.zip" {
		t.Errorf("got %s", got)
	}
	_, err := render.ParseFormat("doc")
	if err == nil || err.Error() != `report format "doc" is not one of pdf, xlsx, csv, csv.zip, json` {
		t.Errorf("got %v", err)
	}
	if _, err := render.Bytes(sample(), "doc"); err == nil {
		t.Error("an unknown format is rendered")
	}
}

// unwanted is wanted for some questions only.
type unwanted struct {
	bytes.Buffer
	left int
}

var errUnwanted = errors.New("nobody is there")

func (u *unwanted) Wanted() error {
	if u.left--; u.left < 0 {
		return errUnwanted
	}
	return nil
}

// What nobody wants any more is rendered no further.
func TestUnwanted(t *testing.T) {
	t.Parallel()
	r := &report.Report{Kind: "k", AsOf: time.Unix(1, 0), Sections: []report.Section{{ID: "s", Title: "S", Tables: []report.Table{{
		ID: "t", Title: "T", Columns: []report.Column{{ID: "n", Title: "N", Type: report.TypeInteger}}, Rows: make([][]report.Cell, 100),
	}}}}}
	for i := range r.Sections[0].Tables[0].Rows {
		r.Sections[0].Tables[0].Rows[i] = []report.Cell{report.Integer(i)}
	}
	for _, f := range []render.Format{render.PDF, render.XLSX} {
		w := &unwanted{left: 50}
		if err := render.Write(w, r, f); !errors.Is(err, errUnwanted) || w.Len() > 0 || w.left < -1 {
			t.Errorf("%s: %v after %d bytes, asked %d times more", f, err, w.Len(), -w.left)
		}
		if err := render.Write(&unwanted{left: 1000}, r, f); err != nil {
			t.Errorf("%s, wanted: %v", f, err)
		}
	}
}
