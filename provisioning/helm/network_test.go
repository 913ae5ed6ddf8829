package helm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networkingv1 "k8s.io/api/networking/v1"
)

// checkPolicies wants each to be about the pods of one set, and its ports to be
// theirs.
func (o *objects) checkPolicies(t *testing.T) {
	t.Helper()
	for name, p := range o.policies {
		set := o.sets[name]
		if set == nil || !matches(p.Spec.PodSelector.MatchLabels, set.Spec.Template.Labels) {
			t.Errorf("the policy %s is about no set", name)
			continue
		}
		for other, s := range o.sets {
			if other != name && matches(p.Spec.PodSelector.MatchLabels, s.Spec.Template.Labels) {
				t.Errorf("the policy %s is about %s, too", name, other)
			}
		}
		for _, rule := range p.Spec.Ingress {
			if len(rule.Ports) != 1 || rule.Ports[0].Port.StrVal != ports(set)[0].Name || len(rule.From) == 0 {
				t.Errorf("%s lets everybody in, or at ports that are not there: %+v", name, rule)
			}
		}
	}
}

// Who comes in, and where the two go.
func TestNetworkPolicies(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string][2][]string{
		"defaults": {
			"ciem-leastward-exporter":   {{"grafana", "prometheus", "remediator"}, {"0.0.0.0/0", "::/0", "dns", "remediator"}},
			"ciem-leastward-remediator": {{"alertmanager", "exporter", "prometheus"}, {"0.0.0.0/0", "::/0", "dns", "exporter"}},
		},
		"everything": {
			"ciem-exporter":   {{"grafana", "ns ingress", "prometheus", "remediator"}, {"0.0.0.0/0", "192.0.2.25/32", "::/0", "dns", "remediator"}},
			"ciem-remediator": {{"alertmanager", "exporter", "ns ingress", "prometheus"}, {"0.0.0.0/0", "::/0", "dns", "exporter"}},
		},
		"reading-only": {"ciem-leastward-exporter": {{"prometheus"}, nil}},
	}
	for values, want := range tests {
		got := map[string][2][]string{}
		for name, p := range render(t, values).policies {
			got[name] = [2][]string{incoming(p), outgoing(p)}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", values, diff)
		}
	}
}

func incoming(p *networkingv1.NetworkPolicy) []string {
	var out []string
	for _, rule := range p.Spec.Ingress {
		out = append(out, peers(rule.From)...)
	}
	slices.Sort(out)
	return out
}

func outgoing(p *networkingv1.NetworkPolicy) []string {
	if !slices.Contains(p.Spec.PolicyTypes, networkingv1.PolicyTypeEgress) {
		return nil
	}
	var out []string
	for _, rule := range p.Spec.Egress {
		if len(rule.To) == 0 && rule.Ports[0].Port.IntValue() == 53 {
			out = append(out, "dns")
		}
		out = append(out, peers(rule.To)...)
	}
	slices.Sort(out)
	return out
}

// peers names them in short.
func peers(list []networkingv1.NetworkPolicyPeer) []string {
	var out []string
	for _, p := range list {
		switch {
		case p.IPBlock != nil:
			out = append(out, p.IPBlock.CIDR)
		case p.PodSelector == nil:
			out = append(out, "ns "+p.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
		case p.NamespaceSelector == nil:
			out = append(out, p.PodSelector.MatchLabels["app.kubernetes.io/component"])
		default:
			out = append(out, strings.TrimSpace(p.PodSelector.MatchLabels["app.kubernetes.io/name"]))
		}
	}
	return out
}
