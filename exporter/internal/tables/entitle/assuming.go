package entitle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// assumption is somebody who may come to act as a role.
type assumption struct {
	sys         *system
	role        *assess.Identity
	by          string // Unique id, account, service, provider, * or a name in a directory.
	byKind      string
	how         string
	via         []entitlement.IdentityID
	conditional bool
	keys        []string
}

// The ways of coming to act as a role.
const (
	byTrust      = "trust"
	byChain      = "role_chaining"
	byRunning    = "runs_as"
	byAssignment = "assignment"
)

// maxDecisions bounds the decisions that one answer takes: each some
// microseconds.
const maxDecisions = 100_000

// assuming finds who may assume roles.
type assuming struct {
	q       *tables.Question
	sys     *system
	list    []assumption
	left    int // Decisions.
	skipped int // Roles of which no more could be decided.

	estate   *policy.Estate
	holders  []*assess.Identity // Users and roles that may assume some role, of those that the question is about.
	held     map[*assess.Identity]bool
	unique   map[string]*assess.Identity
	decision policy.Decision
}

// everyAssumption returns who may assume which roles, and of how many roles it
// is not known who of their own account.
func everyAssumption(q *tables.Question) (list []assumption, skipped int) {
	left := maxDecisions
	for _, s := range systems(q) {
		if s.accounts() == nil {
			continue // Roles are granted there and not assumed.
		}
		a := &assuming{q: q, sys: s, left: left}
		a.run()
		left, skipped = a.left, skipped+a.skipped
		list = append(list, a.list...)
	}
	return list, skipped
}

func (a *assuming) run() {
	a.estate = policy.NewEstate(a.sys.accounts().Compile(a.sys.inventory()))
	a.unique, a.held = map[string]*assess.Identity{}, map[*assess.Identity]bool{}
	assume, _ := a.sys.sets.catalog.Index("sts:AssumeRole")
	for i := range a.sys.Assessment.Identities {
		one := &a.sys.Assessment.Identities[i]
		if one.UniqueID != "" {
			a.unique[one.UniqueID] = one
		}
		if acts(one) && !one.Root && one.Access.Reach(assume) != entitlement.ReachNone && a.wants(string(one.ID), string(one.Kind)) {
			a.holders = append(a.holders, one)
			a.held[one] = true
		}
	}
	for i := range a.sys.Assessment.Identities {
		if role := &a.sys.Assessment.Identities[i]; role.Kind == entitlement.Role && keepsRole(a.q, role) {
			a.inside(role)
		}
	}
	a.outside()
	a.running()
	a.assigned()
}

func keepsRole(q *tables.Question, role *assess.Identity) bool {
	return q.Keeps("role", string(role.ID)) && q.Keeps("role_name", role.Name) && q.Keeps("band", string(role.Band))
}

// add adds somebody whom the question is about.
func (a *assuming) add(one assumption) {
	one.sys = a.sys
	if a.q.Keeps("by", one.by) && a.q.Keeps("by_kind", one.byKind) && a.q.Keeps("how", one.how) && a.q.Keeps("conditional", tables.YesNo(one.conditional)) {
		a.list = append(a.list, one)
	}
}

// wants reports whether the question is about somebody.
func (a *assuming) wants(by, kind string) bool {
	return a.q.Keeps("by", by) && a.q.Keeps("by_kind", kind)
}

// inside finds the services, users and roles of its own account that may assume
// a role.
func (a *assuming) inside(role *assess.Identity) {
	t := trustedIn(role.Trust, a.sys.System.ID)
	slices.Sort(t.services)
	for _, service := range slices.Compact(t.services) {
		if a.wants(service, "service") {
			a.decide(role, service, service, "service")
		}
	}
	candidates := a.candidates(&t)
	if len(candidates) > a.left {
		a.skipped++
		a.add(assumption{role: role, by: string(a.sys.System.ID), byKind: "account", how: byTrust, conditional: true})
		return
	}
	for _, one := range candidates {
		a.decide(role, string(one.ID), string(one.ID), string(one.Kind))
	}
}

