package exposure_test

import (
	"fmt"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

const (
	home  = "111122223333"
	other = "444455556666"
	third = "777788889999"
)

var evaluator = sync.OnceValue(func() *aws.Evaluator { return aws.New(catalog.AWS()) })

// account is an inventory that tests fill.
type account struct{ inv *entitlement.Inventory }

func newAccount(number string) *account {
	return &account{&entitlement.Inventory{
		System:   entitlement.System{ID: entitlement.SystemID(number), Cloud: entitlement.AWS},
		Policies: map[entitlement.PolicyID]entitlement.Policy{},
	}}
}

func document(statements ...string) []byte {
	return []byte(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
}

func roleARN(number, name string) string { return "arn:aws:iam::" + number + ":role/" + name }
func userARN(number, name string) string { return "arn:aws:iam::" + number + ":user/" + name }

// role adds a role with its trust and its own policy, statements each.
func (a *account) role(name, trust string, own ...string) *entitlement.Identity {
	id := a.identity(roleARN(string(a.inv.System.ID), name), entitlement.Role, own...)
	if trust != "" {
		id.Trust = document(trust)
	}
	return id
}

func (a *account) user(name string, own ...string) *entitlement.Identity {
	return a.identity(userARN(string(a.inv.System.ID), name), entitlement.User, own...)
}

func (a *account) identity(arn string, kind entitlement.Kind, own ...string) *entitlement.Identity {
	id := entitlement.Identity{ID: entitlement.IdentityID(arn), System: a.inv.System.ID, Kind: kind}
	if len(own) > 0 {
		id.Policies = []entitlement.PolicyID{a.policy(arn+"/inline/own", own...)}
	}
	a.inv.Identities = append(a.inv.Identities, id)
	return &a.inv.Identities[len(a.inv.Identities)-1]
}

func (a *account) policy(name string, statements ...string) entitlement.PolicyID {
	id := entitlement.PolicyID(name)
	a.inv.Policies[id] = entitlement.Policy{ID: id, Document: document(statements...)}
	return id
}

func (a *account) bucket(name, policy string) *entitlement.Resource {
	r := entitlement.Resource{
		ID: entitlement.ResourceID("arn:aws:s3:::" + name), Type: "s3:bucket", Name: name,
		Bucket: &entitlement.Bucket{Grants: []entitlement.BucketGrant{{Grantee: ownerID, Permission: "FULL_CONTROL"}}},
	}
	if policy != "" {
		r.Policy = []byte(policy)
	}
	a.inv.Resources = append(a.inv.Resources, r)
	return &a.inv.Resources[len(a.inv.Resources)-1]
}

const ownerID = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"

// estate compiles accounts.
func estate(list ...*account) *aws.Estate {
	var compiled []*aws.Account
	for _, a := range list {
		compiled = append(compiled, evaluator().Compile(a.inv))
	}
	return aws.NewEstate(compiled...)
}

// statement writes a statement; principal is JSON or "", the lists are
// separated by blanks, and an element name before a "!" is negated.
func statement(effect, principal, actions, resources, condition string) string {
	s := fmt.Sprintf(`{"Effect":%q`, effect)
	if rest, not := strings.CutPrefix(principal, "!"); not {
		s += `,"NotPrincipal":` + rest
	} else if principal != "" {
		s += `,"Principal":` + principal
	}
	s += "," + element("Action", actions)
	if resources != "" {
		s += "," + element("Resource", resources)
	}
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

func element(name, list string) string {
	if rest, not := strings.CutPrefix(list, "!"); not {
		name, list = "Not"+name, rest
	}
	return fmt.Sprintf(`%q:["%s"]`, name, strings.Join(strings.Fields(list), `","`))
}

func allow(actions, resources string) string {
	return statement("Allow", "", actions, resources, "")
}

// trusts is a trust statement for AWS principals.
func trusts(principal, condition string) string {
	return statement("Allow", `{"AWS":"`+principal+`"}`, "sts:AssumeRole", "", condition)
}
