package escalation

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// passMoves take over roles that a service may assume, by what of the service
// the identity may start or change.
func (f *finder) passMoves(who *actor, p *plan) []*move {
	base := f.things(who, p).and(existing(p.Exists))
	if base.truth == no {
		return nil
	}
	var out []*move
	for _, service := range p.Services {
		t, c := f.trustingRoles(who.view, service), f.choice()
		for _, i := range f.passed(who, p, t) {
			if c.over() {
				break
			}
			g := t.list[i]
			if !c.wants(g.actor) || slices.ContainsFunc(out, func(m *move) bool { return m.to == g.actor }) {
				continue
			}
			a := base.and(g.answer).and(f.passable(who, g.actor, p, service))
			if c.tell(g.actor, a.truth); a.truth != no {
				out = append(out, p.takeover(g.actor, a))
			}
		}
	}
	return out
}

// passed returns the places of the roles that a plan may be about.
func (f *finder) passed(who *actor, p *plan, t *trusting) []int {
	if p.Needs[0].On != RoleToPass {
		return t.shelf.all
	}
	return f.targets(who, p.list[0], t.shelf)
}

// passable decides what a path asks about a role that the service may assume.
func (f *finder) passable(who, role *actor, p *plan, service string) answer {
	a := answer{truth: yes}
	if p.Needs[0].On == RoleToPass {
		a = f.pass(who, role, service)
	}
	if service == ec2 && a.truth != no {
		a = a.and(who.view.profile(role))
	}
	return a
}

// pass decides whether an identity may pass a role to a service.
func (f *finder) pass(who, role *actor, service string) answer {
	return f.ask(string(who.ID), "iam:PassRole", string(role.ID), who.view.passing(service))
}

// profile decides whether a role has an instance profile, without which no
// instance gets it. Of an account without any they were not read.
func (v *view) profile(role *actor) answer {
	switch {
	case v.profiled[role.ID]:
		return answer{truth: yes}
	case len(v.profiled) == 0:
		return existing("instance profile of the role")
	}
	return answer{}
}

// trusting are the roles that a service may assume, by power.
type trusting struct {
	list  []granted
	shelf *shelf
}

// trustingRoles returns the roles that a service may assume, the most powerful
// first.
func (f *finder) trustingRoles(v *view, service string) *trusting {
	if t := v.trusting[service]; t != nil {
		return t
	}
	t := &trusting{}
	for _, role := range v.roles {
		if len(role.Trust) == 0 || !names(role.Trust, service) {
			continue
		}
		if a := f.ask(service, "sts:AssumeRole", string(role.ID), v.plain); a.truth != no {
			t.list = append(t.list, granted{role, a})
		}
	}
	t.shelf = newShelf(len(t.list), func(i int) string { return string(t.list[i].ID) })
	v.trusting[service] = t
	return t
}

// workloadMoves take over functions or instances and with them their roles.
// Where an inventory has none of the kind they were perhaps not read: then any
// role that the service may assume might be the role of one.
func (f *finder) workloadMoves(who *actor, p *plan) []*move {
	v := who.view
	if !v.collected[p.Runs] {
		return f.unseenMoves(who, p)
	}
	var out []*move
	var last *move // To the role whose workloads are being looked at.
	c, pool := f.choice(), v.workloads[p.Runs]
	for _, i := range f.targets(who, p.list[0], pool.shelf) {
		w := pool.list[i]
		again := last != nil && last.to == w.role
		if c.over() && !again {
			break
		}
		if again && last.truth == yes || !again && !c.wants(w.role) {
			continue
		}
		a := f.takes(who, p, w)
		switch {
		case !again:
			if c.tell(w.role, a.truth); a.truth != no {
				last = p.takeover(w.role, a)
				out = append(out, last)
			}
		case a.truth > last.truth:
			last.answer = a
		}
	}
	return out
}

// takes decides whether an identity may take a workload over.
func (f *finder) takes(who *actor, p *plan, w workload) answer {
	region := regionOf(w.ID)
	a := f.anywhere(who, p, region)
	for i, action := range p.list {
		if p.Needs[i].On == Workload && a.truth != no {
			a = a.and(f.ask(string(who.ID), action, string(w.ID), who.view.at(region)))
		}
	}
	if a.truth == no {
		return a
	}
	return a.and(f.ready(who, p, w))
}

// unseenMoves are those to roles of functions or instances of which nothing is
// known.
func (f *finder) unseenMoves(who *actor, p *plan) []*move {
	typ := string(p.Runs)
	unseen := newPlan(p.Path, f.cat)
	unseen.number, unseen.asks = p.number, p.asks
	unseen.Needs = slices.Clone(p.Needs)
	for i := range unseen.Needs {
		if n := &unseen.Needs[i]; n.On == Workload {
			n.On, n.Types = Thing, []string{typ}
		}
	}
	unseen.Exists = map[entitlement.Kind]string{entitlement.Function: "lambda function", entitlement.Instance: "ec2 instance"}[p.Runs]
	out := f.passMoves(who, unseen)
	for _, m := range out {
		m.plan = p
		m.answer = m.and(existing(p.Exists))
	}
	return out
}

// ready decides what a path asks of a workload beside permissions on it.
func (f *finder) ready(who *actor, p *plan, w workload) answer {
	switch p.ID {
	case "lambda-003": // Something must call the function: others, unless the identity may.
		a := f.ask(string(who.ID), "lambda:InvokeFunction", string(w.ID), who.view.at(regionOf(w.ID)))
		if a.truth == yes {
			return a
		}
	case "ec2instanceconnect-003":
		if who.view.open[w.ID] {
			return answer{truth: yes}
		}
	case "ssm-001", "ssm-002": // What the agent needs, see AmazonSSMManagedInstanceCore.
		if f.has(w.role, "ssm:UpdateInstanceInformation") && f.has(w.role, "ssmmessages:CreateControlChannel") {
			return answer{truth: yes}
		}
	}
	return existing(p.Exists)
}

func (f *finder) has(a *actor, action entitlement.Action) bool {
	i, ok := f.cat.Index(action)
	return ok && a.access.Reach(i) != entitlement.ReachNone
}
