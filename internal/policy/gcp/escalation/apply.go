package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

const manager = "//cloudresourcemanager.googleapis.com/"

// token is what a service account needs on another to act as it.
const token entitlement.Action = "iam.serviceAccounts.getAccessToken"

// delegates finds the service accounts that can be reached by way of those on
// which a class may delegate.
func (f *finder) delegates(c *class, v *view, p *plan, t truth) {
	probe := &class{member: c.member, views: c.views}
	f.accounts(probe, v, p, t)
	for _, l := range probe.lists {
		for i, by := range l.targets {
			if i == MaxTargets {
				c.more = true
				break
			}
			f.delegate(c, l, by)
		}
	}
}

func (f *finder) delegate(c *class, l *list, by *node) {
	for _, next := range f.tokens(f.actorOf(by).class) {
		c.add(&list{plan: l.plan, home: next.home, truth: min(l.truth, next.truth), targets: next.targets, through: string(by.name)})
	}
}

// tokens finds the service accounts of which a class may have tokens, once.
func (f *finder) tokens(c *class) []*list {
	if c.asked {
		return c.mints
	}
	c.asked = true
	probe := &class{member: c.member, views: c.views}
	for i := range c.views {
		f.accounts(probe, &c.views[i], f.mint, yes)
	}
	c.mints = probe.lists
	return c.mints
}

// actorOf returns a service account as somebody who moves.
func (f *finder) actorOf(n *node) *actor {
	if n.actor == nil {
		n.actor = f.actor(n.home.Project, n.id)
	}
	return n.actor
}

// agents finds the account that Google runs a service of the project as.
func (f *finder) agents(c *class, v *view, p *plan, t truth) {
	number := v.home.Inventory().System.Number
	for i, pattern := range p.Agents {
		address := entitlement.IdentityID(strings.Replace(pattern, "NUMBER", number, 1))
		if number == "" || !v.home.Knows(address) {
			continue
		}
		l := &list{plan: p, home: v.home, truth: t, targets: []*node{f.node(v.home, address)}}
		if i > 0 { // Which account is the default depends on the project.
			l.truth, l.exists = min(t, perhaps), "service that runs as "+string(address)
		}
		c.add(l)
		return
	}
}

// workloads finds the functions or instances that a class may change and whose
// service accounts it may use, the most powerful first and so many only.
func (f *finder) workloads(c *class, v *view, p *plan, t truth, list []*workload) {
	if !anywhere(v.access, append(slices.Clone(p.onTarget), f.index(actAs))) {
		return
	}
	var kept [yes + 1]int
	for _, w := range list {
		if p.Kind != "" && p.Kind != kindOf(w.id) {
			continue
		}
		surely := min(t, f.onWorkload(c, v, p, w), f.onAccount(c, v, w.account))
		if kept[surely] == MaxTargets {
			if c.more = true; surely == t {
				break // None could be surer.
			}
			continue
		}
		if surely != no {
			kept[surely]++
			c.add(listOf(p, v.home, surely, w))
		}
	}
	if p.Ends == Instance && v.home.noServers {
		f.unseen(c, v, p, t)
	}
}

// kindOf tells what a function is: one of Cloud Functions, or a service or a job
// of Cloud Run.
func kindOf(id entitlement.IdentityID) string {
	switch s := string(id); {
	case !strings.HasPrefix(s, "//run.googleapis.com/"):
		return "function"
	case strings.Contains(s, "/jobs/"):
		return "job"
	}
	return "service"
}

func listOf(p *plan, h *home, t truth, w *workload) *list {
	return &list{plan: p, home: h, truth: t, targets: []*node{w.account}, through: string(w.id)}
}

// onWorkload tells how surely a class has what a method needs on a workload.
func (f *finder) onWorkload(c *class, v *view, p *plan, w *workload) truth {
	t := everywhere(v.access, p.onTarget)
	if t != yes && strings.HasPrefix(string(w.id), "//") {
		return f.ask(c, p.OnTarget, entitlement.ResourceID(w.id))
	}
	return t
}

func (f *finder) onAccount(c *class, v *view, n *node) truth {
	if everywhere(v.access, []int{f.index(actAs)}) == yes {
		return yes
	}
	return f.decide(c.member, actAs, n.name)
}

func (f *finder) index(a entitlement.Action) int {
	i, _ := f.cat.Index(a)
	return i
}

// unseen is for projects whose instances were not collected: the default
// account could be that of one.
func (f *finder) unseen(c *class, v *view, p *plan, t truth) {
	address := entitlement.IdentityID(v.home.Inventory().System.Number + "-compute@developer.gserviceaccount.com")
	n := f.nodes[v.home.Project][address]
	if n == nil {
		return
	}
	t = min(t, perhaps, everywhere(v.access, p.onTarget), f.onAccount(c, v, n))
	c.add(&list{plan: p, home: v.home, truth: t, targets: []*node{n}, exists: "compute instance"})
}

// policies finds the project, folders and organization whose allow policy a
// class may set.
func (f *finder) policies(c *class, v *view, p *plan) {
	inv := v.home.Inventory()
	var scopes []entitlement.ResourceID
	if p.On == "project" {
		scopes = append(scopes, v.home.Canonical(""))
	}
	for _, s := range inv.Ancestors {
		if s.Type == p.On {
			scopes = append(scopes, s.ID)
		}
	}
	if !anywhere(v.access, p.onTarget) {
		return
	}
	for _, s := range scopes {
		c.add(&list{plan: p, home: v.home, truth: f.ask(c, p.OnTarget, s), end: string(s), admin: true})
	}
}

// customRoles finds the custom roles that a class has and may change: those of
// the project, and those of the organization with the permission there. A role
// that is granted on a resource alone brings nothing but more on the resource.
func (f *finder) customRoles(c *class, v *view, p *plan) {
	if !anywhere(v.access, p.onTarget) {
		return
	}
	seen := map[string]truth{}
	for _, via := range v.home.Grants(c.member) {
		place := rolePlace(via.Role.ID)
		if place == "" || via.Role.Managed {
			continue
		}
		t := f.ask(c, p.OnTarget, entitlement.ResourceID(manager+place))
		if via.Conditional {
			t = min(t, perhaps)
		}
		whole := strings.HasPrefix(string(v.home.Canonical(via.Grant.Scope)), manager)
		if t > seen[string(via.Role.ID)] {
			seen[string(via.Role.ID)] = t
			c.add(&list{plan: p, home: v.home, truth: t, end: string(via.Role.ID), admin: whole})
		}
	}
}

// rolePlace returns the project or organization of a custom role, "" for
// others.
func rolePlace(id entitlement.RoleID) string {
	place, _, ok := strings.Cut(string(id), "/roles/")
	if !ok {
		return ""
	}
	return place
}
