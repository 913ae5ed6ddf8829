package azure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// workloads are the functions and machines of the subscription, and the managed
// identities that live there.
func (b *building) workloads() {
	for _, x := range b.a.living[b.inv.System.ID] {
		if x.principal != "" {
			b.enter(x.principal)
		}
		if x.identity != nil && x.identity.PrincipalID != "" {
			b.enter(objectID(x.identity.PrincipalID))
		}
		kind := x.workload()
		if kind == "" {
			continue
		}
		id := entitlement.Identity{
			ID: workloadID(string(x.ID)), System: b.inv.System.ID, Kind: kind, Name: x.Name, Tags: x.Tags,
		}
		if as := x.runsAs(b.a.resources.all); len(as) > 0 {
			id.RunsAs = as[0]
			b.several(x, as)
			for _, one := range as {
				b.enter(one)
			}
		}
		b.inv.Identities = append(b.inv.Identities, id)
	}
}

// workloadID is the resource id in lower case: unlike those of resources it is
// compared as it stands.
func workloadID(id string) entitlement.IdentityID { return entitlement.IdentityID(strings.ToLower(id)) }

func (b *building) several(x *resource, as []entitlement.IdentityID) {
	if len(as) < 2 {
		return
	}
	b.problem(SeveralIdentities, string(x.ID), fmt.Sprintf("may act as %d managed identities; it is shown as running as %s, and the others by themselves",
		len(as), cmp.Or(b.a.directory.of(as[0]).Name, string(as[0]))))
}

// identities are those with a grant, those in their groups, and those that live
// in the subscription.
func (b *building) identities() {
	b.inv.Identities = slices.Grow(b.inv.Identities, len(b.order))
	for _, id := range b.order {
		b.inv.Identities = append(b.inv.Identities, b.identity(id))
	}
	slices.SortFunc(b.inv.Identities, func(x, y entitlement.Identity) int { return cmp.Compare(x.ID, y.ID) })
}

func (b *building) identity(id entitlement.IdentityID) entitlement.Identity {
	out := entitlement.Identity{ID: id}
	if p := b.a.directory.known[id]; p != nil {
		out = p.Identity
		out.Keys, out.Tags = slices.Clone(p.Keys), maps.Clone(p.Tags)
	}
	out.System = b.inv.System.ID
	out.Name = cmp.Or(out.Name, out.Email, string(id))
	if out.Kind == "" {
		out.Kind = entitlement.ServicePrincipal
		b.a.strangers[id] = true
	}
	for _, group := range b.a.groupsOf[id] {
		if b.in[group] {
			out.Groups = append(out.Groups, group)
		}
	}
	return out
}

// things are the resources, and which machines each network security group
// stands before.
func (b *building) things() {
	living := b.a.living[b.inv.System.ID]
	rules := map[string][]ruleDocument{}
	for _, x := range living {
		if strings.EqualFold(x.Type, typeRule) {
			group, _, _ := strings.Cut(strings.ToLower(string(x.ID)), "/securityrules/")
			rules[group] = append(rules[group], x.network.rules...)
		}
	}
	joined := b.machines(living)
	for _, x := range living {
		key := strings.ToLower(string(x.ID))
		switch strings.ToLower(x.Type) {
		case typeRule:
		case typeFirewall:
			b.inv.SecurityGroups = append(b.inv.SecurityGroups, entitlement.SecurityGroup{
				ID: x.ID, GroupID: x.Name, Name: x.Name, Tags: x.Tags,
				Inbound: openRules(append(slices.Clone(x.network.rules), rules[key]...)), Instances: joined[key],
			})
		default:
			b.inv.Resources = append(b.inv.Resources, x.Resource)
		}
	}
}

// machines finds the machines behind each network security group, by its own
// list of interfaces and subnets and by what interfaces and machines say.
func (b *building) machines(living []*resource) map[string][]entitlement.IdentityID {
	n := wiring{machine: map[string]string{}, groups: map[string]map[string]bool{}, inSubnet: map[string][]string{}}
	for _, x := range living {
		n.take(strings.ToLower(string(x.ID)), x)
	}
	for _, x := range living {
		n.bySubnet(strings.ToLower(string(x.ID)), x)
	}
	out := map[string][]entitlement.IdentityID{}
	for group, interfaces := range n.groups {
		for _, i := range sortedKeys(interfaces) {
			if vm := entitlement.IdentityID(n.machine[i]); vm != "" && !slices.Contains(out[group], vm) {
				out[group] = append(out[group], vm)
			}
		}
		slices.Sort(out[group])
	}
	return out
}

// wiring is which interface belongs to which machine, group and subnet.
type wiring struct {
	machine  map[string]string          // By interface.
	groups   map[string]map[string]bool // Interfaces by group.
	inSubnet map[string][]string        // Interfaces by subnet.
}

func (n *wiring) take(id string, x *resource) {
	switch strings.ToLower(x.Type) {
	case typeMachine:
		for _, i := range x.network.interfaces {
			n.machine[i] = id
		}
	case typeInterface:
		if x.network.machine != "" {
			n.machine[id] = x.network.machine
		}
		if x.network.group != "" {
			n.attach(x.network.group, id)
		}
		for _, s := range x.network.subnets {
			n.inSubnet[s] = append(n.inSubnet[s], id)
		}
	case typeFirewall:
		for _, i := range x.network.interfaces {
			n.attach(id, i)
		}
	}
}

// bySubnet attaches a group to the interfaces in the subnets that it is of.
func (n *wiring) bySubnet(id string, x *resource) {
	if !strings.EqualFold(x.Type, typeFirewall) {
		return
	}
	for _, s := range x.network.subnets {
		for _, i := range n.inSubnet[s] {
			n.attach(id, i)
		}
	}
}

func (n *wiring) attach(group, i string) {
	if n.groups[group] == nil {
		n.groups[group] = map[string]bool{}
	}
	n.groups[group][i] = true
}
