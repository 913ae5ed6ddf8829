package gcp

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// machine is what firewall rules look at of an instance.
type machine struct {
	networks []string // Full names.
	tags     []string
	account  string
}

// instance takes an instance of Compute Engine. A stopped one can be started
// again.
// https://cloud.google.com/compute/docs/reference/rest/v1/instances
func (b *builder) instance(src *source, o object, _ *around) {
	name := cmp.Or(o.text(fullNameKey), selfLink(o.text("selfLink")))
	if name == "" {
		b.reject(src, records.MissingField, "selfLink is missing; export the instance again")
		return
	}
	w := &workload{name: name, title: cmp.Or(o.text("name"), lastOf(name)), kind: entitlement.Instance, tags: o.labels()}
	m := &machine{tags: o.object("tags").texts("items")}
	if accounts := o.objects("serviceAccounts"); len(accounts) > 0 {
		w.runsAs = accounts[0].text("email")
	}
	w.nobody = w.runsAs == ""
	w.compute = w.runsAs == "default"
	if w.compute {
		w.runsAs = ""
	}
	for _, i := range o.objects("networkInterfaces") {
		m.networks = append(m.networks, network(i.text("network")))
	}
	m.account = strings.ToLower(w.runsAs)
	b.machines[name] = m
	b.workload(src, w, o, "creationTimestamp")
}

func network(link string) string {
	if full := selfLink(link); full != "" {
		return full
	}
	return link
}

// firewall is a rule of a network.
type firewall struct {
	src *source
	entitlement.SecurityGroup
	tags, accounts []string // Of the instances that it is for; none are all of the network.
}

// firewall takes a firewall rule. One without a source is for every source.
// https://cloud.google.com/compute/docs/reference/rest/v1/firewalls
func (b *builder) firewall(src *source, o object, _ *around) {
	name := cmp.Or(o.text(fullNameKey), selfLink(o.text("selfLink")))
	if name == "" {
		b.reject(src, records.MissingField, "selfLink is missing; export the firewall rule again")
		return
	}
	f := &firewall{src: src, tags: o.texts("targetTags")}
	for _, email := range o.texts("targetServiceAccounts") {
		f.accounts = append(f.accounts, strings.ToLower(email))
	}
	f.ID, f.GroupID, f.Name = entitlement.ResourceID(name), o.text("id"), cmp.Or(o.text("name"), lastOf(name))
	f.Network = network(o.text("network"))
	f.Inbound = b.inbound(src.within(", %s", name), o)
	b.firewalls = append(b.firewalls, f)
	b.present(name)
}

// inbound returns what a rule lets in from the whole internet.
func (b *builder) inbound(at place, o object) []entitlement.InboundRule {
	if o.is("disabled") || strings.EqualFold(o.text("direction"), "EGRESS") {
		return nil
	}
	var sources []string
	for _, r := range o.texts("sourceRanges") {
		if r == "0.0.0.0/0" || r == "::/0" {
			sources = append(sources, r)
		}
	}
	if !o.has("sourceRanges") && !o.has("sourceTags") && !o.has("sourceServiceAccounts") {
		sources = []string{"0.0.0.0/0"}
	}
	var rules []entitlement.InboundRule
	allowed := o.objects("allowed")
	if len(allowed) == 0 {
		allowed = o.objects("alloweds") // As audit logs and older exports have it.
	}
	for i, rule := range allowed {
		for _, from := range sources {
			rules = append(rules, b.ports(at.within(", allowed[%d]", i), rule, from)...)
		}
	}
	return rules
}

func (b *builder) ports(at place, o object, from string) []entitlement.InboundRule {
	protocol := protocolName(strings.ToLower(cmp.Or(o.text("IPProtocol"), o.text("ipProtocol"))))
	ports := o.texts("ports")
	if len(ports) == 0 {
		return []entitlement.InboundRule{{Protocol: protocol, To: 65535, Source: from}}
	}
	var rules []entitlement.InboundRule
	for _, p := range ports {
		low, high, isRange := strings.Cut(p, "-")
		if !isRange {
			high = low
		}
		first, err := strconv.ParseUint(low, 10, 16)
		last, err2 := strconv.ParseUint(high, 10, 16)
		if err != nil || err2 != nil {
			b.problem(at, records.UnsupportedShape, "ports: %q is no port or range of ports: it is left out", clip(p))
			continue
		}
		rules = append(rules, entitlement.InboundRule{Protocol: protocol, From: int(first), To: int(last), Source: from})
	}
	return rules
}

// protocolName writes the protocols that may stand as a number by their names.
// https://www.iana.org/assignments/protocol-numbers
func protocolName(p string) string {
	if name, ok := map[string]string{"1": "icmp", "6": "tcp", "17": "udp"}[p]; ok {
		return name
	}
	return cmp.Or(p, "all")
}

// covers reports whether a rule is for an instance of its network.
// https://cloud.google.com/firewall/docs/firewalls#rule_assignment
func (f *firewall) covers(m *machine) bool {
	if len(f.tags) == 0 && len(f.accounts) == 0 {
		return true
	}
	for _, tag := range f.tags {
		if slices.Contains(m.tags, tag) {
			return true
		}
	}
	return m.account != "" && slices.Contains(f.accounts, m.account)
}
