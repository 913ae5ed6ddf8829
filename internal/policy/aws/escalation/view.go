package escalation

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// view is one account as the search sees it.
type view struct {
	account    *aws.Account
	inv        *entitlement.Inventory
	partition  string // Such as "aws".
	number     string
	principals []*actor // Users and roles, in the inventory's order.
	users      []*actor // Those that somebody else can come to act as, by power.
	roles      []*actor
	userShelf  *shelf
	roleShelf  *shelf
	byID       map[entitlement.IdentityID]*actor
	byPolicy   map[entitlement.PolicyID][]*actor // Roles by the policies that one can change.
	groups     []*entitlement.Identity
	groupByID  map[entitlement.IdentityID]*entitlement.Identity
	workloads  map[entitlement.Kind]*workloads
	collected  map[entitlement.Kind]bool       // Kinds of workload that the inventory has any of.
	profiled   map[entitlement.IdentityID]bool // Roles with an instance profile.

	docs     map[entitlement.PolicyID]*aws.Document
	texts    map[entitlement.PolicyID]*text
	changed  map[string]*entitlement.Access
	top      *entitlement.Access // What a full grant comes to here; nil until asked for.
	classes  map[string]*class
	managed  []entitlement.PolicyID // By power; nil until asked for.
	looking  []entitlement.PolicyID // Control policies that may look at who asks.
	trusting map[string]*trusting
	plans    int
	kin      map[string]*kin
	about    map[entitlement.PolicyID]entitlement.ActionSet // What is asked and they speak of.
	guarded  map[entitlement.Kind]bool                      // A resource policy may tell principals apart.
	same     map[sets]*entitlement.Access
	region   *regexp.Regexp
	plain    *aws.Context
	iam      *aws.Context
	open     map[entitlement.IdentityID]bool // Instances that the internet reaches on port 22.
	trustful *finder                         // On the account with roles that trust everybody.
	holds    map[*entitlement.Access]bool    // Whether an access is as wide as a full grant.
	passed   map[string]*aws.Context
	regional map[string]*aws.Context
}

// granted is a role with how surely something about it holds.
type granted struct {
	*actor

	answer answer
}

// actor is a user or a role.
type actor struct {
	*entitlement.Identity

	view   *view
	access *entitlement.Access
	power  int
	full   bool // It has everything already.
	fixed  bool // IAM does not let anybody change it.
	class  *class
	made   bool
	own    []*move // What it alone has.
	cut    bool    // There may be more of its own.
	lists  []*list // What its kin have too, but for moves to itself.
}

// view returns the account as the search sees it, made when first asked for.
func (f *finder) view(a *aws.Account) *view {
	if v := f.views[a]; v != nil {
		return v
	}
	inv := a.Inventory()
	v := &view{
		account: a, inv: inv, number: string(a.System()), partition: "aws",
		byID: map[entitlement.IdentityID]*actor{}, byPolicy: map[entitlement.PolicyID][]*actor{},
		workloads: map[entitlement.Kind]*workloads{}, profiled: map[entitlement.IdentityID]bool{},
		docs: map[entitlement.PolicyID]*aws.Document{}, texts: map[entitlement.PolicyID]*text{},
		changed: map[string]*entitlement.Access{}, classes: map[string]*class{}, trusting: map[string]*trusting{},
		collected: map[entitlement.Kind]bool{}, groupByID: map[entitlement.IdentityID]*entitlement.Identity{},
		region: regionPattern(), plain: facts(), holds: map[*entitlement.Access]bool{}, passed: map[string]*aws.Context{}, open: map[entitlement.IdentityID]bool{},
		regional: map[string]*aws.Context{}, plans: len(f.plans), kin: map[string]*kin{}, same: map[sets]*entitlement.Access{},
		about: map[entitlement.PolicyID]entitlement.ActionSet{}, guarded: map[entitlement.Kind]bool{},
	}
	f.views[a] = v
	for _, level := range slices.Concat(inv.Controls, inv.ResourceControls) {
		for _, p := range level {
			if t := v.text(p); t.anybody() && !slices.Contains(v.looking, p) {
				v.looking = append(v.looking, p)
			}
		}
	}
	for i := range inv.Identities {
		v.add(f, &inv.Identities[i])
	}
	v.iam = v.iamFacts()
	v.link()
	return v
}

