package metric_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/metric"
)

// systemPage has the index of a system and n identities.
func systemPage(t fataler, system string, n int) *metric.Page {
	t.Helper()
	w := metric.NewWriter()
	w.Family(metric.PCI())
	w.Sample(float64(n), "aws", system)
	w.Family(metric.IdentityPCI())
	w.With("aws", system)
	for i := range n {
		w.Sample(float64(n), fmt.Sprintf("arn:aws:iam::%s:user/u%06d", system, i), "user", "team")
	}
	return page(t, w)
}

func selfRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	up := metric.NewGaugeVec(metric.CollectUp())
	r.MustRegister(up)
	up.WithLabelValues("aws", "1").Set(1)
	return r
}

func request(ctx context.Context, method, encoding string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, method, "/metrics", http.NoBody)
	r.Header.Set("Accept-Encoding", encoding)
	return r
}

func get(e http.Handler, encoding string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, request(context.Background(), http.MethodGet, encoding))
	return w
}

func body(t fataler, w *httptest.ResponseRecorder) string {
	t.Helper()
	text, err := unpack(w)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// unpack returns the text of a response; it stops after the first gzip member,
// as curl does.
func unpack(w *httptest.ResponseRecorder) (string, error) {
	if w.Header().Get("Content-Encoding") != "gzip" {
		return w.Body.String(), nil
	}
	z, err := gzip.NewReader(bufio.NewReader(w.Body))
	if err != nil {
		return "", err
	}
	z.Multistream(false)
	text, err := io.ReadAll(z)
	return string(text), err
}

func TestExpositionServesOnePage(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: selfRegistry()})
	for system, n := range map[string]int{"2": 2, "1": 1} {
		if err := e.Publish(system, systemPage(t, system, n)); err != nil {
			t.Fatal(err)
		}
	}
	want := `# HELP ciem_collect_up Whether the last collection of the system succeeded (1), perhaps with problems, or nothing could be read (0).
# TYPE ciem_collect_up gauge
ciem_collect_up{cloud="aws",system="1"} 1
# HELP ciem_identity_pci Permission Creep Index of the identity, from 0 to 100.
# TYPE ciem_identity_pci gauge
ciem_identity_pci{cloud="aws",system="1",identity="arn:aws:iam::1:user/u000000",identity_type="user",owner="team"} 1
ciem_identity_pci{cloud="aws",system="2",identity="arn:aws:iam::2:user/u000000",identity_type="user",owner="team"} 2
ciem_identity_pci{cloud="aws",system="2",identity="arn:aws:iam::2:user/u000001",identity_type="user",owner="team"} 2
# HELP ciem_pci Permission Creep Index of the system, from 0 to 100, over what the logs can show.
# TYPE ciem_pci gauge
ciem_pci{cloud="aws",system="1"} 1
ciem_pci{cloud="aws",system="2"} 2
`
	for _, encoding := range []string{"", "gzip"} {
		resp := get(e, encoding)
		if got := body(t, resp); got != want {
			t.Errorf("%q: %s", encoding, cmp.Diff(want, got))
		}
		if got := resp.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
			t.Errorf("content type %q", got)
		}
	}
	if e.Series() != 5 || e.Size() != len(e.String()) {
		t.Errorf("got %d series, %d bytes", e.Series(), e.Size())
	}
	e.Remove("2")
	if got := body(t, get(e, "")); strings.Contains(got, `system="2"`) || e.Series() != 2 {
		t.Errorf("the removed page is still there:\n%s", got)
	}
}

func TestExpositionLarge(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: selfRegistry()})
	want := map[string]int{"1": 30_000, "2": 1, "3": 2_500, "4": 12_000}
	for system, n := range want {
		if err := e.Publish(system, systemPage(t, system, n)); err != nil {
			t.Fatal(err)
		}
	}
	plain, packed := body(t, get(e, "identity")), body(t, get(e, "gzip"))
	if plain != packed || len(plain) < 4<<20 {
		t.Fatalf("plain has %d bytes, unpacked %d", len(plain), len(packed))
	}
	got := map[string]int{}
	for _, m := range parseText(t, plain)["ciem_identity_pci"].GetMetric() {
		got[m.GetLabel()[1].GetValue()]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func parseText(t fataler, s string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func TestExpositionEncodings(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{})
	tests := map[string]string{
		"": "", "gzip": "gzip", "GZIP": "gzip", "deflate, gzip;q=0.5": "gzip", "gzip;q=0": "", "gzip; q=0.000, *": "", "*": "gzip",
		"*;q=0": "", "br": "", "identity": "", "*;q=0, gzip": "gzip", "gzip;q=much": "", "x-gzip": "gzip",
	}
	for accept, want := range tests {
		if got := get(e, accept).Header().Get("Content-Encoding"); got != want {
			t.Errorf("%q: got %q, want %q", accept, got, want)
		}
	}
}

func TestExpositionEmpty(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{})
	for _, encoding := range []string{"", "gzip"} {
		if got := body(t, get(e, encoding)); got != "" {
			t.Errorf("%q: got %q", encoding, got)
		}
	}
}

