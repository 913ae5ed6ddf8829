package metric_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/model"

	"github.com/leastward/leastward/internal/metric"
)

func TestFamiliesAreComplete(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^ciem_[a-z0-9]+(_[a-z0-9]+)*$`)
	label := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[string]bool{}
	for _, f := range metric.Families() {
		if !name.MatchString(f.Name) || seen[f.Name] {
			t.Errorf("%s: bad or repeated name", f.Name)
		}
		seen[f.Name] = true
		if !strings.HasSuffix(f.Help, ".") || f.Bound == "" || f.Group == "" {
			t.Errorf("%s: help must be a sentence, and bound and group must be given: %+v", f.Name, f)
		}
		if f.Program != metric.Exporter && f.Program != metric.Remediator {
			t.Errorf("%s: unknown program %q", f.Name, f.Program)
		}
		for i, l := range f.Labels {
			if !label.MatchString(l) || slices.Contains(f.Labels[:i], l) {
				t.Errorf("%s: bad or repeated label %q", f.Name, l)
			}
		}
		checkUnit(t, f)
	}
}

// checkUnit holds the name against the unit, as Prometheus' naming rules want.
func checkUnit(t *testing.T, f *metric.Family) {
	t.Helper()
	for unit, suffix := range map[string]string{"seconds": "_seconds", "bytes": "_bytes"} {
		if (f.Unit == unit) != strings.HasSuffix(f.Name, suffix) {
			t.Errorf("%s: unit %q does not agree with the name", f.Name, f.Unit)
		}
	}
	if strings.HasSuffix(f.Name, "_ratio") && f.Unit != "ratio" {
		t.Errorf("%s: unit %q does not agree with the name", f.Name, f.Unit)
	}
	if strings.HasSuffix(f.Name, "_total") != (f.Type == metric.Counter) {
		t.Errorf("%s: a counter, and nothing else, ends in _total", f.Name)
	}
}

// Every function of the package that makes a family without further arguments
// must be in the table.
func TestEveryFamilyIsInTheTable(t *testing.T) {
	t.Parallel()
	pkgs, err := parser.ParseDir(token.NewFileSet(), ".", func(i fs.FileInfo) bool { return !strings.HasSuffix(i.Name(), "_test.go") }, 0) //nolint:staticcheck // One folder without build tags.
	if err != nil {
		t.Fatal(err)
	}
	makers := 0
	for _, file := range pkgs["metric"].Files {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && makesFamily(fn) {
				makers++
			}
		}
	}
	if got := len(metric.Families()); got != makers || makers == 0 {
		t.Errorf("the table has %d families, the package has %d functions that make one", got, makers)
	}
}

func makesFamily(fn *ast.FuncDecl) bool {
	if fn.Recv != nil || !fn.Name.IsExported() || fn.Type.Params.NumFields() != 0 || fn.Type.Results.NumFields() != 1 {
		return false
	}
	star, ok := fn.Type.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := star.X.(*ast.Ident)
	return ok && name.Name == "Family"
}

// The linter that promtool runs has no complaint about any family.
func TestFamiliesPassPromlint(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	for _, f := range metric.Families() {
		registry.MustRegister(collector{f})
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// collector exposes one series of a family through client_golang.
type collector struct{ family *metric.Family }

func (c collector) Describe(ch chan<- *prometheus.Desc) { ch <- metric.NewDesc(c.family) }

func (c collector) Collect(ch chan<- prometheus.Metric) {
	values := make([]string, len(c.family.Labels))
	ch <- prometheus.MustNewConstMetric(metric.NewDesc(c.family), metric.ValueType(c.family), 1, values...)
}

func TestAdaptersUseTheTable(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	counter, gauge := metric.NewCounterVec(metric.CollectThrottled()), metric.NewGaugeVec(metric.CollectUp())
	registry.MustRegister(counter, gauge)
	counter.WithLabelValues("aws", "iam", "ListRoles").Add(2)
	gauge.WithLabelValues("aws", "111122223333").Set(1)
	want := `
# HELP ciem_collect_throttled_total Number of requests that the cloud throttled; each was retried.
# TYPE ciem_collect_throttled_total counter
ciem_collect_throttled_total{cloud="aws",operation="ListRoles",service="iam"} 2
# HELP ciem_collect_up Whether the last collection of the system succeeded (1), perhaps with problems, or nothing could be read (0).
# TYPE ciem_collect_up gauge
ciem_collect_up{cloud="aws",system="111122223333"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
}

func TestNamesAreValidForPrometheus(t *testing.T) {
	t.Parallel()
	for _, f := range metric.Families() {
		if !model.LegacyValidation.IsValidMetricName(f.Name) {
			t.Errorf("%s is no metric name", f.Name)
		}
	}
}
