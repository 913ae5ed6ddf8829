package aws_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// The accounts, identities and resources of the tests of whole estates.
const (
	other   = "444455556666"
	app     = "arn:aws:iam::" + account + ":role/team/app"
	session = "arn:aws:sts::" + account + ":assumed-role/app/build-7"
	root    = "arn:aws:iam::" + account + ":root"
	bob     = "arn:aws:iam::" + other + ":user/bob"
	bucket  = "arn:aws:s3:::a"
	object  = "arn:aws:s3:::a/b"
	key     = "arn:aws:kms:eu-west-1:" + account + ":key/1"
	farKey  = "arn:aws:kms:eu-west-1:" + other + ":key/2"
)

// scene is an estate of two accounts in short form. Of the first account there
// are the user alice and the role app, of the other the user bob; each policy
// is its statements without brackets.
type scene struct {
	alice, app, bob string
	boundary        string            // Of both alice and app.
	trust           string            // Of app.
	policies        map[string]string // Of resources, by ARN.
	controls        []string          // One service control policy for each level of the first account, below a level that allows everything.
	share           []string          // The same for resource control policies.
	tags            map[string]string // Of alice and app.
	organization    *entitlement.Organization
	foreign         map[string]string // Policies of resources of the other account.
	sessionPolicies []string
	unreadable      string               // A resource of the first account.
	bare            entitlement.SystemID // An account without identities.
	bareOwns        map[string]string    // Policies of its resources.
	change          func(first *entitlement.Inventory)
}

func (s scene) estate() *aws.Estate {
	first := inventoryOf(account, s.policies)
	boundary := put(first, "boundary", s.boundary)
	first.Identities = []entitlement.Identity{
		{ID: alice, Kind: entitlement.User, UniqueID: "AIDAALICE", Policies: list(put(first, "alice", s.alice)), Boundary: boundary, Tags: s.tags},
		{ID: app, Kind: entitlement.Role, UniqueID: "AROAAPP", Policies: list(put(first, "app", s.app)), Boundary: boundary, Tags: s.tags, Trust: trustOf(s.trust)},
	}
	full := put(first, "full", allow("*", "*"))
	if len(s.controls) > 0 {
		first.Controls = append(first.Controls, list(full))
	}
	for i, c := range s.controls {
		first.Controls = append(first.Controls, list(full, put(first, entitlement.PolicyID(fmt.Sprintf("scp%d", i)), c)))
	}
	for i, c := range s.share {
		first.ResourceControls = append(first.ResourceControls, list(put(first, entitlement.PolicyID(fmt.Sprintf("rcp%d", i)), c)))
	}
	first.Organization = s.organization
	if s.unreadable != "" {
		first.Resources = append(first.Resources, entitlement.Resource{ID: entitlement.ResourceID(s.unreadable), PolicyUnknown: true})
	}
	if s.change != nil {
		s.change(first)
	}
	second := inventoryOf(other, s.foreign)
	second.Identities = []entitlement.Identity{{ID: bob, Kind: entitlement.User, Policies: list(put(second, "bob", s.bob))}}
	return aws.NewEstate(evaluator().Compile(first), evaluator().Compile(second), evaluator().Compile(inventoryOf(s.bare, s.bareOwns)))
}

func inventoryOf(id entitlement.SystemID, resources map[string]string) *entitlement.Inventory {
	inv := &entitlement.Inventory{
		System:   entitlement.System{ID: id, Cloud: entitlement.AWS},
		Policies: map[entitlement.PolicyID]entitlement.Policy{},
	}
	for arn, statements := range resources {
		inv.Resources = append(inv.Resources, entitlement.Resource{ID: entitlement.ResourceID(arn), Policy: document(statements)})
	}
	return inv
}

// put adds a policy and returns its id, "" for none.
func put(inv *entitlement.Inventory, id entitlement.PolicyID, statements string) entitlement.PolicyID {
	if statements == "" {
		return ""
	}
	inv.Policies[id] = entitlement.Policy{ID: id, Document: document(statements)}
	return id
}

func list(ids ...entitlement.PolicyID) (out []entitlement.PolicyID) {
	for _, id := range ids {
		if id != "" {
			out = append(out, id)
		}
	}
	return out
}

func trustOf(statements string) []byte {
	if statements == "" {
		return nil
	}
	return document(statements)
}

// share writes a statement with a Principal, such as `"*"` or
// `{"AWS":"111122223333"}`; one that begins with "!" is a NotPrincipal.
func share(effect, principal, actions, resources string) string {
	element := "Principal"
	if principal[0] == '!' {
		element, principal = "NotPrincipal", principal[1:]
	}
	s := statement(effect, actions, resources, "")
	if resources == "" {
		s = fmt.Sprintf(`{"Effect":%q,"Action":%q}`, effect, actions)
	}
	return s[:len(s)-1] + fmt.Sprintf(`,%q:%s}`, element, principal)
}

// shareIf is share with a Condition.
func shareIf(effect, principal, actions, resources, condition string) string {
	s := share(effect, principal, actions, resources)
	return s[:len(s)-1] + `,"Condition":` + condition + `}`
}

// ask is a request to a scene and its answer.
type ask struct {
	name                string
	scene               scene
	who, action, target string
	want                string
}

func (a *ask) check(t *testing.T) *aws.Decision {
	t.Helper()
	r := aws.Request{Principal: a.who, Action: a.action, Resource: a.target}
	for _, p := range a.scene.sessionPolicies {
		s, diags := evaluator().SessionPolicy(document(p))
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		r.Session = append(r.Session, s)
	}
	d := &aws.Decision{}
	if err := a.scene.estate().Decide(&r, d); err != nil {
		t.Fatal(err)
	}
	if d.Verdict.String() != a.want {
		t.Errorf("%s, want %s; because %+v, keys %v", d.Verdict, a.want, d.Because, d.Keys)
	}
	return d
}
