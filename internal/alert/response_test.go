package alert_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/testkit"
)

// findingRules returns the alert rules about single findings, with the pattern
// of their category.
func findingRules(t *testing.T) map[*regexp.Regexp]map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.Root(), "alert-rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("alert rules: %v, %v", files, err)
	}
	category := regexp.MustCompile(`\bciem_finding\{category=~?"([^"]+)"`)
	rules := map[*regexp.Regexp]map[string]string{}
	for _, path := range files {
		var file struct {
			Groups []struct {
				Rules []struct {
					Expr   string
					Labels map[string]string
				}
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				if m := category.FindStringSubmatch(r.Expr); m != nil && r.Labels[alert.LabelPlaybook] != "" {
					rules[regexp.MustCompile("^(?:"+m[1]+")$")] = r.Labels
				}
			}
		}
	}
	return rules
}

// The responses are those of the alert rules that ship.
func TestRespondAsTheAlertRules(t *testing.T) {
	t.Parallel()
	rules := findingRules(t)
	if len(rules) < 10 {
		t.Fatalf("only %d rules about findings", len(rules))
	}
	for _, c := range finding.Categories() {
		var want map[string]string
		for pattern, labels := range rules {
			if pattern.MatchString(string(c)) {
				want = labels
			}
		}
		got, ok := alert.Respond(c)
		if ok != (want != nil) || string(got.Playbook) != want[alert.LabelPlaybook] || string(got.Severity) != want[alert.LabelSeverity] {
			t.Errorf("%s: %+v, %v; the rules say %v", c, got, ok, want)
		}
	}
}

// The limits of over-provisioned identities are those of the rule, and count
// above them alone.
func TestAlertsAboveTheLimit(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "alert-rules", "identities.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`identity_type="user"}) > 67`, `identity_type!="user"}) > 33`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the rule no longer says %s", want)
		}
	}
	for _, tc := range []struct {
		f    entitlement.Finding
		want alert.Severity
	}{
		{entitlement.Finding{Category: entitlement.OverprovisionedUser, PCI: 67}, ""},
		{entitlement.Finding{Category: entitlement.OverprovisionedUser, PCI: 67.1}, alert.Warning},
		{entitlement.Finding{Category: entitlement.OverprovisionedRole, PCI: 33}, ""},
		{entitlement.Finding{Category: entitlement.OverprovisionedGroup, PCI: 34}, alert.Warning},
		{entitlement.Finding{Category: entitlement.InactiveUser}, alert.Warning},
		{entitlement.Finding{Category: entitlement.BucketPublic}, alert.Critical},
		{entitlement.Finding{Category: entitlement.ExcludedFromReports, PCI: 100}, ""},
	} {
		if got := alert.Alerts(&tc.f); got != tc.want {
			t.Errorf("%s at %v: %q, want %q", tc.f.Category, tc.f.PCI, got, tc.want)
		}
	}
}
