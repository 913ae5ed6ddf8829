package alertrules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// The permissions analytics alerts of Entra Permissions Management, by cloud, as
// its operations guide lists them (docs/alerts.md): 17 for AWS, 10 for Azure, 12
// for Google Cloud. Each has a rule here, for findings that its cloud can have.
func TestTheFieldsAlertsHaveRules(t *testing.T) {
	t.Parallel()
	const aws, azure, gcp = entitlement.AWS, entitlement.Azure, entitlement.GCP
	count := map[entitlement.Cloud]int{}
	for _, a := range []struct {
		name     string
		category entitlement.Category
		clouds   []entitlement.Cloud
	}{
		{"Overprovisioned Active Users", entitlement.OverprovisionedUser, []entitlement.Cloud{aws, azure, gcp}},
		{"Overprovisioned Active Roles", entitlement.OverprovisionedRole, []entitlement.Cloud{aws}},
		{"Overprovisioned Active Resources", entitlement.OverprovisionedInstance, []entitlement.Cloud{aws}},
		{"Overprovisioned Active System Identities", entitlement.OverprovisionedServicePrincipal, []entitlement.Cloud{azure}},
		{"Overprovisioned Active Service Accounts", entitlement.OverprovisionedServiceAccount, []entitlement.Cloud{gcp}},
		{"Overprovisioned Active Serverless Functions", entitlement.OverprovisionedFunction, []entitlement.Cloud{aws, azure, gcp}},
		{"Users with Privilege Escalation", entitlement.EscalationUser, []entitlement.Cloud{aws, gcp}},
		{"Roles with Privilege Escalation", entitlement.EscalationRole, []entitlement.Cloud{aws}},
		{"Accounts with Privilege Escalation", "", []entitlement.Cloud{aws}},
		{"Service Accounts with Privilege Escalation", entitlement.EscalationServiceAccount, []entitlement.Cloud{gcp}},
		{"Super Users", entitlement.SuperUser, []entitlement.Cloud{aws, azure, gcp}},
		{"Super Roles", entitlement.SuperRole, []entitlement.Cloud{aws}},
		{"Super Resources", entitlement.SuperInstance, []entitlement.Cloud{aws}},
		{"Super System Identities", entitlement.SuperServicePrincipal, []entitlement.Cloud{azure}},
		{"Super Service Accounts", entitlement.SuperServiceAccount, []entitlement.Cloud{gcp}},
		{"Super Serverless Functions", entitlement.SuperFunction, []entitlement.Cloud{aws, azure, gcp}},
		{"Inactive Users", entitlement.InactiveUser, []entitlement.Cloud{aws, azure, gcp}},
		{"Inactive Roles", entitlement.InactiveRole, []entitlement.Cloud{aws}},
		{"Inactive Groups", entitlement.InactiveGroup, []entitlement.Cloud{aws, azure, gcp}},
		{"Inactive Resources", entitlement.InactiveInstance, []entitlement.Cloud{aws}},
		{"Inactive System Identities", entitlement.InactiveServicePrincipal, []entitlement.Cloud{azure}},
		{"Inactive Service Accounts", entitlement.InactiveServiceAccount, []entitlement.Cloud{gcp}},
		{"Inactive Serverless Functions", entitlement.InactiveFunction, []entitlement.Cloud{aws, azure, gcp}},
		{"Users with No MFA", entitlement.UserWithoutMFA, []entitlement.Cloud{aws}},
	} {
		rule := ruleAbout(t, a.category)
		if rule == "" {
			t.Errorf("%s: no rule is about %s", a.name, a.category)
		}
		if !documented(t, a.name, rule) {
			t.Errorf("docs/alerts.md does not say that %s is %s", a.name, rule)
		}
		for _, cloud := range a.clouds {
			count[cloud]++
			if a.category != "" && !finding.Possible(a.category, cloud) {
				t.Errorf("%s: %s has no findings of %s", a.name, cloud, a.category)
			}
		}
	}
	if count[aws] != 17 || count[azure] != 10 || count[gcp] != 12 {
		t.Errorf("alerts by cloud: %v", count)
	}
}

// ruleAbout returns the alert rule about findings of a category; without one the
// rule about a system's escalations, which stands for an account.
func ruleAbout(t *testing.T, c entitlement.Category) string {
	t.Helper()
	if c == "" {
		return "CiemSystemPrivilegeEscalation"
	}
	pattern := regexp.MustCompile(`ciem_finding\{category=~?"([^"]+)"`)
	for _, r := range rules(t) {
		m := pattern.FindStringSubmatch(r.Expr)
		if r.Alert != "" && m != nil && regexp.MustCompile("^(?:"+m[1]+")$").MatchString(string(c)) {
			return r.Alert
		}
	}
	return ""
}

// documented reports whether a line of docs/alerts.md has both names.
func documented(t *testing.T, name, rule string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "alerts.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "| "+name+" |") && strings.Contains(line, "`"+rule+"`") {
			return true
		}
	}
	return false
}
