package metric_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/metric"
)

func TestWriter(t *testing.T) {
	t.Parallel()
	w := metric.NewWriter()
	w.Family(metric.PCI())
	w.Sample(67.25, "aws", "111122223333")
	w.Family(metric.IdentityPCI())
	w.With("aws", "111122223333")
	w.Sample(100, `arn:aws:iam::111122223333:user/a"b\c`, "user", "")
	w.Sample(0, "line\nfeed", "role", "Zürich \xff")
	w.With("gcp")
	w.Sample(math.NaN(), "p", "i", "user", "o")
	w.Family(metric.ExporterSeries())
	w.Sample(1_000_000)
	got := text(t, w)
	want := `# HELP ciem_pci Permission Creep Index of the system, from 0 to 100, over what the logs can show.
# TYPE ciem_pci gauge
ciem_pci{cloud="aws",system="111122223333"} 67.25
# HELP ciem_identity_pci Permission Creep Index of the identity, from 0 to 100.
# TYPE ciem_identity_pci gauge
ciem_identity_pci{cloud="aws",system="111122223333",identity="arn:aws:iam::111122223333:user/a\"b\\c",identity_type="user",owner=""} 100
ciem_identity_pci{cloud="aws",system="111122223333",identity="line\nfeed",identity_type="role",owner="Zürich �"} 0
ciem_identity_pci{cloud="gcp",system="p",identity="i",identity_type="user",owner="o"} NaN
# HELP ciem_exporter_page_series Number of series on the rendered page.
# TYPE ciem_exporter_page_series gauge
ciem_exporter_page_series 1000000
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWriterEscapesHelp(t *testing.T) {
	t.Parallel()
	w := metric.NewWriter()
	w.Family(&metric.Family{Name: "a", Type: metric.Gauge, Help: "back\\slash, line\nfeed and \"quote\"."})
	if got, want := text(t, w), "# HELP a back\\\\slash, line\\nfeed and \"quote\".\n# TYPE a gauge\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWriterValues(t *testing.T) {
	t.Parallel()
	tests := map[string]float64{
		"0": 0, "-0": math.Copysign(0, -1), "-3": -3, "1790000000": 1.79e9, "9007199254740991": 1<<53 - 1,
		"9.007199254740992e+15": 1 << 53, "0.1": 0.1, "1e-07": 1e-7, "+Inf": math.Inf(1), "-Inf": math.Inf(-1), "NaN": math.NaN(),
		"1.7976931348623157e+308": math.MaxFloat64,
	}
	for want, value := range tests {
		w := metric.NewWriter()
		w.Family(metric.ExporterSeries())
		w.Sample(value)
		if got := lastField(text(t, w)); got != want {
			t.Errorf("%v: got %s, want %s", value, got, want)
		}
	}
}

func TestWriterMistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		write func(w *metric.Writer)
		want  string
	}{
		"no family":       {func(w *metric.Writer) { w.Sample(1) }, "render metrics: 0 labels beside 0 fixed ones; no family has begun"},
		"fixed only":      {func(w *metric.Writer) { w.With("aws") }, "render metrics: 1 fixed labels; no family has begun"},
		"too few":         {func(w *metric.Writer) { w.Family(metric.PCI()); w.Sample(1, "aws") }, `render metrics: 1 labels beside 0 fixed ones; family ciem_pci has 2: ["cloud" "system"]`},
		"too many":        {func(w *metric.Writer) { w.Family(metric.PCI()); w.With("aws"); w.Sample(1, "a", "b") }, `render metrics: 2 labels beside 1 fixed ones; family ciem_pci has 2: ["cloud" "system"]`},
		"too many fixed":  {func(w *metric.Writer) { w.Family(metric.PCI()); w.With("aws", "a", "b") }, `render metrics: 3 fixed labels; family ciem_pci has 2: ["cloud" "system"]`},
		"family twice":    {func(w *metric.Writer) { w.Family(metric.PCI()); w.Family(metric.PCIUsed()); w.Family(metric.PCI()) }, "render metrics: family ciem_pci begins twice; write all its samples in one group"},
		"first mistake":   {func(w *metric.Writer) { w.Sample(1); w.Family(metric.PCI()); w.Sample(1) }, "render metrics: 0 labels beside 0 fixed ones; no family has begun"},
		"after the page":  {func(w *metric.Writer) { _, _ = w.Page(); w.Sample(1) }, "render metrics: 0 labels beside 0 fixed ones; no family has begun"},
		"twice in series": {func(w *metric.Writer) { w.Family(metric.PCI()); w.Family(metric.PCI()); w.Sample(1, "a", "b") }, "render metrics: family ciem_pci begins twice; write all its samples in one group"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := metric.NewWriter()
			tc.write(w)
			if page, err := w.Page(); page != nil || err == nil || err.Error() != tc.want {
				t.Errorf("got %v, %v, want %s", page, err, tc.want)
			}
		})
	}
}

// What is written reads back as the same labels and values, whatever they are.
func TestWriterRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := metric.Finding()
		f.Help = rapid.String().Draw(t, "help")
		fixed := rapid.IntRange(0, len(f.Labels)).Draw(t, "fixed")
		value := rapid.Float64().Draw(t, "value")
		labels := rapid.SliceOfN(labelValue(), len(f.Labels), len(f.Labels)).Draw(t, "labels")
		w := metric.NewWriter()
		w.Family(f)
		w.With(labels[:fixed]...)
		w.Sample(value, labels[fixed:]...)
		families := parse(t, page(t, w))
		got := families[f.Name]
		if got == nil || len(families) != 1 || len(got.GetMetric()) != 1 || got.GetType() != dto.MetricType_GAUGE {
			t.Fatalf("got %v", families)
		}
		if v := got.GetMetric()[0].GetGauge().GetValue(); math.Float64bits(v) != math.Float64bits(value) && v == v {
			t.Errorf("value %v became %v", value, v)
		}
		for i, pair := range got.GetMetric()[0].GetLabel() {
			if want := strings.ToValidUTF8(labels[i], "\ufffd"); pair.GetName() != f.Labels[i] || repaired(pair.GetValue()) != repaired(want) {
				t.Errorf("label %s %q became %s %q", f.Labels[i], labels[i], pair.GetName(), pair.GetValue())
			}
		}
	})
}

// repaired folds runs of the replacement character: how many stand for a run
// of bad bytes does not matter.
func repaired(s string) string {
	for strings.Contains(s, "\ufffd\ufffd") {
		s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
	}
	return s
}

func labelValue() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z"\\\n{},= ]{0,12}`),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
}