// candidates returns the users and roles that the question is about of whom a
// trust policy may speak, each once.
func (a *assuming) candidates(t *trusted) []*assess.Identity {
	named := a.named(t)
	if !t.whole {
		return named
	}
	named = slices.DeleteFunc(named, func(one *assess.Identity) bool { return a.held[one] })
	if len(named) == 0 {
		return a.holders
	}
	return slices.Concat(named, a.holders)
}

// named returns the identities that a trust policy names: by ARN, by unique id,
// or one of its sessions.
func (a *assuming) named(t *trusted) []*assess.Identity {
	var found []*assess.Identity
	for name := range t.names {
		one := a.sys.identity(entitlement.IdentityID(name))
		if one == nil {
			one = a.unique[name]
		}
		if one == nil {
			one = a.ofSession(name)
		}
		if one != nil && acts(one) && a.wants(string(one.ID), string(one.Kind)) && !slices.Contains(found, one) {
			found = append(found, one)
		}
	}
	return found
}

// ofSession returns the role that a session is of, nil if it is none.
func (a *assuming) ofSession(arn string) *assess.Identity {
	head, rest, ok := strings.Cut(arn, ":assumed-role/")
	name, _, session := strings.Cut(rest, "/")
	if !ok || !session {
		return nil
	}
	id := strings.Replace(head, ":sts:", ":iam:", 1) + ":role/" + name
	return a.sys.identity(entitlement.IdentityID(id))
}

// decide adds somebody who may assume a role.
func (a *assuming) decide(role *assess.Identity, principal, by, kind string) {
	a.left--
	if by == string(role.ID) {
		return // Itself it is already.
	}
	r := policy.Request{Principal: principal, Action: "sts:AssumeRole", Resource: string(role.ID)}
	if err := a.estate.Decide(&r, &a.decision); err != nil {
		return // Nobody who makes requests.
	}
	if v := a.decision.Verdict; v == policy.Allowed || v == policy.Conditional {
		a.add(assumption{
			role: role, by: by, byKind: kind, how: byTrust, conditional: v == policy.Conditional, keys: slices.Clone(a.decision.Keys),
		})
	}
}

// outside adds those from outside.
func (a *assuming) outside() {
	for i := range a.sys.Assessment.External {
		x := &a.sys.Assessment.External[i]
		role := a.sys.identity(x.Role)
		if role == nil || !keepsRole(a.q, role) {
			continue
		}
		how := byTrust
		if x.Method == entitlement.AccessChaining {
			how = byChain
		}
		from := entry{ExternalAccess: x}
		one := assumption{role: role, by: x.From, byKind: from.fromKind(), how: how, via: x.Via, conditional: x.Conditional, keys: x.Keys}
		if len(x.Identities) == 0 || x.TrustsAll {
			a.add(one)
		}
		for _, id := range x.Identities {
			one.by, one.byKind = string(id), "outsider"
			a.add(one)
		}
	}
}

// running adds functions and instances.
func (a *assuming) running() {
	for i := range a.sys.Assessment.Identities {
		one := &a.sys.Assessment.Identities[i]
		if role := a.sys.identity(one.RunsAs); one.RunsAs != "" && role != nil && keepsRole(a.q, role) {
			a.add(assumption{role: role, by: string(one.ID), byKind: string(one.Kind), how: byRunning})
		}
	}
}

// assigned adds the people and groups of the directory.
func (a *assuming) assigned() {
	inv := a.sys.inventory()
	for i := range inv.Assignments {
		x := &inv.Assignments[i]
		role := a.sys.identity(x.Role)
		if role == nil || !keepsRole(a.q, role) {
			continue
		}
		kind := "person"
		if x.Group {
			kind = "directory_group"
		}
		a.add(assumption{role: role, by: x.Principal, byKind: kind, how: byAssignment})
	}
}

// notice says what is missing.
func notice(skipped int) string {
	return fmt.Sprintf("%d roles trust so many of their account that each could not be judged; give filter role or by to see who of them may assume one.", skipped)
}
