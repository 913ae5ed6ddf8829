package alertrules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/metric"
)

type ruleFile struct {
	Groups []struct {
		Name  string
		Rules []rule
	}
}

type rule struct {
	Alert, Record, Expr, For string
	Labels, Annotations      map[string]string
}

type testFile struct {
	RuleFiles          []string `yaml:"rule_files"`
	EvaluationInterval string   `yaml:"evaluation_interval"`
	Tests              []struct {
		Name           string
		Interval       string
		InputSeries    []struct{ Series, Values string } `yaml:"input_series"`
		AlertRuleTests []struct {
			Alertname string
			EvalTime  string          `yaml:"eval_time"`
			ExpAlerts []expectedAlert `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
	}
}

type expectedAlert struct {
	Labels      map[string]string `yaml:"exp_labels"`
	Annotations map[string]string `yaml:"exp_annotations"`
}

func ruleFiles(tb testing.TB) []string {
	tb.Helper()
	return glob(tb, "*.yml")
}

func glob(tb testing.TB, pattern string) []string {
	tb.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		tb.Fatalf("%s: %v, %v", pattern, files, err)
	}
	return files
}

func decode(tb testing.TB, path string, into any) {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
}

// rules returns the rules of all files.
func rules(tb testing.TB) []rule {
	tb.Helper()
	var all []rule
	for _, path := range ruleFiles(tb) {
		var f ruleFile
		decode(tb, path, &f)
		for _, g := range f.Groups {
			all = append(all, g.Rules...)
		}
	}
	return all
}

func unitTests(tb testing.TB) map[string]testFile {
	tb.Helper()
	files := map[string]testFile{}
	for _, path := range glob(tb, "tests/*_test.yml") {
		var f testFile
		decode(tb, path, &f)
		files[path] = f
	}
	return files
}

func families() map[string]*metric.Family {
	m := map[string]*metric.Family{}
	for _, f := range metric.Families() {
		m[f.Name] = f
	}
	return m
}

var (
	identifier = regexp.MustCompile(`[A-Za-z_:][A-Za-z0-9_:]*`)
	quoted     = regexp.MustCompile(`"[^"]*"`)
	matchers   = regexp.MustCompile(`(ciem_[a-z_]+)\{([^}]*)\}`)
	matcher    = regexp.MustCompile(`([a-z_]+)\s*(?:=~|!~|!=|=)\s*"`)
	lists      = regexp.MustCompile(`\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)`)
	replaces   = regexp.MustCompile(`"([a-z_]+)",\s*"\$1",\s*"([a-z_]+)"`)
)
