package tenant_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/tenant"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 1000, 10_000} {
		if size > 1000 && testing.Short() {
			continue
		}
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			testEvents(t, generate(t, tenant.Options{Size: size, Seed: 9, Events: 10_000}))
		})
	}
}

func testEvents(t *testing.T, m *memory) {
	t.Helper()
	truth, _ := m.truth(t)
	ids := map[string]bool{}
	for name, records := range m.records(t) {
		account, region, day := place(name)
		if len(records) == 0 || len(records) > 5000 {
			t.Errorf("%s has %d records", name, len(records))
		}
		for i, e := range records {
			switch {
			case ids[e.EventID] || len(e.EventID) != 36:
				t.Errorf("%s: event id %q is not new, or no UUID", name, e.EventID)
			case e.EventTime.Before(truth.From) || !e.EventTime.Before(truth.Until):
				t.Errorf("%s: event at %s is not from %s to %s", name, e.EventTime, truth.From, truth.Until)
			case e.RecipientAccountID != account || e.AwsRegion != region || e.EventTime.Format("2006-01-02") != day:
				t.Errorf("%s: an event of %s, %s, %s is in the wrong file", name, e.RecipientAccountID, e.AwsRegion, e.EventTime)
			case i > 0 && e.EventTime.Before(records[i-1].EventTime):
				t.Errorf("%s: record %d is older than the one before", name, i)
			case e.ErrorCode != "" && e.ErrorMessage == "":
				t.Errorf("%s: error %s without a message", name, e.ErrorCode)
			case (e.EventCategory == "Data") == e.ManagementEvent:
				t.Errorf("%s: event category and kind disagree: %+v", name, e)
			}
			ids[e.EventID] = true
		}
	}
	if len(ids) != truth.Events {
		t.Errorf("%d events, but the truth says %d", len(ids), truth.Events)
	}
}

func TestVariety(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, records := range generate(t, tenant.Options{Size: 1000, Seed: 8}).records(t) {
		for _, e := range records {
			seen["type "+e.UserIdentity.Type]++
			seen["error "+e.ErrorCode]++
			seen["kind "+e.EventType]++
			seen["category "+e.EventCategory]++
			if e.UserIdentity.InvokedBy != "" && e.UserIdentity.Type == "AssumedRole" {
				seen["forwarded"]++
			}
			if strings.HasPrefix(e.EventName, "UpdateFunctionCode2015") {
				seen["versioned"]++
			}
			if e.UserIdentity.SessionContext.WebIDFederationData.FederatedProvider != "" {
				seen["federated"]++
			}
		}
	}
	for _, want := range []string{
		"type ", "type IAMUser", "type AssumedRole", "type Root", "type AWSService", "type AWSAccount", "type SAMLUser", "type WebIdentityUser",
		"error AccessDenied", "error AccessDeniedException", "error Client.UnauthorizedOperation", "error ThrottlingException",
		"error Client.RequestLimitExceeded", "error NoSuchKey", "kind AwsServiceEvent", "kind AwsConsoleSignIn", "kind AwsApiCall",
		"category Data", "category Management", "forwarded", "versioned", "federated",
	} {
		if seen[want] == 0 {
			t.Errorf("no event with %q", want)
		}
	}
}

func TestAttackIsThere(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 100, Seed: 4})
	_, attack := m.truth(t)
	calls := map[string]int{}
	denied, total := 0, 0
	for _, records := range m.records(t) {
		for _, e := range records {
			if e.SourceIPAddress != attack.Address {
				if e.UserIdentity.AccessKeyID == attack.LeakedKey || e.UserIdentity.AccessKeyID == attack.CreatedKey {
					t.Errorf("a key of the attack was used from %s", e.SourceIPAddress)
				}
				continue
			}
			total++
			calls[strings.TrimSuffix(e.EventSource, ".amazonaws.com")+":"+e.EventName]++
			if strings.HasPrefix(e.ErrorCode, "AccessDenied") || e.ErrorCode == "Client.UnauthorizedOperation" {
				denied++
			}
			if e.EventTime.Before(attack.From) || e.EventTime.After(attack.To) {
				t.Errorf("an event of the attack at %s, outside of %s to %s", e.EventTime, attack.From, attack.To)
			}
		}
	}
	refused, events := 0, 0
	told := map[string]int{}
	for _, s := range attack.Stages {
		refused += s.Refused
		events += s.Events
		for _, c := range s.Calls {
			told[c]++
		}
	}
	if total != attack.Events || events != total || refused != denied || denied < 10 {
		t.Errorf("%d events and %d refusals; the truth says %d, by stages %d and %d", total, denied, attack.Events, events, refused)
	}
	if diff := cmp.Diff(told, calls); diff != "" {
		t.Errorf("calls differ (-told +found):\n%s", diff)
	}
	for _, want := range []string{"sts:GetCallerIdentity", "iam:CreateAccessKey", "iam:AttachUserPolicy", "sts:AssumeRole", "secretsmanager:GetSecretValue", "s3:GetObject", "cloudtrail:StopLogging"} {
		if calls[want] == 0 {
			t.Errorf("the attack lacks %s", want)
		}
	}
	if days := attack.To.Sub(attack.From).Hours() / 24; days < 5 {
		t.Errorf("the attack takes only %.1f days", days)
	}
}

// TestActivityAgreesWithTruth holds the truth against the events alone.
func TestActivityAgreesWithTruth(t *testing.T) {
	t.Parallel()
	m := generate(t, tenant.Options{Size: 1000, Seed: 21})
	truth, _ := m.truth(t)
	acted, tried := map[string]bool{}, map[string]bool{}
	for _, records := range m.records(t) {
		for _, e := range records {
			u := e.UserIdentity
			arn := u.Arn
			if u.SessionContext.SessionIssuer.Arn != "" {
				arn = u.SessionContext.SessionIssuer.Arn
			}
			refused := strings.HasPrefix(e.ErrorCode, "AccessDenied") || e.ErrorCode == "Client.UnauthorizedOperation"
			tried[arn] = true
			if !refused && e.EventType == "AwsApiCall" {
				acted[arn] = true
			}
		}
	}
	for _, a := range truth.Accounts {
		for _, arn := range slices.Concat(a.Inactive.Users, a.Inactive.Roles, a.Fresh) {
			if acted[arn] {
				t.Errorf("%s is inactive, but acted", arn)
			}
			if tried[arn] != slices.Contains(a.DeniedOnly, arn) {
				t.Errorf("%s tried something: %t, but the truth says otherwise", arn, tried[arn])
			}
		}
		users, roles := 0, 0
		for arn := range acted {
			switch {
			case strings.HasPrefix(arn, "arn:aws:iam::"+a.ID+":user/"):
				users++
			case strings.HasPrefix(arn, "arn:aws:iam::"+a.ID+":role/") && !slices.Contains(a.ServiceManaged, arn):
				roles++
			}
		}
		if users != a.Active.Users || roles != a.Active.Roles {
			t.Errorf("%s: %d users and %d roles acted, but the truth says %+v", a.ID, users, roles, a.Active)
		}
	}
}

func TestEventsForBenchmarks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 1001, 6000} {
		m := &memory{files: map[string][]byte{}}
		if err := tenant.Events(tenant.Options{Size: 100}, n, m.create); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, records := range m.records(t) {
			for _, e := range records {
				ids[e.EventID] = true
			}
		}
		if len(ids) != n {
			t.Errorf("%d different events, want %d", len(ids), n)
		}
	}
}
