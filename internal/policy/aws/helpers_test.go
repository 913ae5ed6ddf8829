package aws_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

const (
	account = "111122223333"
	alice   = entitlement.IdentityID("arn:aws:iam::" + account + ":user/alice")
)

// setup is an inventory of one identity, alice, in short form: each policy is
// its statements without brackets.
type setup struct {
	policies []string
	groups   [][]string
	boundary string
	controls [][]string
	role     bool
	service  bool // A service-linked role.
}

func document(statements string) []byte {
	return []byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
}

func (s setup) inventory() *entitlement.Inventory {
	inv := &entitlement.Inventory{
		System:   entitlement.System{ID: account, Cloud: entitlement.AWS},
		Policies: map[entitlement.PolicyID]entitlement.Policy{},
	}
	n := 0
	add := func(statements string) entitlement.PolicyID {
		id := entitlement.PolicyID(fmt.Sprintf("p%03d", n))
		n++
		inv.Policies[id] = entitlement.Policy{ID: id, Document: document(statements)}
		return id
	}
	addAll := func(list []string) (ids []entitlement.PolicyID) {
		for _, p := range list {
			ids = append(ids, add(p))
		}
		return ids
	}
	who := entitlement.Identity{ID: alice, Kind: entitlement.User, Policies: addAll(s.policies), ServiceManaged: s.service}
	if s.role {
		who.Kind = entitlement.Role
	}
	if s.boundary != "" {
		who.Boundary = add(s.boundary)
	}
	for i, g := range s.groups {
		id := entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:group/g%d", account, i))
		inv.Identities = append(inv.Identities, entitlement.Identity{ID: id, Kind: entitlement.Group, Policies: addAll(g)})
		who.Groups = append(who.Groups, id)
	}
	for _, level := range s.controls {
		inv.Controls = append(inv.Controls, addAll(level))
	}
	inv.Identities = append(inv.Identities, who)
	return inv
}

var evaluator = sync.OnceValue(func() *aws.Evaluator { return aws.New(catalog.AWS()) })

func (s setup) access() *entitlement.Access {
	return evaluator().Compile(s.inventory()).Access(alice)
}

// index returns an action's index and fails the test if there is none.
func index(tb testing.TB, action string) int {
	tb.Helper()
	i, ok := catalog.AWS().Index(entitlement.Action(action))
	if !ok {
		tb.Fatalf("the catalogue has no %s", action)
	}
	return i
}

// grant describes what is granted of an action: "all", "part conditional", ….
func grant(a *entitlement.Access, i int) string {
	s := [...]string{"none", "named", "part", "all"}[a.Reach(i)]
	if a.Conditional.Has(i) {
		s += " conditional"
	}
	return s
}

func allow(actions, resources string) string { return statement("Allow", actions, resources, "") }
func deny(actions, resources string) string  { return statement("Deny", actions, resources, "") }

const mfa = `{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`

// statement writes a statement; the lists are separated by blanks, and one that
// begins with "!" is a NotAction or NotResource.
func statement(effect, actions, resources, condition string) string {
	s := fmt.Sprintf(`{"Effect":%q,%s,%s`, effect, element("Action", actions), element("Resource", resources))
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

func element(name, list string) string {
	if rest, ok := strings.CutPrefix(list, "!"); ok {
		name, list = "Not"+name, rest
	}
	return fmt.Sprintf(`%q:["%s"]`, name, strings.Join(strings.Fields(list), `","`))
}
