package aws_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// copied returns accounts that can be changed without changing others.
func copied(accounts []*entitlement.Inventory) []*entitlement.Inventory {
	out := make([]*entitlement.Inventory, len(accounts))
	for i, inv := range accounts {
		c := *inv
		c.Policies = maps.Clone(inv.Policies)
		c.Identities, c.Resources = slices.Clone(inv.Identities), slices.Clone(inv.Resources)
		c.Controls, c.ResourceControls = slices.Clone(inv.Controls), slices.Clone(inv.ResourceControls)
		out[i] = &c
	}
	return out
}

// rewrite changes each document of the accounts.
func rewrite(accounts []*entitlement.Inventory, change func(doc []byte, guests bool) []byte) {
	for _, inv := range accounts {
		shared := slices.Concat(inv.ResourceControls...)
		for id, p := range inv.Policies {
			p.Document = change(p.Document, slices.Contains(shared, id))
			inv.Policies[id] = p
		}
		for i := range inv.Identities {
			if one := &inv.Identities[i]; one.Trust != nil {
				one.Trust = change(one.Trust, true)
			}
		}
		for i := range inv.Resources {
			if one := &inv.Resources[i]; one.Policy != nil {
				one.Policy = change(one.Policy, true)
			}
		}
	}
}

// verdict asks once, into a fresh Decision.
func verdict(t *rapid.T, e *aws.Estate, q *question) *aws.Decision {
	t.Helper()
	d := &aws.Decision{}
	if err := e.Decide(request(t, q), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// onlyNarrows checks that nothing becomes allowed, or may be, that was less so.
func onlyNarrows(t *rapid.T, d *drawer, before, after []*entitlement.Inventory) {
	t.Helper()
	one, two := compiled(before), compiled(after)
	for range 6 {
		q := d.question()
		was, is := verdict(t, one, &q), verdict(t, two, &q)
		if is.Verdict >= aws.Conditional && is.Verdict > was.Verdict {
			t.Fatalf("%+v: from %s to %s, because %+v\n%s\nthen\n%s", q, was.Verdict, is.Verdict, is.Because, written(before, nil), written(after, nil))
		}
	}
}

// A Deny added to any document, of whatever kind, never grants.
func TestDecideDenyNeverGrants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		before := d.estate()
		after := copied(before)
		rewrite(after, func(doc []byte, guests bool) []byte {
			if !d.chance("changed", 25) {
				return doc
			}
			more := statement("Deny", d.actions(), d.targets(), d.condition())
			if guests {
				more = d.guest("Deny", "")
			}
			return bytes.Replace(doc, []byte(`"Statement":[`), []byte(`"Statement":[`+more+","), 1)
		})
		onlyNarrows(t, d, before, after)
	})
}

// Neither a level of service control policies nor a resource control policy
// ever grants, whatever they say.
func TestDecideOrganizationNeverGrants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		before := d.estate()
		after := copied(before)
		inv := rapid.SampledFrom(after).Draw(t, "account")
		if d.chance("service", 50) && len(inv.Identities) > 0 {
			inv.Controls = append(inv.Controls, d.policies(inv, "scp", 1, d.statement))
		} else {
			inv.ResourceControls = append(inv.ResourceControls, d.policies(inv, "rcp", 1, func() string { return d.guest("", "*") }))
		}
		onlyNarrows(t, d, before, after)
	})
}

// The first session policy of a session only narrows it.
func TestDecideSessionPolicyNeverGrants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		e := compiled(d.estate())
		for range 4 {
			q := d.question()
			q.narrowed = nil
			was := verdict(t, e, &q)
			q.narrowed = []string{string(d.document(d.statement))}
			if is := verdict(t, e, &q); is.Verdict >= aws.Conditional && is.Verdict > was.Verdict {
				t.Fatalf("%+v: from %s to %s, because %+v", q, was.Verdict, is.Verdict, is.Because)
			}
		}
	})
}

