package alert_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

func inactiveUser() map[string]string {
	return map[string]string{
		"alertname":     "CloudIdentityInactive",
		"alertgroup":    "identities", // vmalert's own.
		"severity":      "warning",
		"playbook":      "inactive-user-read-only",
		"cloud":         "aws",
		"system":        "111122223333",
		"category":      "inactive_user",
		"finding":       "inactive_user-0123abcd",
		"identity":      "arn:aws:iam::111122223333:user/jo",
		"identity_type": "user",
		"owner":         "payments",
	}
}

func with(labels map[string]string, pairs ...string) map[string]string {
	labels = maps.Clone(labels)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			delete(labels, pairs[i])
			continue
		}
		labels[pairs[i]] = pairs[i+1]
	}
	return labels
}

func TestParse(t *testing.T) {
	t.Parallel()
	suite := map[string]string{"alertname": "A", "severity": "critical", "playbook": "config-repair"}
	tests := map[string]struct {
		labels map[string]string
		want   alert.Labels
	}{
		"identity": {inactiveUser(), alert.Labels{
			Alertname: "CloudIdentityInactive", Severity: alert.Warning, Playbook: alert.InactiveUserReadOnly, Scope: alert.ScopeIdentity,
			Cloud: entitlement.AWS, System: "111122223333", Category: entitlement.InactiveUser, Finding: "inactive_user-0123abcd",
			Identity: "arn:aws:iam::111122223333:user/jo", IdentityType: entitlement.User, Owner: "payments",
		}},
		"suite": {suite, alert.Labels{Alertname: "A", Severity: alert.Critical, Playbook: alert.ConfigRepair, Scope: alert.ScopeSuite}},
		"cloud": {with(suite, "cloud", "gcp"), alert.Labels{
			Alertname: "A", Severity: alert.Critical, Playbook: alert.ConfigRepair, Scope: alert.ScopeCloud, Cloud: entitlement.GCP,
		}},
		"system": {with(suite, "cloud", "azure", "system", "s", "category", "super_group"), alert.Labels{
			Alertname: "A", Severity: alert.Critical, Playbook: alert.ConfigRepair, Scope: alert.ScopeSystem,
			Cloud: entitlement.Azure, System: "s", Category: entitlement.SuperGroup,
		}},
		"resource": {openBucket(), alert.Labels{
			Alertname: "CiemBucketPublic", Severity: alert.Critical, Playbook: alert.BucketReview, Scope: alert.ScopeResource,
			Cloud: entitlement.AWS, System: "111122223333", Category: entitlement.BucketPublic, Finding: "0123abcd", Resource: "arn:aws:s3:::site",
		}},
		"outside account": {with(openBucket(), "category", "external_access", "resource", "*"), alert.Labels{
			Alertname: "CiemBucketPublic", Severity: alert.Critical, Playbook: alert.BucketReview, Scope: alert.ScopeResource,
			Cloud: entitlement.AWS, System: "111122223333", Category: entitlement.ExternalAccount, Finding: "0123abcd", Resource: "*",
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := alert.Parse(tc.labels)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// openBucket is an alert about something that is no identity.
func openBucket() map[string]string {
	return map[string]string{
		"alertname": "CiemBucketPublic", "severity": "critical", "playbook": "bucket-review", "cloud": "aws", "system": "111122223333",
		"category": "bucket_public", "finding": "0123abcd", "identity": "", "resource": "arn:aws:s3:::site",
	}
}

func TestParseRejectsResources(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change []string
		want   string
	}{
		"without resource":    {[]string{"resource", ""}, "label resource: missing"},
		"without system":      {[]string{"system", ""}, "label system: missing"},
		"with identity":       {[]string{"identity", "arn:aws:iam::111122223333:user/jo"}, `label identity: "arn:aws:iam::111122223333:user/jo" does not belong to category bucket_public`},
		"with identity type":  {[]string{"identity_type", "user"}, `label identity: "user" does not belong to category bucket_public`},
		"of an identity":      {[]string{"category", "super_user"}, "label identity: missing"},
		"automated playbook":  {[]string{"playbook", "inactive-user-read-only"}, "label identity: missing"},
		"automated, category": {[]string{"playbook", "inactive-user-read-only"}, `label playbook: "inactive-user-read-only" does not act on findings of category bucket_public`},
		"excluded":            {[]string{"category", "excluded_from_reports", "resource", ""}, "label resource: missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := alert.Parse(with(openBucket(), tc.change...)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestParseRejects(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change []string
		want   string
	}{
		"no alertname":           {[]string{"alertname", ""}, "label alertname: missing; add it to the alert rule"},
		"severity":               {[]string{"severity", "page"}, `label severity: "page" is not one of critical, warning, info`},
		"playbook":               {[]string{"playbook", "delete-all"}, `label playbook: "delete-all" is not one of inactive-user-read-only, `},
		"cloud":                  {[]string{"cloud", "AWS"}, `label cloud: "AWS" is not one of aws, azure, gcp, platform`},
		"identity without cloud": {[]string{"cloud", ""}, "label cloud: missing; an alert with these labels needs it"},
		"without system":         {[]string{"system", ""}, "label system: missing"},
		"without category":       {[]string{"category", ""}, "label category: missing"},
		"without finding":        {[]string{"finding", ""}, "label finding: missing"},
		"without identity":       {[]string{"identity", ""}, "label identity: missing"},
		"without both":           {[]string{"identity", "", "finding", ""}, "label identity: missing"},
		"without type":           {[]string{"identity_type", ""}, "label identity_type: missing"},
		"type":                   {[]string{"identity_type", "robot"}, `label identity_type: "robot" is not one of user, role, group, function, instance`},
		"category":               {[]string{"category", "bored_user"}, `label category: "bored_user" is not a category of finding`},
		"category and type":      {[]string{"identity_type", "role"}, `label identity_type: "role" does not belong to category inactive_user, which is about a user`},
		"category and playbook":  {[]string{"category", "super_user"}, `label playbook: "inactive-user-read-only" does not act on findings of category super_user`},
		"account":                {[]string{"system", "11112222333a"}, `label system: "11112222333a" is not an AWS account number (12 digits)`},
		"not an ARN":             {[]string{"identity", "jo"}, `label identity: "jo" is not an ARN`},
		"other account":          {[]string{"identity", "arn:aws:iam::999922223333:user/jo"}, "is not in account 111122223333, which the system label names"},
		"control character":      {[]string{"owner", "a\nb"}, `label owner: "a\nb" has a control character`},
		"not UTF-8":              {[]string{"owner", "a\xff"}, `label owner: "a\xff" is not valid UTF-8`},
		"space":                  {[]string{"system", " 111122223333"}, `label system: " 111122223333" begins or ends with a space`},
		"too long":               {[]string{"owner", strings.Repeat("x", 2049)}, "label owner: 2049 bytes long; at most 2048 are allowed"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := alert.Parse(with(inactiveUser(), tc.change...))
			var labelErr *alert.LabelError
			if !errors.As(err, &labelErr) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want a LabelError with %q", err, tc.want)
			}
		})
	}
}

func TestParseReportsEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := alert.Parse(with(inactiveUser(), "severity", "", "cloud", "mars"))
	want := "label severity: missing; add it to the alert rule\n" + `label cloud: "mars" is not one of aws, azure, gcp, platform`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Whatever arrives, what Parse accepts for an automated playbook names one
// identity of the kind that the playbook is for.
func TestParsedAutomatedAlertNamesItsIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		labels := inactiveUser()
		for name := range inactiveUser() {
			if rapid.Bool().Draw(t, "change "+name) {
				labels[name] = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "user", "role", "super_user", "aws", "gcp"})).Draw(t, name)
			}
		}
		l, err := alert.Parse(labels)
		if err != nil || !l.Playbook.Automated() {
			return
		}
		if l.Identity == "" || l.System == "" || l.Finding == "" || l.IdentityType != entitlement.User || l.Category != entitlement.InactiveUser {
			t.Fatalf("accepted %+v", l)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("aws", "111122223333", "arn:aws:iam::111122223333:user/jo")
	f.Add("aws", "::::", "arn:aws:iam:")
	f.Fuzz(func(t *testing.T, cloud, system, identity string) {
		l, err := alert.Parse(with(inactiveUser(), "cloud", cloud, "system", system, "identity", identity))
		if err == nil && l.Cloud == entitlement.AWS && !strings.Contains(string(l.Identity), ":"+string(l.System)+":") {
			t.Errorf("accepted identity %q in system %q", l.Identity, l.System)
		}
	})
}
