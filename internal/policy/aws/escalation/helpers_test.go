package escalation_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
)

const (
	home  = "111122223333"
	other = "444455556666"
)

var evaluator = sync.OnceValue(func() *aws.Evaluator { return aws.New(catalog.AWS()) })

// iamARN is the ARN of something of IAM in the home account.
func iamARN(what string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + home + ":" + what)
}

// world is an inventory under construction.
type world struct{ *entitlement.Inventory }

func newWorld(account string) world {
	return world{&entitlement.Inventory{
		System:   entitlement.System{ID: entitlement.SystemID(account), Cloud: entitlement.AWS},
		Policies: map[entitlement.PolicyID]entitlement.Policy{},
		Profiles: map[entitlement.ResourceID]entitlement.IdentityID{},
	}}
}

func (w world) arn(what string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + string(w.System.ID) + ":" + what)
}

// add puts in an identity with one inline policy for each list of statements.
func (w world) add(what string, policies ...string) *entitlement.Identity {
	id := entitlement.Identity{ID: w.arn(what), System: w.System.ID, Kind: entitlement.Kind(strings.SplitN(what, "/", 2)[0])}
	id.Name = what[strings.LastIndexByte(what, '/')+1:]
	for i, p := range policies {
		id.Policies = append(id.Policies, w.inline(id.ID, fmt.Sprintf("p%d", i), p))
	}
	w.Identities = append(w.Identities, id)
	return w.get(what)
}

// get returns an identity; the next add may move it.
func (w world) get(what string) *entitlement.Identity {
	i := slices.IndexFunc(w.Identities, func(id entitlement.Identity) bool { return id.ID == w.arn(what) })
	if i < 0 {
		panic("no " + what)
	}
	return &w.Identities[i]
}

func (w world) inline(id entitlement.IdentityID, name, statements string) entitlement.PolicyID {
	p := entitlement.PolicyID(string(id) + "/inline/" + name)
	w.Policies[p] = entitlement.Policy{ID: p, Name: name, Inline: true, Document: document(statements)}
	return p
}

// managed puts in a policy of the account's own.
func (w world) managed(name, statements string) entitlement.PolicyID {
	p := entitlement.PolicyID(w.arn("policy/" + name))
	w.Policies[p] = entitlement.Policy{ID: p, Name: name, Document: document(statements)}
	return p
}

// control adds a level of service control policies that allows all but what
// the statements deny.
func (w world) control(statements string) {
	p := entitlement.PolicyID(fmt.Sprintf("arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-%d", len(w.Policies)))
	w.Policies[p] = entitlement.Policy{ID: p, Document: document(allow("*", "*") + "," + statements)}
	w.Controls = append(w.Controls, []entitlement.PolicyID{p})
}

// role puts in a role that trusts a principal, given as JSON.
func (w world) role(name, principal string, policies ...string) *entitlement.Identity {
	id := w.add("role/"+name, policies...)
	id.Trust = trust(principal)
	return id
}

// workload puts in a function or an instance.
func (w world) workload(kind entitlement.Kind, name, role string) entitlement.IdentityID {
	service := map[entitlement.Kind]string{entitlement.Function: "lambda", entitlement.Instance: "ec2"}[kind]
	separator := map[entitlement.Kind]string{entitlement.Function: ":", entitlement.Instance: "/"}[kind]
	arn := entitlement.IdentityID("arn:aws:" + service + ":eu-west-1:" + string(w.System.ID) + ":" + string(kind) + separator + name)
	w.Identities = append(w.Identities, entitlement.Identity{ID: arn, System: w.System.ID, Kind: kind, Name: name, RunsAs: w.arn("role/" + role)})
	return arn
}

func trust(principal string) []byte {
	return document(`{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}`)
}

func service(name string) string { return `{"Service":"` + name + `"}` }

func principal(arn entitlement.IdentityID) string { return `{"AWS":"` + string(arn) + `"}` }

func document(statements string) []byte {
	return []byte(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
}

func allow(actions, resources string) string { return statement("Allow", actions, resources, "") }
func deny(actions, resources string) string  { return statement("Deny", actions, resources, "") }

const everything = `{"Effect":"Allow","Action":"*","Resource":"*"}`

// statement writes a statement; the lists are separated by blanks.
func statement(effect, actions, resources, condition string) string {
	s := fmt.Sprintf(`{"Effect":%q,"Action":["%s"],"Resource":["%s"]`, effect, strings.Join(strings.Fields(actions), `","`), strings.Join(strings.Fields(resources), `","`))
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

// find returns the escalations of all identities of the first account.
func find(worlds ...world) map[entitlement.IdentityID][]entitlement.Escalation {
	var accounts []*aws.Account
	for _, w := range worlds {
		accounts = append(accounts, evaluator().Compile(w.Inventory))
	}
	out := map[entitlement.IdentityID][]entitlement.Escalation{}
	for id, w := range escalation.Find(aws.NewEstate(accounts...), accounts[0]) {
		out[id] = w.Gravest
	}
	return out
}

// describe puts an escalation in one line: path, target, and what else matters.
func describe(e *entitlement.Escalation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Path, short(e.Target))
	if e.Admin {
		b.WriteString(" admin")
	}
	if e.Conditional {
		fmt.Fprintf(&b, " if [%s]", strings.Join(e.Keys, ", "))
	}
	if len(e.Steps) > 1 {
		for i, s := range e.Steps {
			sep := " <- "
			if i > 0 {
				sep = ", "
			}
			fmt.Fprintf(&b, "%s%s %s", sep, short(string(s.By)), s.Path)
		}
	}
	return b.String()
}

func short(arn string) string {
	return strings.TrimPrefix(arn, "arn:aws:iam::"+home+":")
}

// lines describes all escalations of an identity.
func lines(list []entitlement.Escalation) []string {
	out := []string{}
	for i := range list {
		out = append(out, describe(&list[i]))
	}
	return out
}

// of returns the lines about one path.
func of(list []entitlement.Escalation, path string) []string {
	out := []string{}
	for i := range list {
		if list[i].Path == path && len(list[i].Steps) == 1 {
			out = append(out, describe(&list[i]))
		}
	}
	return out
}

func mustHave(t *testing.T, id entitlement.IdentityID, found map[entitlement.IdentityID][]entitlement.Escalation, want ...string) {
	t.Helper()
	got := lines(found[id])
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got  %s\n want %s", short(string(id)), strings.Join(got, "\n      "), strings.Join(want, "\n      "))
	}
}
