package exposure_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

func TestTablesNameActionsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	cat := catalog.AWS()
	for _, r := range append(exposure.SecretStoreTable(), exposure.SecurityToolTable()...) {
		seen := map[entitlement.Action]bool{}
		for _, a := range r.Actions {
			i, ok := cat.Index(a)
			switch {
			case !ok:
				t.Errorf("%s: the catalogue has no %s", r.Name, a)
			case cat.Info(i).Action != a:
				t.Errorf("%s: %s is written %s", r.Name, a, cat.Info(i).Action)
			}
			if seen[a] {
				t.Errorf("%s: %s stands twice", r.Name, a)
			}
			seen[a] = true
		}
		if len(r.Actions) == 0 || r.Reason == "" {
			t.Errorf("%s has no actions or no reason", r.Name)
		}
	}
}

func TestTools(t *testing.T) {
	t.Parallel()
	const mfa = `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`
	when := func(actions string) string { return statement("Allow", "", actions, "*", mfa) }
	for name, c := range map[string]struct {
		own                    []string
		stores, security       []string
		maybeStores, maybeTool []string
	}{
		"everything": {
			own:      []string{allow("*", "*")},
			stores:   []string{"Secrets Manager", "Certificate Authority", "CloudHSM", "Certificate Manager", "Parameter Store"},
			security: []string{"Macie", "WAF & Shield", "CloudTrail", "Inspector", "Security Hub", "Detective", "GuardDuty", "Config", "Access Analyzer"},
		},
		"reads of what is public or harmless": {own: []string{allow("acm:GetCertificate acm-pca:GetCertificate cloudhsm:DescribeClusters secretsmanager:DescribeSecret secretsmanager:ListSecrets secretsmanager:BatchGetSecretValue ssm:DescribeParameters", "*")}},
		"reads of security tools":             {own: []string{allow("guardduty:Get* guardduty:List* securityhub:Get* cloudtrail:LookupEvents cloudtrail:StartLogging config:StartConfigurationRecorder inspector2:Enable", "*")}},
		"one secret":                          {own: []string{allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-123456")}, stores: []string{"Secrets Manager"}},
		"one trail":                           {own: []string{allow("cloudtrail:StopLogging", "arn:aws:cloudtrail:eu-west-1:111122223333:trail/t")}, security: []string{"CloudTrail"}},
		"under a condition":                   {own: []string{when("acm:ExportCertificate guardduty:DeleteDetector")}, maybeStores: []string{"Certificate Manager"}, maybeTool: []string{"GuardDuty"}},
		"one sure, one not":                   {own: []string{when("ssm:GetParameter"), allow("ssm:GetParameters", "*")}, stores: []string{"Parameter Store"}},
		"denied":                              {own: []string{allow("wafv2:*", "*"), statement("Deny", "", "wafv2:*", "*", "")}},
		"shield alone":                        {own: []string{allow("shield:DeleteProtection", "*")}, security: []string{"WAF & Shield"}},
		"a misspelt case suffices":            {own: []string{allow("SECRETSMANAGER:getsecretvalue", "*")}, stores: []string{"Secrets Manager"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(home)
			who := a.user("ana", c.own...).ID
			access := estate(a).Account(home).Access(who)
			tools := exposure.NewTools(catalog.AWS())
			want := []exposure.Found{{Sure: c.stores, Conditional: c.maybeStores}, {Sure: c.security, Conditional: c.maybeTool}}
			if diff := cmp.Diff(want, []exposure.Found{tools.SecretStores(access), tools.SecurityTools(access)}); diff != "" {
				t.Error(diff)
			}
			names := append(append([]string(nil), c.stores...), c.maybeStores...)
			if diff := cmp.Diff(names, exposure.SecretStores(catalog.AWS(), access)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if f := exposure.NewTools(catalog.AWS()).SecretStores(nil); len(f.Names()) != 0 {
		t.Errorf("nobody reads %v", f)
	}
}

func BenchmarkTools(b *testing.B) {
	a := newAccount(home)
	for i := range 10_000 {
		a.user(fmt.Sprint(i), allow("s3:* ec2:Describe*", "*"))
	}
	compiled := estate(a).Account(home)
	access := make([]*entitlement.Access, len(a.inv.Identities))
	for i := range access {
		access[i] = compiled.Access(a.inv.Identities[i].ID)
	}
	tools := exposure.NewTools(catalog.AWS())
	b.ReportAllocs()
	for b.Loop() {
		for _, x := range access {
			tools.SecretStores(x)
			tools.SecurityTools(x)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(access)), "ns/identity")
}
