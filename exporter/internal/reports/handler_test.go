package reports_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/outgoing"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report/render"
	"github.com/leastward/leastward/internal/testkit"
)

func TestReportsAreListed(t *testing.T) {
	t.Parallel()
	got, err := client(t, newFixture().serve(t, nil), "first").Reports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	one := got.Reports[1]
	var names []string
	for _, f := range one.Filters {
		names = append(names, f.Name+"="+f.Default)
	}
	if diff := cmp.Diff([]string{"part=summary", "layout=collated", "kind="}, names); diff != "" {
		t.Errorf("filters (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]api.ReportPart{{Name: "summary", Title: "Summary", Tables: []string{"things"}}, {Name: "detailed", Title: "Detailed", Tables: []string{"links"}}}, one.Parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	if each := got.Reports[2]; !each.Timed || !each.Filters[0].Several || one.Timed || len(one.Formats) != 5 {
		t.Errorf("%+v, %+v", one, each)
	}
}

// A report as tables has typed columns, and as many rows as are wanted.
func TestReportAsTables(t *testing.T) {
	t.Parallel()
	c := client(t, newFixture().serve(t, nil), "all")
	ask := &api.ReportQuestion{Filters: filters{"part": {"summary", "detailed"}}, Tables: []string{"things"}, Limit: 3}
	got, err := c.Report(t.Context(), "made-up", ask)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Tables) != 1 || got.Tables[0].Rows != 3 || got.Tables[0].Total != 4 || got.Title != "Made up" || !got.AsOf.Equal(at().Add(-time.Hour)) {
		t.Fatalf("%+v", got)
	}
	columns := got.Tables[0].Columns
	if pci := columns[5]; pci.Name != "pci" || pci.Unit != "points" || *pci.Numbers[1] != 1 || columns[6].Unit != "days" || *columns[2].Strings[0] != id(first, 0) {
		t.Errorf("columns: %+v", columns)
	}
	ask.Tables = []string{"nothing"}
	if _, err := c.Report(t.Context(), "made-up", ask); !says(err, http.StatusBadRequest, "there are things, links") {
		t.Errorf("a table that isn't there: %v", err)
	}
	if _, err := c.Report(t.Context(), "permissions-analytics", nil); err != nil {
		t.Errorf("analytics as tables: %v", err)
	}
}

// An identity of the Permissions Analytics Report is two columns of text.
func TestAnalyticsAsTables(t *testing.T) {
	t.Parallel()
	got, err := client(t, newFixture().serve(t, nil), "first").Report(t.Context(), "permissions-analytics", &api.ReportQuestion{Tables: []string{"systems"}})
	if err != nil {
		t.Fatal(err)
	}
	c := got.Tables[0].Columns
	if c[0].Name != "system" || *c[0].Strings[0] != first || c[1].Name != "system_name" || *c[1].Strings[0] != "one" || got.Tables[0].Rows != 1 {
		t.Errorf("%+v", c[:2])
	}
}

func says(err error, status int, text string) bool {
	e, ok := errors.AsType[*api.StatusError](err)
	return ok && e.Status == status && strings.Contains(e.Answer.Message, text)
}

func TestRefusedByTheAPI(t *testing.T) {
	t.Parallel()
	server := newFixture().serve(t, nil)
	all := client(t, server, "all")
	file := func(kind, format string, ask *api.ReportQuestion) error {
		_, err := all.ReportFile(t.Context(), io.Discard, kind, format, ask)
		return err
	}
	for name, tc := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"kind":      {file("nonsense", "pdf", nil), http.StatusNotFound, "there are permissions-analytics"},
		"format":    {file("made-up", "doc", nil), http.StatusBadRequest, "is not one of pdf, xlsx"},
		"filter":    {file("made-up", "pdf", &api.ReportQuestion{Filters: filters{"x": {"y"}}}), http.StatusBadRequest, "filters.x"},
		"not ready": {file("made-up", "pdf", &api.ReportQuestion{Systems: []entitlement.SystemID{unread}}), http.StatusServiceUnavailable, "not every system was read"},
	} {
		if !says(tc.err, tc.status, tc.text) {
			t.Errorf("%s: %v, want %d with %q", name, tc.err, tc.status, tc.text)
		}
	}
	nobody, err := api.NewClient(api.ClientOptions{URL: server.URL, Token: secret("none")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nobody.Reports(t.Context()); !says(err, http.StatusUnauthorized, "the token is not one") {
		t.Errorf("nobody: %v", err)
	}
}

// text returns everything that a reader of a file could come to see.
func text(t *testing.T, format render.Format, data []byte) string {
	t.Helper()
	switch format {
	case render.XLSX:
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				out.WriteString(strings.Join(r, "|") + "\n")
			}
		}
		return out.String()
	case render.PDF:
		file := filepath.Join(t.TempDir(), "r.pdf")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), testkit.Tool(t, "pdftotext"), "-layout", file, "-").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	case render.CSVZip:
		in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, f := range in.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&out, r); err != nil { //nolint:gosec // It is our own archive.
				t.Fatal(err)
			}
		}
		return out.String()
	case render.CSV, render.JSON:
	}
	return string(data)
}

