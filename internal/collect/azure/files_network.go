package azure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// network is what a network security group, an interface or a machine tells of
// which is attached to which. Ids are in lower case.
type network struct {
	rules      []ruleDocument
	interfaces []string // Of a group or a machine.
	subnets    []string // Of a group or an interface.
	group      string   // Of an interface.
	machine    string   // Of an interface.
}

func (n *network) empty() bool {
	return len(n.rules)+len(n.interfaces)+len(n.subnets) == 0 && n.group == "" && n.machine == ""
}

type reference struct{ ID string }

func ids(list []reference) []string {
	var out []string
	for _, r := range list {
		out = append(out, strings.ToLower(r.ID))
	}
	return out
}

// ruleFields are those of a security rule.
// https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/get
type ruleFields struct {
	Access, Direction, Protocol                  string
	SourceAddressPrefix, DestinationPortRange    string
	SourceAddressPrefixes, DestinationPortRanges []string
	Priority                                     int
}

type ruleDocument struct {
	Name string
	ruleFields
	Properties *ruleFields
}

func (r *ruleDocument) fields() *ruleFields {
	if r.Properties != nil {
		return r.Properties
	}
	return &r.ruleFields
}

func (x *resource) firewall(d *document) *refusal {
	var a struct {
		SecurityRules              []ruleDocument
		NetworkInterfaces, Subnets []reference
	}
	if no := d.decode(&a); no != nil {
		return no
	}
	for i := range a.SecurityRules {
		if no := a.SecurityRules[i].fields().check(d.what); no != nil {
			return no
		}
	}
	x.network.rules = append(x.network.rules, a.SecurityRules...)
	x.network.interfaces = append(x.network.interfaces, ids(a.NetworkInterfaces)...)
	x.network.subnets = append(x.network.subnets, ids(a.Subnets)...)
	return nil
}

// rule takes a rule that stands alone; its group is found by its id.
func (x *resource) rule(d *document) *refusal {
	var a ruleDocument
	if no := d.decode(&a); no != nil {
		return no
	}
	a.Properties = nil // Was read into the fields.
	if no := a.check(d.what); no != nil {
		return no
	}
	x.network.rules = []ruleDocument{a}
	return nil
}

func (x *resource) interfaceOf(d *document) *refusal {
	var a struct {
		NetworkSecurityGroup, VirtualMachine *reference
		IPConfigurations                     []struct {
			Subnet     *reference
			Properties struct{ Subnet *reference }
		}
	}
	if no := d.decode(&a); no != nil {
		return no
	}
	if a.NetworkSecurityGroup != nil {
		x.network.group = strings.ToLower(a.NetworkSecurityGroup.ID)
	}
	if a.VirtualMachine != nil {
		x.network.machine = strings.ToLower(a.VirtualMachine.ID)
	}
	for i := range a.IPConfigurations {
		if s := cmp.Or(a.IPConfigurations[i].Subnet, a.IPConfigurations[i].Properties.Subnet); s != nil {
			x.network.subnets = append(x.network.subnets, strings.ToLower(s.ID))
		}
	}
	return nil
}

func (x *resource) machine(d *document) *refusal {
	var a struct {
		NetworkProfile *struct{ NetworkInterfaces []reference }
	}
	if no := d.decode(&a); no != nil {
		return no
	}
	if a.NetworkProfile != nil {
		x.network.interfaces = ids(a.NetworkProfile.NetworkInterfaces)
	}
	return nil
}

// openRules returns what rules let in from the whole internet. A rule that
// refuses goes before those of a higher number.
// https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#security-rules
func openRules(rules []ruleDocument) []entitlement.InboundRule {
	inbound := make([]*ruleFields, 0, len(rules))
	for i := range rules {
		if f := rules[i].fields(); strings.EqualFold(f.Direction, "Inbound") {
			inbound = append(inbound, f)
		}
	}
	slices.SortStableFunc(inbound, func(a, b *ruleFields) int { return cmp.Compare(a.Priority, b.Priority) })
	var open, shut []entitlement.InboundRule
	for _, f := range inbound {
		for _, r := range f.internet() {
			switch {
			case !strings.EqualFold(f.Access, "Allow"):
				shut = append(shut, r)
				if f.everywhere() {
					r.Source = "::/0"
					shut = append(shut, r)
				}
			case !slices.ContainsFunc(shut, func(s entitlement.InboundRule) bool { return covers(s, r) }) && !slices.Contains(open, r):
				open = append(open, r)
			}
		}
	}
	return open
}

// covers reports whether all that r speaks of is part of what s does.
func covers(s, r entitlement.InboundRule) bool {
	return (s.Protocol == "all" || s.Protocol == r.Protocol) && s.From <= r.From && r.To <= s.To && s.Source == r.Source
}

// check refuses ports that are not as Azure writes them.
func (f *ruleFields) check(what kind) *refusal {
	for _, ports := range append([]string{f.DestinationPortRange}, f.DestinationPortRanges...) {
		if _, _, ok := portRange(ports); !ok && ports != "" {
			return refused(records.UnsupportedShape, "%s: destinationPortRange %q is not a port, a range or *; export it again", what, clip(ports))
		}
	}
	return nil
}

// internet returns the rule for each range of ports and each source that is
// the whole internet.
func (f *ruleFields) internet() []entitlement.InboundRule {
	var out []entitlement.InboundRule
	for _, source := range append([]string{f.SourceAddressPrefix}, f.SourceAddressPrefixes...) {
		switch strings.ToLower(source) {
		case "*", "internet", "any", "0.0.0.0/0":
			source = "0.0.0.0/0"
		case "::/0":
		default:
			continue
		}
		for _, ports := range append([]string{f.DestinationPortRange}, f.DestinationPortRanges...) {
			if from, to, ok := portRange(ports); ok {
				out = append(out, entitlement.InboundRule{Protocol: protocolOf(f.Protocol), From: from, To: to, Source: source})
			}
		}
	}
	return out
}

// everywhere reports whether the rule speaks of IPv6, too.
func (f *ruleFields) everywhere() bool {
	return slices.ContainsFunc(append([]string{f.SourceAddressPrefix}, f.SourceAddressPrefixes...), func(s string) bool {
		return s == "*" || strings.EqualFold(s, "Internet") || strings.EqualFold(s, "Any")
	})
}

func protocolOf(p string) string {
	if p = strings.ToLower(p); p == "*" || p == "" {
		return "all"
	}
	return p
}

// portRange reads "22", "1000-2000" and "*".
func portRange(s string) (from, to int, ok bool) {
	if s == "*" {
		return 0, 65535, true
	}
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	from, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0, 0, false
	}
	to, err = strconv.Atoi(strings.TrimSpace(last))
	return from, to, err == nil
}
