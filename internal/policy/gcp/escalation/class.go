package escalation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/policy/gcp"
)

// actor is somebody who moves.
type actor struct {
	id    entitlement.IdentityID
	home  *home
	class *class
}

// class is all who have the same access in the same projects, and so the same
// moves.
type class struct {
	member entitlement.IdentityID // Who stands for all in decisions.
	views  []view
	lists  []*list
	listed bool
	more   bool    // There are moves beside these, which are not looked at.
	mints  []*list // Of tokens.
	asked  bool
	brings map[*node]bring
}

// view is what a class has in one project.
type view struct {
	home   *home
	access *entitlement.Access
}

// list is moves by one method that are equally sure.
type list struct {
	plan    *plan
	home    *home
	truth   truth
	end     string  // Target of moves that lead to nobody.
	admin   bool    // Those end with everything.
	targets []*node // Shared.
	through string  // By way of which account, function or instance.
	exists  string
}

// actor finds the class of somebody.
func (f *finder) actor(p *gcp.Project, id entitlement.IdentityID) *actor {
	views := []view{{f.home[p], p.Access(id)}}
	for _, other := range f.estate.Elsewhere(p, id) {
		views = append(views, view{f.home[other], other.Access(id)})
	}
	var b strings.Builder
	for _, v := range views {
		fmt.Fprintf(&b, "%s %p ", v.home.system, v.access)
	}
	c := f.classes[b.String()]
	if c == nil {
		c = &class{member: id, views: views}
		f.classes[b.String()] = c
	}
	return &actor{id: id, home: f.home[p], class: c}
}

// moves returns what a class may do, found once.
func (f *finder) moves(c *class) []*list {
	if c.listed {
		return c.lists
	}
	c.listed = true
	for i := range c.views {
		for _, p := range f.plans {
			f.apply(c, &c.views[i], p)
		}
	}
	return c.lists
}

// apply finds the moves of a class by one method in one project.
func (f *finder) apply(c *class, v *view, p *plan) {
	t := everywhere(v.access, p.project)
	if t == no {
		return
	}
	switch p.Ends {
	case Account, Storage:
		f.accounts(c, v, p, t)
	case Delegate:
		f.delegates(c, v, p, t)
	case Agent:
		f.agents(c, v, p, t)
	case Function:
		f.workloads(c, v, p, t, v.home.functions)
	case Instance:
		f.workloads(c, v, p, t, v.home.servers)
	case Policy:
		f.policies(c, v, p)
	case CustomRole:
		f.customRoles(c, v, p)
	case Guardrail:
		c.add(&list{plan: p, home: v.home, truth: t, end: string(v.home.Canonical(""))})
	}
}

func (c *class) add(l *list) {
	if l.plan.Exists != "" {
		l.exists, l.truth = l.plan.Exists, min(l.truth, perhaps)
	}
	if l.truth != no && (l.end != "" || len(l.targets) > 0) {
		c.lists = append(c.lists, l)
	}
}

// everywhere tells how surely an access has all of some actions on the whole
// project.
func everywhere(a *entitlement.Access, actions []int) truth {
	t := yes
	for _, i := range actions {
		switch {
		case !a.All.Has(i):
			return no
		case a.Conditional.Has(i):
			t = perhaps
		}
	}
	return t
}

// accounts finds the service accounts on which a class has what a method
// needs: all, if it has it on the project, else those whose own policies say so.
func (f *finder) accounts(c *class, v *view, p *plan, t truth) {
	if surely := everywhere(v.access, p.onTarget); surely != no {
		c.add(&list{plan: p, home: v.home, truth: min(t, surely), targets: v.home.accounts})
		if surely == yes {
			return
		}
	}
	if !anywhere(v.access, p.onTarget) {
		return
	}
	byTruth := map[truth][]*node{}
	for _, n := range f.named(c, v) {
		surely := min(t, f.ask(c, p.OnTarget, n.name))
		byTruth[surely] = append(byTruth[surely], n)
	}
	for _, surely := range []truth{yes, perhaps} {
		c.add(&list{plan: p, home: v.home, truth: surely, targets: byTruth[surely]})
	}
}

func anywhere(a *entitlement.Access, actions []int) bool {
	return !slices.ContainsFunc(actions, func(i int) bool { return a.Reach(i) == entitlement.ReachNone })
}

// named returns the service accounts whose own policies grant something to a
// class.
func (f *finder) named(c *class, v *view) []*node {
	var out []*node
	for _, via := range v.home.Grants(c.member) {
		scope := string(v.home.Canonical(via.Grant.Scope))
		_, email, ok := strings.Cut(scope, "/serviceAccounts/")
		if n := f.nodes[v.home.Project][entitlement.IdentityID(email)]; ok && n != nil && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, byWeight)
	return out
}

// ask decides whether a class has all of some actions on a resource.
func (f *finder) ask(c *class, actions []entitlement.Action, resource entitlement.ResourceID) truth {
	t := yes
	for _, a := range actions {
		t = min(t, f.decide(c.member, a, resource))
	}
	return t
}

func (f *finder) decide(who entitlement.IdentityID, action entitlement.Action, resource entitlement.ResourceID) truth {
	f.request = decision.Request{Principal: who, Action: action, Resource: resource}
	if err := f.estate.Decide(&f.request, &f.decision); err != nil {
		return no // Of a malformed name nobody can say what it may do.
	}
	switch f.decision.Verdict {
	case decision.Allowed:
		return yes
	case decision.Conditional:
		return perhaps
	case decision.ImplicitlyDenied, decision.ExplicitlyDenied:
	}
	return no
}