// In every format a caller finds its own system and no trace of another's, and
// the same data give the same bytes.
func TestFilesKeepToTheScope(t *testing.T) {
	t.Parallel()
	server := newFixture().serve(t, nil)
	for _, format := range render.Formats() {
		for _, kind := range []string{"made-up", "permissions-analytics"} {
			t.Run(kind+"."+string(format), func(t *testing.T) {
				t.Parallel()
				ask := &api.ReportQuestion{}
				if kind == "made-up" {
					ask.Filters = filters{"part": {"summary", "detailed"}}
				}
				var one, again, all bytes.Buffer
				for who, into := range map[*bytes.Buffer]string{&one: "first", &again: "first", &all: "all"} {
					file, err := client(t, server, into).ReportFile(t.Context(), who, kind, string(format), ask)
					if err != nil {
						t.Fatal(err)
					}
					if file.ContentType != format.ContentType() || !strings.HasPrefix(file.Name, kind+"-2026") || file.Size != int64(who.Len()) {
						t.Errorf("%+v of %d bytes", file, who.Len())
					}
				}
				if !bytes.Equal(one.Bytes(), again.Bytes()) {
					t.Error("the same data gave other bytes")
				}
				got, whole := text(t, format, one.Bytes()), text(t, format, all.Bytes())
				empty := kind == "permissions-analytics" && format == render.CSV // Nothing was found.
				if strings.Contains(got, second) || strings.Contains(got, "beta2") || strings.Contains(got, unread) || !empty && !strings.Contains(got, first) {
					t.Errorf("a trace of another's system, or none of the own:\n%s", got)
				}
				if !empty && !strings.Contains(whole, second) {
					t.Errorf("who sees all does not see the second:\n%s", whole)
				}
			})
		}
	}
}

// Nothing that a cloud names is run by a spreadsheet.
func TestFilesHoldNoFormula(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if _, err := client(t, newFixture().serve(t, nil), "all").ReportFile(t.Context(), &file, "made-up", "csv", nil); err != nil {
		t.Fatal(err)
	}
	if got := file.String(); !strings.Contains(got, ",'=u0,") || strings.Contains(got, ",=") {
		t.Errorf("a formula:\n%s", got)
	}
}

// One report is made at a time; as many wait as may, and no longer.
func TestBusy(t *testing.T) {
	t.Parallel()
	f := newFixture()
	entered, leave := make(chan struct{}), make(chan struct{})
	f.before = func(ctx context.Context) error {
		select {
		case entered <- struct{}{}:
			<-leave
		case <-leave:
		}
		return nil
	}
	server := f.serve(t, outgoing.NewGate(0, 7*time.Second))
	var group errgroup.Group
	group.Go(func() error {
		_, err := client(t, server, "all").Report(t.Context(), "made-up", nil)
		return err
	})
	<-entered
	_, err := client(t, server, "all").Report(t.Context(), "made-up", nil)
	if e, ok := errors.AsType[*api.StatusError](err); !ok || e.Status != http.StatusServiceUnavailable || e.RetryAfter != 7*time.Second {
		t.Errorf("the second: %v", err)
	}
	close(leave)
	if err := group.Wait(); err != nil {
		t.Errorf("the first: %v", err)
	}
	if _, err := client(t, server, "all").Report(t.Context(), "made-up", nil); err != nil {
		t.Errorf("the third, after the first: %v", err)
	}
}

// Who goes away makes room for others.
func TestGone(t *testing.T) {
	t.Parallel()
	f := newFixture()
	entered, ended := make(chan struct{}, 1), make(chan struct{}, 1)
	f.before = func(ctx context.Context) error {
		entered <- struct{}{}
		<-ctx.Done()
		ended <- struct{}{}
		return ctx.Err()
	}
	server := f.serve(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error {
		_, err := client(t, server, "all").ReportFile(ctx, io.Discard, "made-up", "pdf", nil)
		return err
	})
	<-entered
	cancel()
	<-ended
	if err := group.Wait(); !errors.Is(err, context.Canceled) {
		t.Errorf("who went: %v", err)
	}
	f.before = nil
	if _, err := client(t, server, "all").Report(t.Context(), "made-up", nil); err != nil {
		t.Errorf("who came after: %v", err)
	}
}