func TestExpositionHead(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: selfRegistry()})
	for _, encoding := range []string{"", "gzip"} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, request(t.Context(), http.MethodHead, encoding))
		if w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("got %d and %d bytes", w.Code, w.Body.Len())
		}
	}
}

func TestExpositionRefusesRepeatedFamilies(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: selfRegistry()})
	w := metric.NewWriter()
	w.Family(metric.CollectUp())
	w.Sample(1, "aws", "2")
	if err := e.Publish("2", page(t, w)); err != nil {
		t.Fatal(err)
	}
	resp := get(e, "")
	want := "gather own metrics: family ciem_collect_up is both registered and published on a page; keep one\n"
	if got := body(t, resp); resp.Code != http.StatusInternalServerError || got != want {
		t.Errorf("got %d %q", resp.Code, got)
	}
}

func TestPublishRefusesSharedFamilies(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{})
	catalog := func() *metric.Page {
		w := metric.NewWriter()
		w.Family(metric.CatalogInfo())
		w.Sample(1, "aws", "v1")
		return page(t, w)
	}
	if err := e.Publish("a", catalog()); err != nil {
		t.Fatal(err)
	}
	if err := e.Publish("a", catalog()); err != nil {
		t.Errorf("a page can't replace itself: %v", err)
	}
	before := e.String()
	err := e.Publish("b", catalog())
	want := "publish metrics of b: family ciem_catalog_info stands on the pages a and b; it has no system label, so publish it on one"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if e.String() != before {
		t.Error("a refused page changed what is served")
	}
}

type brokenGatherer struct{}

func (brokenGatherer) Gather() ([]*dto.MetricFamily, error) { return nil, errors.New("no luck") }

func TestExpositionReportsBrokenGatherer(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: brokenGatherer{}})
	resp := get(e, "")
	if got := body(t, resp); resp.Code != http.StatusInternalServerError || got != "gather own metrics: no luck\n" {
		t.Errorf("got %d %q", resp.Code, got)
	}
}

// While systems are published again and again, each scrape sees every system
// with exactly the identities of one of its pages: never a half of one.
func TestExpositionConcurrent(t *testing.T) {
	t.Parallel()
	e := metric.NewExposition(metric.ExpositionOptions{Self: selfRegistry()})
	systems := []string{"1", "2", "3"}
	for _, s := range systems {
		if err := e.Publish(s, systemPage(t, s, 1)); err != nil {
			t.Fatal(err)
		}
	}
	var g errgroup.Group
	for _, s := range systems {
		var pages []*metric.Page
		for n := range 40 {
			pages = append(pages, systemPage(t, s, 1+n*37))
		}
		g.Go(func() error {
			for _, p := range pages {
				if err := e.Publish(s, p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for i := range 4 {
		g.Go(func() error { return scrapeConsistently(e, []string{"", "gzip"}[i%2]) })
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func scrapeConsistently(e *metric.Exposition, encoding string) error {
	for range 12 {
		text, err := unpack(get(e, encoding))
		if err != nil {
			return err
		}
		if err := checkConsistent(text); err != nil {
			return err
		}
	}
	return nil
}

func checkConsistent(text string) error {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return err
	}
	seen := map[string]float64{}
	for _, m := range families["ciem_identity_pci"].GetMetric() {
		seen[m.GetLabel()[1].GetValue()]++
	}
	for _, m := range families["ciem_pci"].GetMetric() {
		if s := m.GetLabel()[1].GetValue(); seen[s] != m.GetGauge().GetValue() {
			return fmt.Errorf("system %s has %v identities, its page has %v", s, seen[s], m.GetGauge().GetValue())
		}
	}
	if len(seen) != 3 {
		return fmt.Errorf("%d systems", len(seen))
	}
	return nil
}

// However the text is cut into pages and chunks, the gzip member's checksum
// and length are right and it holds the same text.
func TestGzipOfAnyPages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := metric.NewExposition(metric.ExpositionOptions{})
		for system, size := range rapid.MapOfN(rapid.StringMatching(`[0-9]{1,3}`), rapid.IntRange(0, 900), 0, 4).Draw(t, "systems") {
			if err := e.Publish(system, systemPage(t, system, size)); err != nil {
				t.Fatal(err)
			}
		}
		resp := get(e, "gzip")
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || string(got) != e.String() {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	})
}
