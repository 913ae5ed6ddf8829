package alertrules_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/metric"
)

func TestAlertsAreComplete(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		if names[r.Alert] || !strings.HasPrefix(r.Alert, "Ciem") {
			t.Errorf("%s: bad or repeated name", r.Alert)
		}
		names[r.Alert] = true
		if r.For == "" {
			t.Errorf("%s: no for", r.Alert)
		}
		for _, name := range alert.Annotations() {
			if r.Annotations[name] == "" {
				t.Errorf("%s: no annotation %s", r.Alert, name)
			}
		}
		checkRunbook(t, r)
	}
	if len(names) < 10 {
		t.Errorf("only %d alerts", len(names))
	}
}

// checkRunbook wants the runbook of the alert's playbook, and the alert in it.
func checkRunbook(t *testing.T, r rule) {
	t.Helper()
	playbook := r.Labels[alert.LabelPlaybook]
	if want := alert.RunbookBase + playbook + ".md"; r.Annotations[alert.AnnotationRunbookURL] != want {
		t.Errorf("%s: runbook_url %s, want %s", r.Alert, r.Annotations[alert.AnnotationRunbookURL], want)
	}
	text, err := os.ReadFile(filepath.Join("..", "docs", "runbooks", playbook+".md"))
	if err != nil {
		t.Errorf("%s: %v", r.Alert, err)
	} else if !strings.Contains(string(text), "`"+r.Alert+"`") {
		t.Errorf("%s: the runbook %s does not mention it", r.Alert, playbook)
	}
}

// Every metric and every label in an expression is in the table, so that a
// family that is renamed can't silence a rule.
func TestExpressionsUseTheTable(t *testing.T) {
	t.Parallel()
	recorded := map[string]bool{}
	for _, r := range rules(t) {
		recorded[r.Record] = true
	}
	table := families()
	for _, r := range rules(t) {
		used := metricsOf(r.Expr)
		if len(used) == 0 {
			t.Errorf("%s%s uses no metric", r.Alert, r.Record)
		}
		labels := map[string]bool{"instance": true}
		for _, name := range used {
			if table[name] == nil && !recorded[name] {
				t.Errorf("%s%s: no metric %s in the table", r.Alert, r.Record, name)
				continue
			}
			if f := table[name]; f != nil {
				for _, l := range f.Labels {
					labels[l] = true
				}
			}
		}
		checkLabels(t, r, table, labels)
	}
}

func metricsOf(expr string) []string {
	var names []string
	for _, name := range identifier.FindAllString(quoted.ReplaceAllString(expr, ""), -1) {
		if strings.Contains(name, "ciem_") {
			names = append(names, name)
		}
	}
	return names
}

func checkLabels(t *testing.T, r rule, table map[string]*metric.Family, labels map[string]bool) {
	t.Helper()
	for _, m := range matchers.FindAllStringSubmatch(r.Expr, -1) {
		for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
			if f := table[m[1]]; f != nil && !slices.Contains(f.Labels, l[1]) {
				t.Errorf("%s%s: %s has no label %s", r.Alert, r.Record, m[1], l[1])
			}
		}
	}
	for _, m := range replaces.FindAllStringSubmatch(r.Expr, -1) {
		if !labels[m[2]] {
			t.Errorf("%s%s: no metric has the label %s", r.Alert, r.Record, m[2])
		}
		labels[m[1]] = true
	}
	if strings.HasPrefix(r.Record, "cloud:") || strings.HasPrefix(r.Record, "folder:") {
		labels["cloud"], labels["folder"] = true, true
	}
	for _, m := range lists.FindAllStringSubmatch(r.Expr, -1) {
		for l := range strings.SplitSeq(m[1], ",") {
			if l = strings.TrimSpace(l); l != "" && !labels[l] {
				t.Errorf("%s%s: no metric has the label %s", r.Alert, r.Record, l)
			}
		}
	}
}

// The unit tests of the rules feed series as the table has them, with all
// their labels and no others.
func TestUnitTestsFeedSeriesOfTheTable(t *testing.T) {
	t.Parallel()
	table := families()
	name := regexp.MustCompile(`^[a-z_]+`)
	for path, f := range unitTests(t) {
		for _, test := range f.Tests {
			for _, s := range test.InputSeries {
				family := table[name.FindString(s.Series)]
				if family == nil {
					if !strings.HasPrefix(s.Series, "up{") {
						t.Errorf("%s: %s: %s is not in the table", path, test.Name, s.Series)
					}
					continue
				}
				var got []string
				for _, m := range matcher.FindAllStringSubmatch(s.Series, -1) {
					if m[1] != "instance" {
						got = append(got, m[1])
					}
				}
				if !slices.Equal(sorted(got), sorted(family.Labels)) {
					t.Errorf("%s: %s: %s has labels %q, the table %q", path, test.Name, s.Series, got, family.Labels)
				}
			}
		}
	}
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

// What the rules fire, as the unit tests prove, is what the remediator parses.
func TestFiringAlertsKeepTheContract(t *testing.T) {
	t.Parallel()
	for path, f := range unitTests(t) {
		for _, test := range f.Tests {
			for _, a := range test.AlertRuleTests {
				for _, e := range a.ExpAlerts {
					labels := maps.Clone(e.Labels)
					labels[alert.LabelAlertname] = a.Alertname
					if _, err := alert.Parse(labels); err != nil {
						t.Errorf("%s: %s: %s: %v", path, test.Name, a.Alertname, err)
					}
				}
			}
		}
	}
}

// Each alert is seen firing, not firing on data that is there, and not firing
// (or, where absence is the point, firing) without data.
func TestEveryAlertHasUnitTests(t *testing.T) {
	t.Parallel()
	fires, silent, missing := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, f := range unitTests(t) {
		for _, test := range f.Tests {
			for _, a := range test.AlertRuleTests {
				switch {
				case strings.HasPrefix(test.Name, "no data"):
					missing[a.Alertname] = true
				case len(a.ExpAlerts) > 0:
					fires[a.Alertname] = true
				default:
					silent[a.Alertname] = true
				}
			}
		}
	}
	for _, r := range rules(t) {
		if r.Alert != "" && (!fires[r.Alert] || !silent[r.Alert] || !missing[r.Alert]) {
			t.Errorf("%s: tested firing %v, not firing %v, without data %v", r.Alert, fires[r.Alert], silent[r.Alert], missing[r.Alert])
		}
	}
}
