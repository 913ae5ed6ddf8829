package aws_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit/moto"
)

// live is a test against an account of its own.
type live struct {
	*testing.T
	*cloud
}

// TestLive runs all tests against one emulator, each with an account of its own.
func TestLive(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts the AWS emulator, which takes seconds")
	}
	emulator := moto.Start(t, "MOTO_IAM_LOAD_MANAGED_POLICIES=false")
	tests := []struct {
		name string
		run  func(live)
	}{
		{"reads the whole account", live.wholeAccount},
		{"equals the exported files", live.equalsFiles},
		{"refuses another account", live.otherAccount},
		{"assumes roles", live.assumesRoles},
		{"outlasts throttling", live.throttling},
		{"outlasts broken answers and expired tokens", live.passingFailures},
		{"publishes the rest where one source fails", live.partialFailures},
		{"names one refused function region", live.refusedWorkloads},
		{"has no inventory without authorization details", live.noInventory},
		{"returns what it has at the deadline", live.deadline},
		{"reads the access advisor", live.accessAdvisor},
		{"reads service control policies", live.serviceControls},
		{"discovers the accounts of an organisation", live.discover},
		{"discovers all accounts or none", live.halfDiscovery},
		{"tells a role that can't be assumed", live.roleRefused},
		{"reads the organisation with its own credentials", live.ownCredentials},
		{"leaves control policies out rather than half", live.halfControls},
		{"reads resources", live.resources},
		{"leaves resources out", live.skipsResources},
		{"tells unknown policies from none", live.refusedResources},
		{"outlasts throttling of resources", live.throttledResources},
		{"reads Identity Center", live.identityCenter},
		{"reads a trail's bucket", live.bucket},
		{"survives a crash between sink and checkpoint", live.crash},
		{"tries unreadable files again", live.unreadableFiles},
		{"stops where every file is refused", live.refusedBucket},
		{"reports damaged and foreign files", live.damagedFiles},
		{"reads an organisation's trail", live.organizationTrail},
		{"looks up events", live.lookup},
		{"knows what trails record", live.coverage},
		{"calls what the policy allows", live.policy},
		{"reads the files that a queue tells of", live.queued},
		{"reads them again after a crash", live.queuedCrash},
		{"leaves other messages in the queue", live.queuedOther},
		{"keeps messages hidden while they are in work", live.queuedProlonged},
		{"names the permissions that a queue lacks", live.queuedRefused},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(live{t, newCloud(t, emulator, fmt.Sprintf("1000000000%02d", i))})
		})
	}
}

func (l live) wholeAccount() {
	t, c := l.T, l.cloud
	keys := c.seed(t)
	inv, _ := c.collect(t, c.options())
	if len(inv.Problems) > 0 {
		t.Errorf("problems: %+v", inv.Problems)
	}
	if got, want := inv.System, (entitlement.System{ID: entitlement.SystemID(c.account), Cloud: entitlement.AWS, Name: "alias-" + c.account}); !cmp.Equal(got, want) {
		t.Errorf("system: %s", cmp.Diff(want, got))
	}
	if !inv.CollectedAt.Equal(now) {
		t.Errorf("collected at %s, want %s", inv.CollectedAt, now)
	}
	ada := identity(t, inv, c.arn("user/ada"))
	if ada.Console != entitlement.Yes || ada.MFA != entitlement.Yes || ada.Tags["team"] != "payments" {
		t.Errorf("ada: console %v, MFA %v, tags %v", ada.Console, ada.MFA, ada.Tags)
	}
	if len(ada.Groups) != 1 || ada.Groups[0] != c.arn("group/readers") {
		t.Errorf("ada: groups %v", ada.Groups)
	}
	checkKeys(t, ada.Keys, keys)
	bob := identity(t, inv, c.arn("user/bob"))
	if bob.Console != entitlement.No || bob.MFA != entitlement.No || len(bob.Keys) != 0 {
		t.Errorf("bob: console %v, MFA %v, keys %v", bob.Console, bob.MFA, bob.Keys)
	}
	if p := inv.Policies[entitlement.PolicyID(c.arn("user/bob")+"/inline/own")]; !p.Inline || !sameJSON(t, string(p.Document), readDoc) {
		t.Errorf("bob's inline policy: %+v", p)
	}
	if p := inv.Policies[entitlement.PolicyID(c.arn("policy/read"))]; p.Managed || p.Inline || p.Name != "read" {
		t.Errorf("policy read: %+v", p)
	}
	checkWorkloads(t, c, inv)
}

func checkKeys(t *testing.T, got []entitlement.AccessKey, want seeded) {
	t.Helper()
	if len(got) != 2 {
		t.Fatalf("keys: %+v, want 2", got)
	}
	active := map[entitlement.AccessKeyID]bool{}
	for _, k := range got {
		active[k.ID] = k.Active
		if !k.UseKnown || !k.LastUsed.IsZero() || !recent(k.Created) {
			t.Errorf("key %s: use known %v, last used %s, created %s", k.ID, k.UseKnown, k.LastUsed, k.Created)
		}
	}
	want2 := map[entitlement.AccessKeyID]bool{entitlement.AccessKeyID(want.key1): true, entitlement.AccessKeyID(want.key2): false}
	if diff := cmp.Diff(want2, active); diff != "" {
		t.Errorf("keys, active or not (-want +got):\n%s", diff)
	}
}

func checkWorkloads(t *testing.T, c *cloud, inv *entitlement.Inventory) {
	t.Helper()
	runner := c.arn("role/runner")
	if r := identity(t, inv, runner); !strings.Contains(string(r.Trust), "lambda.amazonaws.com") {
		t.Errorf("trust of runner: %s", r.Trust)
	}
	for _, kind := range []entitlement.Kind{entitlement.Function, entitlement.Instance} {
		i := slices.IndexFunc(inv.Identities, func(i entitlement.Identity) bool { return i.Kind == kind })
		if i < 0 {
			t.Errorf("no %s", kind)
		} else if inv.Identities[i].RunsAs != runner {
			t.Errorf("%s %s runs as %q, want %q", kind, inv.Identities[i].ID, inv.Identities[i].RunsAs, runner)
		}
	}
}

func (c *cloud) arn(name string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + c.account + ":" + name)
}

func identity(t *testing.T, inv *entitlement.Inventory, id entitlement.IdentityID) entitlement.Identity {
	t.Helper()
	for _, i := range inv.Identities {
		if i.ID == id {
			return i
		}
	}
	t.Fatalf("no identity %s", id)
	return entitlement.Identity{}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%q: %v", a, err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%q: %v", b, err)
	}
	return cmp.Equal(x, y)
}

func (l live) otherAccount() {
	t, c := l.T, l.cloud
	o := c.options()
	o.Account = "999999999999"
	_, err := aws.New(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "belong to account "+c.account+", not to 999999999999") {
		t.Errorf("got %v", err)
	}
}

func (l live) assumesRoles() {
	t, c := l.T, l.cloud
	c.seed(t)
	o := c.options()
	o.Account = "210987654321"
	o.Role = aws.Role{ARN: "arn:aws:iam::210987654321:role/leastward", ExternalID: "secret-id"}
	var form string
	c.on("sts:AssumeRole", func(_ int, body string) *answer { form = body; return nil })
	collector := c.collector(t, o)
	if collector.Account() != "210987654321" {
		t.Errorf("reads account %s", collector.Account())
	}
	if !strings.Contains(form, "ExternalId=secret-id") {
		t.Errorf("assumed the role with %q", form)
	}
}
