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
		for _, g := range f.trustingRoles(who.view, service) {
			a := base.and(g.answer).and(f.passable(who, g.actor, p, service))
			if a.truth == no || slices.ContainsFunc(out, func(m *move) bool { return m.to == g.actor }) {
				continue
			}
			if out = append(out, p.takeover(g.actor, a)); len(out) == maxTargets {
				return out
			}
		}
	}
	return out
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

// trustingRoles returns the roles that a service may assume, the most powerful
// first.
func (f *finder) trustingRoles(v *view, service string) []granted {
	if list, ok := v.trusting[service]; ok {
		return list
	}
	list := []granted{}
	for _, role := range v.roles {
		if len(role.Trust) == 0 || !names(role.Trust, service) {
			continue
		}
		if a := f.ask(service, "sts:AssumeRole", string(role.ID), facts()); a.truth != no {
			list = append(list, granted{role, a})
		}
	}
	v.trusting[service] = list
	return list
}

// workloadMoves take over functions or instances and with them their roles.
// Where an inventory has none of the kind they were perhaps not read: then any
// role that the service may assume might be the role of one.
func (f *finder) workloadMoves(who *actor, p *plan) []*move {
	v := who.view
	if !v.collected[p.Runs] {
		return f.unseenMoves(who, p)
	}
	byRole := map[*actor]*move{}
	var out []*move
	for _, w := range v.workloads[p.Runs] {
		a := f.anywhere(who, p, regionOf(w.ID)).and(f.ready(who, p, w))
		for i, action := range p.list {
			if p.Needs[i].On == Workload && a.truth != no {
				a = a.and(f.ask(string(who.ID), action, string(w.ID), facts(regionKey, regionOf(w.ID))))
			}
		}
		if m := byRole[w.role]; a.truth == no || m != nil && m.truth >= a.truth {
			continue
		} else if m != nil {
			m.answer = a
			continue
		}
		byRole[w.role] = p.takeover(w.role, a)
		out = append(out, byRole[w.role])
	}
	return out
}

// unseenMoves are those to roles of functions or instances of which nothing is
// known.
func (f *finder) unseenMoves(who *actor, p *plan) []*move {
	typ := string(p.Runs)
	unseen := newPlan(p.Path, f.cat)
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
		a := f.ask(string(who.ID), "lambda:InvokeFunction", string(w.ID), facts(regionKey, regionOf(w.ID)))
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
