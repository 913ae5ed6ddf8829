package aws_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// The oracle decides single requests in the plainest way, by AWS's rules and
// from the JSON alone, and shares no code with the evaluator.

// requests lists, for actions of each kind, resources of this account and what
// they are called.
func requests() map[string][]string {
	return map[string][]string{
		"s3:GetObject":        {"arn:aws:s3:::a/b", "arn:aws:s3:::a/x/y", "arn:aws:s3:::ab/c", "arn:aws:s3:::b/c", "arn:aws:s3:::q/w"},
		"s3:PutObject":        {"arn:aws:s3:::a/b", "arn:aws:s3:::a/x/y", "arn:aws:s3:::ab/c", "arn:aws:s3:::b/c", "arn:aws:s3:::q/w"},
		"s3:ListBucket":       {"arn:aws:s3:::a", "arn:aws:s3:::ab", "arn:aws:s3:::b", "arn:aws:s3:::q"},
		"s3:ListAllMyBuckets": {"*"},
		"sqs:SendMessage": {
			"arn:aws:sqs:eu-west-1:111122223333:jobs", "arn:aws:sqs:us-east-1:111122223333:jobs",
			"arn:aws:sqs:eu-west-1:111122223333:other", "arn:aws:sqs:us-east-1:111122223333:other",
		},
		"sqs:ListQueues":   {"*"},
		"ec2:AttachVolume": {"arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1"},
		"iam:CreateUser":   {"arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/x/bob"},
	}
}

type rule struct {
	Effect                string
	Action, NotAction     []string
	Resource, NotResource []string
	Condition             map[string]map[string]string
}

func rules(statements string) []rule {
	var out []rule
	if err := json.Unmarshal([]byte("["+statements+"]"), &out); err != nil {
		panic(err)
	}
	return out
}

func wild(pattern, s string, fold bool) bool {
	pattern = strings.ReplaceAll(pattern, "${aws:username}", "alice")
	if fold {
		pattern, s = strings.ToLower(pattern), strings.ToLower(s)
	}
	expr := regexp.QuoteMeta(pattern)
	expr = strings.ReplaceAll(strings.ReplaceAll(expr, `\*`, ".*"), `\?`, ".")
	return regexp.MustCompile("^(?s:" + expr + ")$").MatchString(s)
}

func (r *rule) applies(action, resource string) bool {
	in := func(list []string, s string, fold bool) bool {
		return slices.ContainsFunc(list, func(p string) bool { return wild(p, s, fold) })
	}
	if r.Action != nil && !in(r.Action, action, true) || r.NotAction != nil && in(r.NotAction, action, true) {
		return false
	}
	return (r.Resource == nil || in(r.Resource, resource, false)) && (r.NotResource == nil || !in(r.NotResource, resource, false))
}

// oracle decides a request. If lenient, it takes every condition of an Allow
// as met and none of a Deny; otherwise it is the other way round.
func (s setup) oracle(action, resource string, lenient bool) bool {
	own := slices.Clone(s.policies)
	for _, g := range s.groups {
		own = append(own, g...)
	}
	layers := [][]string{own}
	if s.boundary != "" {
		layers = append(layers, []string{s.boundary})
	}
	layers = append(layers, s.controls...)
	for _, layer := range layers {
		allowed := false
		for _, r := range rules(strings.Join(layer, ",")) {
			if !r.applies(action, resource) {
				continue
			}
			met := len(r.Condition) == 0 || lenient == (r.Effect == "Allow")
			if met && r.Effect == "Deny" {
				return false
			}
			allowed = allowed || met
		}
		if !allowed {
			return false
		}
	}
	return true
}

func TestAccessAgreesWithSingleDecisions(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := drawSetup(t)
		a := evaluate(e, s)
		for action, resources := range requests() {
			i, ok := catalog.AWS().Index(entitlement.Action(action))
			if !ok {
				t.Fatalf("the catalogue has no %s", action)
			}
			for _, resource := range resources {
				checkDecision(t, s, grant(a, i), action, resource)
			}
		}
	})
}

// checkDecision holds a grant against the decision of one request: what can be
// allowed must be granted, and what is granted on all must be allowed.
func checkDecision(t *rapid.T, s setup, granted, action, resource string) {
	t.Helper()
	if can := s.oracle(action, resource, true); can && granted == "none" || !can && strings.HasPrefix(granted, "all") {
		t.Fatalf("%s on %s can be allowed: %t; granted: %s; %+v", action, resource, can, granted, s)
	}
	if must := s.oracle(action, resource, false); !must && granted == "all" {
		t.Fatalf("%s on %s is allowed whatever the conditions: %t; granted: %s; %+v", action, resource, must, granted, s)
	}
}

// How often a grant that is not none can be used by none of the requests tells
// how much the evaluator assumes where patterns cannot tell. With one layer it
// must not assume anything about the resources that the patterns name.
func TestNothingIsGrantedThatNoRequestCouldUse(t *testing.T) {
	t.Parallel()
	e := evaluator()
	rapid.Check(t, func(t *rapid.T) {
		s := setup{policies: []string{strings.Join(slices.Concat(
			rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return drawPlain(t, "Allow") }), 1, 3).Draw(t, "allows"),
			rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return drawPlain(t, "Deny") }), 0, 1).Draw(t, "denies")), ",")}}
		a := evaluate(e, s)
		for action, resources := range requests() {
			i, _ := catalog.AWS().Index(entitlement.Action(action))
			usable := slices.ContainsFunc(resources, func(r string) bool { return s.oracle(action, r, true) })
			if g := grant(a, i); !usable && g != "none" {
				t.Fatalf("%s is granted %s, but no request can use it: %+v", action, g, s)
			}
		}
	})
}

// drawPlain draws a statement with one resource and without negations.
func drawPlain(t *rapid.T, effect string) string {
	return statement(effect,
		rapid.SampledFrom([]string{"*", "s3:*", "s3:GetObject", "s3:List*", "sqs:*", "iam:CreateUser"}).Draw(t, "action"),
		rapid.SampledFrom([]string{"*", "arn:aws:s3:::*", "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a/*", "arn:aws:sqs:eu-west-1:*:*", "arn:aws:sqs:*:*:jobs", "arn:aws:iam::*:user/${aws:username}"}).Draw(t, "resource"), "")
}