// Any mixture of families and sizes, also beyond one chunk, stays in order and
// complete.
func TestWriterAcrossChunks(t *testing.T) {
	t.Parallel()
	w := metric.NewWriter()
	long := strings.Repeat("x", 400)
	counts := map[string]int{}
	for _, f := range metric.Families() {
		if len(f.Labels) < 2 {
			continue
		}
		w.Family(f)
		counts[f.Name] = 60 + len(f.Name)
		for i := range counts[f.Name] {
			labels := slices.Repeat([]string{long}, len(f.Labels)-1)
			w.Sample(float64(i), append(labels, string(rune('0'+i)))...)
		}
	}
	p := page(t, w)
	total := 0
	for name, f := range parse(t, p) {
		total += len(f.GetMetric())
		if len(f.GetMetric()) != counts[name] {
			t.Errorf("%s: got %d samples, want %d", name, len(f.GetMetric()), counts[name])
		}
		for i, m := range f.GetMetric() {
			if v := m.GetGauge().GetValue() + m.GetCounter().GetValue(); v != float64(i) {
				t.Fatalf("%s: sample %d has value %v", name, i, v)
			}
		}
	}
	if total != p.Series() {
		t.Errorf("the page counts %d series and has %d", p.Series(), total)
	}
}

// A sample costs no allocation, however many labels need escaping.
func TestSampleAllocatesNothing(t *testing.T) {
	w := metric.NewWriter()
	w.Family(metric.IdentityPCI())
	w.With("aws", "111122223333")
	for range 20_000 { // Into a chunk that has its full size.
		w.Sample(1.5, "arn:aws:iam::111122223333:user/someone-or-other", "user", "payments")
	}
	if n := testing.AllocsPerRun(1000, func() { w.Sample(33.25, "arn:aws:iam::111122223333:user/ä\"b", "user", "payments") }); n != 0 {
		t.Errorf("%v allocations per sample, want none", n)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("plain", "a\"b\\c\nd\xff")
	f.Fuzz(func(t *testing.T, help, value string) {
		w := metric.NewWriter()
		w.Family(&metric.Family{Name: "a", Type: metric.Counter, Help: help, Labels: []string{"l"}})
		w.Sample(1, value)
		got := parse(t, page(t, w))["a"].GetMetric()[0].GetLabel()[0].GetValue()
		if utf8.ValidString(value) && got != value {
			t.Errorf("%q became %q", value, got)
		}
	})
}

// fataler is what the helpers need of testing.TB and rapid.T.
type fataler interface {
	Helper()
	Fatal(args ...any)
}

func page(t fataler, w *metric.Writer) *metric.Page {
	t.Helper()
	p, err := w.Page()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func text(t fataler, w *metric.Writer) string {
	t.Helper()
	var b strings.Builder
	if _, err := page(t, w).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t fataler, p *metric.Page) map[string]*dto.MetricFamily {
	t.Helper()
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatal(n, b.Len(), err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(&b)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func lastField(s string) string {
	fields := strings.Fields(s)
	return fields[len(fields)-1]
}
