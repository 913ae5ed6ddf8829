package escalation_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/testkit"
)

// The example account of cloudsplaining: what its identities may do leads
// where it should.
func TestCloudsplainingAccount(t *testing.T) {
	t.Parallel()
	file, err := os.Open(testkit.SharedData(t, "entitlements", "aws", "cloudsplaining", "example-authz-details.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	inv := &entitlement.Inventory{}
	if err := aws.ReadAuthorizationDetails(file, file.Name(), inv); err != nil {
		t.Fatal(err)
	}
	found := find(world{inv})
	const user, role = "arn:aws:iam::012345678901:user/", "arn:aws:iam::012345678901:role/"
	mustHave(t, role+"OverprivilegedEC2", found,
		"iam-002 "+user+"obama admin", "iam-002 "+user+"userwithlotsofpermissions admin", "iam-002 "+user+"biden")
	// The others are administrators, or may pass roles to services that no role
	// trusts.
	if len(found) != 1 {
		t.Errorf("found %d identities, want one", len(found))
	}
}

// The five versions of a policy of CloudGoat's scenario of a rollback: the
// first lets its user choose another, which may grant more.
func TestCloudGoatRollback(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"v1.json": {"leastward-001 policy/raynor admin if [existing older policy version]"},
	}
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "entitlements", "aws", "cloudgoat"), "v*.json"))
	if err != nil || len(files) != 5 {
		t.Fatalf("found %q, want five versions: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(home)
		raynor := w.add("user/raynor")
		id := entitlement.PolicyID(iamARN("policy/raynor"))
		raynor.Policies = []entitlement.PolicyID{id}
		w.Policies[id] = entitlement.Policy{ID: id, Document: text}
		if got := lines(find(w)[iamARN("user/raynor")]); !slices.Equal(got, want[filepath.Base(file)]) {
			t.Errorf("%s: found %q, want %q", file, got, want[filepath.Base(file)])
		}
	}
}

// A key of the form "existing …" cannot be taken for a condition key.
func TestPrerequisitesAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, p := range escalation.Paths() {
		if strings.ContainsAny(p.Exists, ":") {
			t.Errorf("%s: the prerequisite %q looks like a condition key", p.ID, p.Exists)
		}
	}
}