// The order of accounts, identities, policies, statements, levels and lists
// does not matter.
func TestDecideEstatesIgnoreOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		before := d.estate()
		after := reversed(copied(before))
		for _, inv := range after {
			inv.Identities, inv.Resources = reversed(inv.Identities), reversed(inv.Resources)
			inv.Controls, inv.ResourceControls = reversed(inv.Controls), reversed(inv.ResourceControls)
			for i := range inv.Controls {
				inv.Controls[i] = reversed(inv.Controls[i])
			}
			for i := range inv.Identities {
				inv.Identities[i].Policies = reversed(inv.Identities[i].Policies)
			}
		}
		rewrite(after, func(doc []byte, _ bool) []byte { return turned(t, doc) })
		one, two := compiled(before), compiled(after)
		for range 6 {
			q := d.question()
			was, is := verdict(t, one, &q), verdict(t, two, &q)
			if was.Verdict != is.Verdict || !slices.Equal(was.Keys, is.Keys) {
				t.Fatalf("%+v: %s %v, turned round %s %v\n%s", q, was.Verdict, was.Keys, is.Verdict, is.Keys, written(before, nil))
			}
		}
	})
}

// turned is a document with all its lists turned round.
func turned(t *rapid.T, doc []byte) []byte {
	var tree any
	if err := json.Unmarshal(doc, &tree); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(turnedTree(tree))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func turnedTree(tree any) any {
	switch v := tree.(type) {
	case []any:
		for i := range v {
			v[i] = turnedTree(v[i])
		}
		return reversed(v)
	case map[string]any:
		for k := range v {
			v[k] = turnedTree(v[k])
		}
	}
	return tree
}

// The version of a document matters to its policy variables alone.
func TestDecideVersionsDifferInVariables(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		before := d.estate()
		after := copied(before)
		rewrite(after, func(doc []byte, _ bool) []byte {
			if bytes.Contains(doc, []byte("${")) {
				return doc
			}
			return []byte(strings.NewReplacer(aws.Version2008, aws.Version2012, aws.Version2012, aws.Version2008).Replace(string(doc)))
		})
		one, two := compiled(before), compiled(after)
		for range 6 {
			q := d.question()
			was, is := verdict(t, one, &q), verdict(t, two, &q)
			if was.Verdict != is.Verdict || !slices.Equal(was.Keys, is.Keys) {
				t.Fatalf("%+v: %s %v, by the other version %s %v\n%s", q, was.Verdict, was.Keys, is.Verdict, is.Keys, written(before, nil))
			}
		}
	})
}

// A Decision that was used for whatever else, and for requests that failed,
// gives the answer of a fresh one.
func TestDecideForgetsTheLastRequest(t *testing.T) {
	t.Parallel()
	bad := []question{
		{who: "nobody", action: getObject, target: object},
		{who: string(alice), action: "s3:*", target: object},
		{who: string(alice), action: getObject, target: "a/b"},
		{who: "arn:aws:iam::" + account + ":user/gone", action: getObject, target: object},
		{},
	}
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		estates := []*aws.Estate{compiled(d.estate()), compiled(d.estate())}
		questions := slices.Clone(bad)
		for range 6 {
			questions = append(questions, d.question())
		}
		used := &aws.Decision{}
		for range 20 {
			e := rapid.SampledFrom(estates).Draw(t, "estate")
			q := rapid.SampledFrom(questions).Draw(t, "question")
			q.who = rapid.SampledFrom(questions).Draw(t, "who").who
			fresh := &aws.Decision{}
			want, got := e.Decide(request(t, &q), fresh), e.Decide(request(t, &q), used)
			if (want == nil) != (got == nil) || want != nil && want.Error() != got.Error() {
				t.Fatalf("%+v: %v, and in a used Decision %v", q, want, got)
			}
			if diff := cmp.Diff(fresh, used, cmpopts.IgnoreUnexported(aws.Decision{}), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%+v: fresh -, used +\n%s", q, diff)
			}
		}
	})
}
