package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// answer is how surely something holds.
type answer struct {
	truth truth
	keys  []string // What decides where the truth is perhaps; sorted.
}

type truth uint8

const (
	no truth = iota
	perhaps
	yes
)

// existing is the answer where something would have to be there that the
// inventory cannot show; "" asks for nothing.
func existing(what string) answer {
	if what == "" {
		return answer{truth: yes}
	}
	return answer{truth: perhaps, keys: []string{"existing " + what}}
}

// and returns the answer to whether both hold.
func (a answer) and(b answer) answer {
	switch {
	case a.truth == no || b.truth == no:
		return answer{}
	case b.truth == yes:
		return a
	case a.truth == yes:
		return b
	}
	keys := slices.Concat(a.keys, b.keys)
	slices.Sort(keys)
	return answer{truth: perhaps, keys: slices.Compact(keys)}
}

// facts are what is known of the requests that a path makes: they come
// straight from whoever makes them, who chooses the rest.
func facts(more ...string) *aws.Context {
	values := map[string][]string{
		"aws:viaawsservice": {"false"}, "aws:calledvia": nil, "aws:calledviafirst": nil, "aws:calledvialast": nil,
		"iam:passedtoservice": nil, "iam:associatedresourcearn": nil,
	}
	for i := 0; i < len(more); i += 2 {
		values[more[i]] = []string{more[i+1]}
	}
	return aws.NewContext(values)
}

// at are the facts of a request in a region.
func (v *view) at(region string) *aws.Context {
	c := v.regional[region]
	if c == nil {
		c = facts(regionKey, region)
		v.regional[region] = c
	}
	return c
}

const regionKey = "aws:requestedregion"

// iamFacts are those of a call to IAM itself, which has one region.
func (v *view) iamFacts(more ...string) *aws.Context {
	region := map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}[v.partition]
	if region == "" {
		return facts(more...)
	}
	return facts(append(more, regionKey, region)...)
}

// ask decides one request of an identity or a service.
func (f *finder) ask(principal string, action entitlement.Action, resource string, context *aws.Context) answer {
	f.request = aws.Request{Principal: principal, Action: string(action), Resource: resource, Context: context}
	if err := f.estate.Decide(&f.request, &f.decision); err != nil {
		return answer{} // Of a malformed ARN nobody can say what it may do.
	}
	switch f.decision.Verdict {
	case aws.Allowed:
		return answer{truth: yes}
	case aws.Conditional:
		return answer{truth: perhaps, keys: slices.Clone(f.decision.Keys)}
	case aws.ImplicitlyDenied, aws.ExplicitlyDenied:
	}
	return answer{}
}

// may decides whether an identity may change something of IAM.
func (f *finder) may(who *actor, action entitlement.Action, target string) answer {
	return f.ask(string(who.ID), action, target, who.view.iam)
}

// mayAssume decides whether an identity may assume a role as things are.
func (f *finder) mayAssume(who, role *actor) answer {
	return f.ask(string(who.ID), "sts:AssumeRole", string(role.ID), who.view.plain)
}

// mayAssumeOnceNamed decides whether an identity may assume a role of its
// account after the role's trust policy was made to name it, or its session:
// then only a Deny or a control policy can stand in the way. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-id-rdp.html.
func (f *finder) mayAssumeOnceNamed(who, role *actor) answer {
	v := who.view
	if len(v.inv.Controls)+len(v.inv.ResourceControls) == 0 && !v.classOf(who).denies {
		return answer{truth: yes}
	}
	if v.trustful == nil {
		v.trustful = &finder{estate: aws.NewEstate(v.account.Evaluator().Compile(v.trustfulInventory()))}
	}
	return v.trustful.mayAssume(who, role)
}

// trustfulInventory is the account's with roles that trust everybody.
func (v *view) trustfulInventory() *entitlement.Inventory {
	inv := *v.inv
	inv.Identities = slices.Clone(inv.Identities)
	for i := range inv.Identities {
		if id := &inv.Identities[i]; id.Kind == entitlement.Role {
			id.Trust = []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`)
		}
	}
	return &inv
}

// hangsOn reports whether a context key is among what decides.
func (a answer) hangsOn(key string) bool {
	return slices.ContainsFunc(a.keys, func(k string) bool { return strings.EqualFold(k, key) })
}

// passing are the facts of passing a role to a service.
func (v *view) passing(service string) *aws.Context {
	c := v.passed[service]
	if c == nil {
		c = aws.NewContext(map[string][]string{"iam:passedtoservice": {service}, "aws:viaawsservice": {"false"}})
		v.passed[service] = c
	}
	return c
}