func (v *view) add(f *finder, id *entitlement.Identity) {
	switch id.Kind {
	case entitlement.User, entitlement.Role:
	case entitlement.Group:
		v.groups = append(v.groups, id)
		v.groupByID[id.ID] = id
		return
	case entitlement.Function, entitlement.Instance:
		v.collected[id.Kind] = true
		if v.workloads[id.Kind] == nil {
			v.workloads[id.Kind] = &workloads{}
		}
		v.workloads[id.Kind].list = append(v.workloads[id.Kind].list, workload{Identity: id})
		return
	case entitlement.ServicePrincipal, entitlement.ManagedIdentity, entitlement.ServiceAccount: // Of other clouds.
		return
	default:
		return
	}
	if id.Root || serviceLinked(id) {
		return
	}
	a := &actor{Identity: id, view: v, access: v.one(v.account.Access(id.ID))}
	if len(v.principals) == 0 {
		v.partition = partitionOf(id.ID)
	}
	a.power = f.weight.power(a.access)
	a.full = a.access.Super || f.holdsAll(v, a.access)
	a.fixed = id.PermissionSet != "" || strings.Contains(string(id.ID), ":role/aws-reserved/")
	v.principals = append(v.principals, a)
	v.byID[id.ID] = a
}

func serviceLinked(id *entitlement.Identity) bool {
	return id.ServiceManaged || strings.Contains(string(id.ID), ":role/aws-service-role/")
}

func partitionOf(arn entitlement.IdentityID) string {
	if parts := strings.SplitN(string(arn), ":", 3); len(parts) == 3 && parts[0] == "arn" {
		return parts[1]
	}
	return "aws"
}

// byPower orders identities, the most powerful first.
func byPower(a, b *actor) int { return cmp.Or(cmp.Compare(b.power, a.power), cmp.Compare(a.ID, b.ID)) }

// link sorts and joins what was added.
func (v *view) link() {
	for _, a := range v.principals {
		if a.Kind == entitlement.User {
			v.users = append(v.users, a)
			continue
		}
		v.roles = append(v.roles, a)
	}
	slices.SortFunc(v.users, byPower)
	slices.SortFunc(v.roles, byPower)
	for _, role := range v.roles {
		for _, p := range role.Policies {
			if v.changeable(p) {
				v.byPolicy[p] = append(v.byPolicy[p], role)
			}
		}
	}
	for _, role := range v.inv.Profiles {
		v.profiled[role] = true
	}
	for i := range v.inv.SecurityGroups {
		v.opened(&v.inv.SecurityGroups[i])
	}
	v.userShelf, v.roleShelf = shelve(v.users), shelve(v.roles)
	for _, w := range v.workloads {
		w.link(v)
	}
	v.guard()
}

// opened notes the instances that a security group opens to the internet for
// SSH.
func (v *view) opened(g *entitlement.SecurityGroup) {
	for _, r := range g.Inbound {
		if r.Protocol == "all" || r.Protocol == "tcp" && r.From <= 22 && 22 <= r.To {
			for _, id := range g.Instances {
				v.open[id] = true
			}
		}
	}
}

// changeable reports whether a policy is a managed one of the account's own.
func (v *view) changeable(p entitlement.PolicyID) bool {
	policy, ok := v.inv.Policies[p]
	return ok && !policy.Managed && !policy.Inline && strings.HasPrefix(string(p), "arn:"+v.partition+":iam::"+v.number+":policy/")
}
