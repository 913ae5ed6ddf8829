package azure

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// grant is a compiled role assignment.
type grant struct {
	*entitlement.RoleGrant
	role    *role
	member  entitlement.IdentityID
	place   place
	where   int32 // Number of the place.
	guard   *guard
	foreign bool // Its scope is neither in the subscription nor above it.
	current bool // At the time of the collection.
}

// at reports whether the grant holds at a time. Where the time is not known,
// an end is taken not to have come, and a beginning to have passed.
func (g *grant) at(t time.Time) bool {
	if t.IsZero() {
		return true
	}
	return (g.From.IsZero() || !t.Before(g.From)) && (g.Until.IsZero() || t.Before(g.Until))
}

// The codes of Problems.
const (
	codeMalformed    = "malformed_assignment"
	codeUnknownRole  = "unknown_role"
	codeCondition    = "unreadable_condition"
	codeScope        = "scope_outside_system"
	codeHierarchy    = "unknown_management_groups"
	codeUnknownAdmin = "unknown_classic_administrator"
)

// compiler builds a Subscription.
type compiler struct {
	*Subscription
	roles    map[entitlement.RoleID]*role
	guards   map[string]*guard
	numbers  map[effectKey]int32
	roleNo   map[*role]int32
	guardNo  map[*guard]int32
	typeNo   map[string]int32
	places   map[place]int32
	related  map[placedProfile]int32 // Number of what denials take.
	shared   map[sharedKey]int32
	combined []*combined
	cells    map[string]*cell
	profiles map[string]profile
	reported map[string]bool
	owner    *role
}

func newCompiler(s *Subscription) *compiler {
	return &compiler{
		Subscription: s,
		roles:        map[entitlement.RoleID]*role{},
		guards:       map[string]*guard{},
		numbers:      map[effectKey]int32{},
		roleNo:       map[*role]int32{},
		guardNo:      map[*guard]int32{nil: 0},
		typeNo:       map[string]int32{"": 0},
		places:       map[place]int32{},
		related:      map[placedProfile]int32{},
		shared:       map[sharedKey]int32{{}: 0},
		combined:     []*combined{nil},
		cells:        map[string]*cell{},
		profiles:     map[string]profile{},
		reported:     map[string]bool{},
	}
}

// report adds a problem, once for each subject and code.
func (c *compiler) report(code, subject, format string, args ...any) {
	key := code + "\n" + subject
	if !c.reported[key] {
		c.reported[key] = true
		c.problems = append(c.problems, entitlement.Problem{Code: code, Subject: subject, Message: fmt.Sprintf(format, args...)})
	}
}

func compareProblems(a, b entitlement.Problem) int {
	return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Subject, b.Subject))
}

func (c *compiler) grants() {
	for id := range c.inv.Roles {
		def := c.inv.Roles[id]
		c.evaluator.mention(c.mentions, &def)
	}
	c.Subscription.grants = make([]grant, len(c.inv.Grants))
	for i := range c.inv.Grants {
		g := c.grant(&c.inv.Grants[i])
		g.where = number(c.places, g.place)
		c.Subscription.grants[i] = g
		if g.member == "" {
			c.report(codeMalformed, "role assignment "+g.ID, "it has no principal: it does not count")
			continue
		}
		if !g.foreign && g.role != nil {
			c.byMember[g.member] = append(c.byMember[g.member], int32(i)) //nolint:gosec // fewer than 2³¹ assignments
		}
	}
}

func (c *compiler) grant(in *entitlement.RoleGrant) grant {
	g := grant{RoleGrant: in, member: idOf(entitlement.IdentityID(in.Member))}
	g.current = g.at(c.inv.CollectedAt)
	if in.Classic != "" {
		c.classic(&g)
		return g
	}
	g.role = c.role(in.Role)
	g.place, g.foreign = c.where("role assignment "+in.ID, in.Scope)
	if in.Condition != nil {
		g.guard = c.guard(in.Condition.Expression, "role assignment "+in.ID)
	}
	return g
}

// classic compiles a classic administrator: the service administrator and
// co-administrators have the access of an owner of the subscription, the
// account administrator pays the bill. See
// https://learn.microsoft.com/azure/role-based-access-control/classic-administrators.
func (c *compiler) classic(g *grant) {
	g.place = place{rank: c.chain.last}
	kind := lower(g.Classic)
	if !strings.Contains(kind, "serviceadmin") && !strings.Contains(kind, "coadmin") && !strings.Contains(kind, "co-admin") {
		return
	}
	if c.owner == nil {
		c.owner = c.ownerRole()
	}
	g.role = c.owner
	g.member = c.directory.find(g.member)
	if strings.Contains(string(g.member), "@") {
		c.report(codeUnknownAdmin, string(g.member), "%s is %s of the subscription and no identity has this address: collect the users of the directory to see whose access it is", g.member, g.Classic)
	}
}

// ownerID is the built-in role Owner.
const ownerID entitlement.RoleID = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"

func (c *compiler) ownerRole() *role {
	if r := c.evaluator.managed(ownerID); r != nil {
		return r
	}
	return c.evaluator.role(&entitlement.RoleDefinition{
		ID: ownerID, Name: "Owner", Managed: true,
		Blocks: []entitlement.PermissionBlock{{Actions: []string{"*"}}},
	})
}

// where returns where a scope lies, and whether that is outside.
func (c *compiler) where(what string, scope entitlement.ResourceID) (place, bool) {
	if strings.TrimSpace(string(scope)) == "" {
		c.report(codeMalformed, what, "it has no scope: it does not count")
		return place{}, true
	}
	id := canonical(string(scope))
	p, ok := c.chain.place(id)
	if !ok {
		c.report(codeScope, what, "its scope %s is neither in subscription %s nor above it: it does not count here", scope, c.inv.System.ID)
		return p, true
	}
	if name, _, group := managementGroup(id); group && c.chain.open {
		c.report(codeHierarchy, name, "the management groups above subscription %s are not known; %s is taken for one of them: let the collector read management groups", c.inv.System.ID, name)
	}
	return p, false
}

// role returns the compiled role with an id, which may be a whole resource id.
func (c *compiler) role(id entitlement.RoleID) *role {
	if r := c.roles[id]; r != nil {
		return r
	}
	short := entitlement.RoleID(lower(string(id[strings.LastIndexByte(string(id), '/')+1:])))
	r := c.roles[short]
	if r == nil {
		r = c.compileRole(short)
		c.roles[short] = r
	}
	c.roles[id] = r
	return r
}

func (c *compiler) compileRole(id entitlement.RoleID) *role {
	def, ok := c.inv.Roles[id]
	if !ok || def.Managed && len(def.Blocks) == 0 && !def.Deleted {
		if r := c.evaluator.managed(id); r != nil {
			return r
		}
		c.report(codeUnknownRole, string(id), "a role assignment gives role %s, of which there is no definition: it grants nothing here; collect the custom roles of the scopes above the subscription", id)
		return &role{def: &entitlement.RoleDefinition{ID: id, Name: string(id)}}
	}
	r := c.evaluator.role(&def)
	for i := range r.blocks {
		c.reportGuard(r.blocks[i].guard, "role "+string(id))
	}
	return r
}

func (c *compiler) guard(text, what string) *guard {
	g, ok := c.guards[text]
	if !ok {
		g = c.evaluator.guard(text)
		c.guards[text] = g
	}
	c.reportGuard(g, what)
	return g
}

func (c *compiler) reportGuard(g *guard, what string) {
	if g != nil && g.err != nil {
		c.report(codeCondition, what, "its condition cannot be read, %v: what it guards is shown as conditional", g.err)
	}
}
