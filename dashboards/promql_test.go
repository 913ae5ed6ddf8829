package dashboards_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/metric"
)

// series returns the labels of every series that there is by its name: those of
// the programs, those that rules record, and Prometheus' own.
func series(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{"ALERTS": {
		"alertname", "alertstate", "severity", "playbook", "cloud", "system", "category", "finding", "identity", "identity_type", "resource", "owner",
	}, "up": {}}
	for _, f := range metric.Families() {
		out[f.Name] = f.Labels
	}
	var recorded struct {
		Groups []struct {
			Rules []struct{ Record string }
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "alert-rules", "recording.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	for _, g := range recorded.Groups {
		for _, r := range g.Rules {
			level, _, _ := strings.Cut(r.Record, ":")
			out[r.Record] = []string{level}
		}
	}
	return out
}

func TestMetricsAreThere(t *testing.T) {
	t.Parallel()
	all, seen := series(t), 0
	window := regexp.MustCompile(`\[([^\]]*)\]`)
	for _, d := range dashboards(t) {
		for i := range d.Panels {
			for _, target := range d.Panels[i].Targets {
				expr, ok := target.(map[string]any)["expr"].(string)
				if !ok {
					continue
				}
				seen++
				where := d.UID + ": " + d.Panels[i].Title
				for _, m := range window.FindAllStringSubmatch(expr, -1) {
					if m[1] != "$__rate_interval" {
						t.Errorf("%s: the window %s is not $__rate_interval", where, m[1])
					}
				}
				parses(t, where, expr, all)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d expressions", seen)
	}
}

func parses(t *testing.T, where, expr string, all map[string][]string) {
	t.Helper()
	parsed, err := metricsql.Parse(strings.NewReplacer("$__rate_interval", "5m", "${identity:doublequote}", `"someone"`).Replace(expr))
	if err != nil {
		t.Errorf("%s: %s: %v", where, expr, err)
		return
	}
	labels := []string{"job", "instance"}
	metricsql.VisitAll(parsed, func(e metricsql.Expr) {
		if m, ok := e.(*metricsql.MetricExpr); ok {
			labels = append(labels, selects(t, where, m, all)...)
		}
	})
	metricsql.VisitAll(parsed, func(e metricsql.Expr) {
		if a, ok := e.(*metricsql.AggrFuncExpr); ok {
			for _, name := range a.Modifier.Args {
				if !slices.Contains(labels, name) {
					t.Errorf("%s: no metric of %s has the label %s", where, expr, name)
				}
			}
		}
	})
}

// selects checks a selector, and returns the labels of its metric.
func selects(t *testing.T, where string, m *metricsql.MetricExpr, all map[string][]string) []string {
	t.Helper()
	var out []string
	for _, filters := range m.LabelFilterss {
		name := ""
		for _, f := range filters {
			switch {
			case f.Label == "__name__":
				name = f.Value
				if _, ok := all[name]; !ok {
					t.Errorf("%s: there is no metric %s", where, name)
				}
			case !slices.Contains(append(slices.Clone(all[name]), "job", "instance"), f.Label):
				t.Errorf("%s: %s has no label %s", where, name, f.Label)
			}
		}
		out = append(out, all[name]...)
	}
	return out
}

// A rate, an increase or the like of a counter, never a bare counter; no gauge
// has one taken.
func TestCountersAreTakenOverTime(t *testing.T) {
	t.Parallel()
	taken := regexp.MustCompile(`(rate|increase)\((\w+)`)
	for _, d := range dashboards(t) {
		for i := range d.Panels {
			for _, target := range d.Panels[i].Targets {
				expr, _ := target.(map[string]any)["expr"].(string)
				for _, f := range metric.Families() {
					if !regexp.MustCompile(`\b` + f.Name + `\b`).MatchString(expr) {
						continue
					}
					over := slices.ContainsFunc(taken.FindAllStringSubmatch(expr, -1), func(m []string) bool { return m[2] == f.Name })
					if over != (f.Type == metric.Counter) {
						t.Errorf("%s: %s: %s is a %s", d.UID, d.Panels[i].Title, f.Name, f.Type)
					}
				}
			}
		}
	}
}
