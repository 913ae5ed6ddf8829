package e2e_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

const readOnlyPolicy = "leastward-read-only"

// planOf is the exact plan for an idle user, but for what the kept policy says
// and the date in the tag.
func planOf() []operation {
	return []operation{
		{Kind: "inline_policy", Name: readOnlyPolicy, Set: true},
		{Kind: "attached_policy", Name: policyARN("operate")},
		{Kind: "inline_policy", Name: "queue"},
		{Kind: "group", Name: "deployers"},
		{Kind: "tag", Name: exemption, Set: true},
	}
}

func checkPlan(t *testing.T, r runInfo) {
	t.Helper()
	ops := slices.Clone(r.Plan.Operations)
	if len(ops) != len(planOf()) {
		t.Fatalf("the plan: %+v", ops)
	}
	checkKept(t, ops[0].Value)
	if tag := ops[len(ops)-1].Value; !strings.HasPrefix(tag, "leastward: read-only since 20") {
		t.Errorf("the tag says %q", tag)
	}
	for i := range ops {
		ops[i].Value = ""
	}
	if diff := cmp.Diff(planOf(), ops); diff != "" {
		t.Errorf("the plan (-want +got):\n%s", diff)
	}
	if len(r.Plan.Notes) > 0 {
		t.Errorf("the plan loses something: %q", r.Plan.Notes)
	}
}

// statement is one of a policy's, whose lists may be single texts.
type statement struct {
	Effect           string
	Action, Resource list
}

type list []string

// UnmarshalJSON takes a list or a single text.
func (l *list) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

// checkKept holds the policy that the user keeps against what the removed ones
// granted, by the catalogue: of each, on its own resources, all that reads and
// nothing that changes anything; and the Deny.
func checkKept(t *testing.T, document string) {
	t.Helper()
	var d struct{ Statement []statement }
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatalf("%v in %s", err, document)
	}
	denied := list{"arn:aws:s3:::ledger/secret/*"}
	got := map[string]entitlement.ActionSet{}
	for _, s := range d.Statement {
		if s.Effect == "Deny" {
			if !slices.Equal(s.Resource, denied) || !slices.Equal(s.Action, list{"s3:GetObject"}) {
				t.Errorf("the kept policy denies %v on %v", s.Action, s.Resource)
			}
			denied = nil
			continue
		}
		on := strings.Join(s.Resource, " ")
		for _, pattern := range s.Action {
			got[on] = got[on].Union(catalog.AWS().Match(pattern))
		}
	}
	if denied != nil {
		t.Errorf("the kept policy lost the Deny: %s", document)
	}
	want := map[string]entitlement.ActionSet{
		"arn:aws:s3:::ledger arn:aws:s3:::ledger/*": readsOf("s3:*"),
		"*": readsOf("iam:GetUser", "sqs:GetQueueUrl", "lambda:GetFunctionConfiguration"),
	}
	if diff := cmp.Diff(names(want), names(got)); diff != "" {
		t.Errorf("the kept policy (-want +got):\n%s\n%s", diff, document)
	}
}

// readsOf are the actions that read or list and hand out no credentials.
func readsOf(patterns ...string) (set entitlement.ActionSet) {
	for _, p := range patterns {
		set = set.Union(catalog.AWS().Match(p))
	}
	var reads entitlement.ActionSet
	for i := range set.Indices() {
		info := catalog.AWS().Info(i)
		if !info.Type.Changes() && !info.Sensitivity.Has(catalog.CredentialExposure) {
			reads = reads.Union(catalog.AWS().Match(string(info.Action)))
		}
	}
	return reads
}

func names(sets map[string]entitlement.ActionSet) map[string][]string {
	out := map[string][]string{}
	for on, set := range sets {
		for i := range set.Indices() {
			out[on] = append(out[on], string(catalog.AWS().Info(i).Action))
		}
		slices.Sort(out[on])
	}
	return out
}

// checkReadOnly holds what AWS says of the user after the change against the
// plan and against docs/decisions/0004.
func checkReadOnly(t *testing.T, got holdings, r runInfo) {
	t.Helper()
	want := holdings{
		Attached: []string{policyARN("look")}, Groups: []string{"lookers"},
		Inline: map[string]string{"list": listDocument, readOnlyPolicy: r.Plan.Operations[0].Value},
		Tags:   map[string]string{"owner": "payments", exemption: r.Plan.Operations[len(r.Plan.Operations)-1].Value},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the user (-want +got):\n%s", diff)
	}
}
