package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/remediator/internal/change"
)

const readOnlyARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"

const readOnlyDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","sqs:Get*","sqs:List*","iam:Get*"],"Resource":"*"}]}`

func doc(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func allow(action, resource string) string {
	return fmt.Sprintf(`{"Effect":"Allow","Action":%q,"Resource":%q}`, action, resource)
}

func deny(action, resource string) string {
	return fmt.Sprintf(`{"Effect":"Deny","Action":%q,"Resource":%q}`, action, resource)
}

func planFor(u *user) (*change.Plan, error) {
	u.ARN, u.Name = "arn:aws:iam::123456789012:user/jo", "jo"
	p := &planner{
		user: u, policies: NewJudge(catalog.AWS()),
		request: change.ReadOnly{Identity: "arn:aws:iam::123456789012:user/jo", PolicyARN: readOnlyARN, Since: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)},
		plan:    &change.Plan{Version: u.version(), Before: u.facts()},
	}
	err := p.run()
	return p.plan, err
}

// operations names what a plan does, documents as they are.
func operations(p *change.Plan) []string {
	lines := make([]string, len(p.Operations))
	for i, o := range p.Operations {
		lines[i] = o.String()
		if o.Kind == change.InlinePolicy && o.Set {
			lines[i] += " " + o.Value
		}
	}
	return lines
}

const tagLine = `set tag ck_exclude_from_reports = "leastward: read-only since 2026-01-02"`

func TestPlan(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1500)
	for name, tc := range map[string]struct {
		user  user
		want  []string
		notes int
	}{
		"nothing to remove": {user{}, []string{tagLine}, 0},
		"reads stay": {
			user{Inline: []inline{{"r", doc(allow("sqs:Get*", "*"))}}, Groups: []group{{Name: "g", Inline: []inline{{"r", doc(allow("sqs:List*", "*"))}}}}},
			[]string{tagLine},
			0,
		},
		"writes go, reads are kept": {
			user{Inline: []inline{{"w", doc(allow("sqs:*", "arn:aws:sqs:::q"))}}},
			[]string{
				"put inline policy leastward-read-only " + doc(`{"Effect":"Allow","Action":["sqs:Get*","sqs:List*","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:::q"}`),
				"delete inline policy w", tagLine,
			},
			0,
		},
		"an administrator gets the read-only policy, and keeps denials": {
			user{Attached: []managed{{"arn:admin", doc(allow("*", "*"))}}, Groups: []group{{Name: "g", Inline: []inline{{"d", doc(allow("s3:PutObject", "*"), deny("s3:*", "arn:aws:s3:::secret/*"))}}}}},
			[]string{
				"put inline policy leastward-read-only " + doc(deny("s3:*", "arn:aws:s3:::secret/*")),
				"attach managed policy " + readOnlyARN, "detach managed policy arn:admin", "remove from group g", tagLine,
			},
			1,
		},
		"the read-only policy itself stays": {
			user{Attached: []managed{{"arn:admin", doc(allow("*", "*"))}, {readOnlyARN, doc(allow("s3:PutObject", "*"))}}},
			[]string{"detach managed policy arn:admin", tagLine},
			1,
		},
		"a policy of denials stays": {
			user{Attached: []managed{{"arn:deny", doc(deny("*", "*"))}}}, []string{tagLine}, 0,
		},
		"an earlier run's policy is merged": {
			user{Inline: []inline{{ReadOnlyPolicy, doc(allow("sqs:GetQueueUrl", "*"))}, {"w", doc(allow("s3:PutObject", "*"))}}},
			[]string{
				"put inline policy leastward-read-only " + doc(`{"Effect":"Allow","Action":"sqs:GetQueueUrl","Resource":"*"}`),
				"delete inline policy w", tagLine,
			},
			0,
		},
		"no room for both at once": {
			user{Inline: []inline{{"w", doc(allow("sqs:*", "arn:aws:sqs:::"+long))}}},
			[]string{
				"delete inline policy w",
				"put inline policy leastward-read-only " + doc(`{"Effect":"Allow","Action":["sqs:Get*","sqs:List*","sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:::`+long+`"}`),
				tagLine,
			},
			0,
		},
		"reads that don't fit are lost, and it says so": {
			user{Inline: []inline{{"keep", doc(allow("sqs:GetQueueUrl", "arn:aws:sqs:::"+long))}}, Attached: []managed{{"arn:w", doc(allow("sqs:*", "arn:aws:sqs:::"+long), allow("s3:GetObject", "*"), allow("s3:PutObject", "*"))}}},
			[]string{
				"put inline policy leastward-read-only " + doc(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`),
				"detach managed policy arn:w", tagLine,
			},
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := planFor(&tc.user)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, operations(p)); diff != "" || len(p.Notes) != tc.notes {
				t.Errorf("notes %q\n%s", p.Notes, diff)
			}
		})
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1100)
	for name, tc := range map[string]struct {
		user user
		want string
	}{
		"denials too long": {
			user{Attached: []managed{{"arn:w", doc(allow("s3:*", "*"), deny("s3:*", "arn:aws:s3:::"+long), deny("sqs:*", "arn:aws:sqs:::"+long))}}},
			"the Deny statements of what would be removed need",
		},
		"no room without lifting a denial": {
			user{Inline: []inline{{"w", doc(allow("s3:PutObject", "*"), deny("s3:*", "arn:aws:s3:::"+long))}}},
			"removing these first would lift them for a moment",
		},
		"not understood": {
			user{Inline: []inline{{"w", doc(`{"Effect":"deny","Action":"*","Resource":"*"}`)}}}, "inline policy w can't be judged: 1:",
		},
		"no JSON": {user{Groups: []group{{Name: "g", Attached: []managed{{"arn:w", "{"}}}}}, "managed policy arn:w of group g can't be judged"},
		"a variable in an old document": {
			user{Inline: []inline{{"w", `{"Version":"2008-10-17","Statement":[` + allow("s3:PutObject", "*") + "," + deny("s3:*", "arn:aws:s3:::${x}") + "]}"}}},
			`denies with "${" in a document of version 2008-10-17`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := planFor(&tc.user)
			if refusal, ok := errors.AsType[*change.Refusal](err); !ok || !strings.Contains(refusal.Reason, tc.want) {
				t.Errorf("error = %v, want a refusal with %q", err, tc.want)
			}
		})
	}
}

func statementText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		action := rapid.SampledFrom([]string{"s3:*", "s3:Get*", "s3:PutObject", "s3:GetObject", "sqs:*", "sqs:SendMessage", "*", "iam:Get*", "s3:*Object"}).Draw(t, "action")
		resource := rapid.SampledFrom([]string{"*", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:sqs:us-east-1:1:" + strings.Repeat("q", 700)}).Draw(t, "resource")
		effect := rapid.SampledFrom([]string{"Allow", "Allow", "Allow", "Deny"}).Draw(t, "effect")
		element := rapid.SampledFrom([]string{"Action", "Action", "Action", "NotAction"}).Draw(t, "element")
		sid := rapid.SampledFrom([]string{"", `"Sid":"One",`}).Draw(t, "sid")
		return fmt.Sprintf(`{%s"Effect":%q,%q:%q,"Resource":%q}`, sid, effect, element, action, resource)
	})
}

func documents() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfN(statementText(), 1, 3), func(list []string) string { return doc(list...) })
}

func users() *rapid.Generator[*user] {
	return rapid.Custom(func(t *rapid.T) *user {
		u := &user{}
		if rapid.IntRange(0, 3).Draw(t, "has read-only") == 0 {
			u.Attached = append(u.Attached, managed{readOnlyARN, readOnlyDocument})
		}
		for i, d := range rapid.SliceOfN(documents(), 0, 2).Draw(t, "attached") {
			u.Attached = append(u.Attached, managed{fmt.Sprintf("arn:aws:iam::123456789012:policy/p%d", i), d})
		}
		names := []string{"a", ReadOnlyPolicy, "b"}
		for i, d := range rapid.SliceOfN(documents(), 0, 3).Draw(t, "inline") {
			u.Inline = append(u.Inline, inline{names[i], d})
		}
		for i, d := range rapid.SliceOfN(documents(), 0, 2).Draw(t, "groups") {
			u.Groups = append(u.Groups, group{Name: fmt.Sprintf("g%d", i), Inline: []inline{{"x", d}}})
		}
		return u
	})
}

// world knows the documents that facts only name.
type world struct {
	u *user
}

func (w world) documents(f change.Facts) []*policy.Document {
	texts := map[string]string{change.Key(change.AttachedPolicy, readOnlyARN): readOnlyDocument}
	for _, m := range w.u.Attached {
		texts[change.Key(change.AttachedPolicy, m.ARN)] = m.Document
	}
	for _, g := range w.u.Groups {
		texts[change.Key(change.Membership, g.Name)] = g.Inline[0].Document
	}
	var list []*policy.Document
	for key, value := range f {
		text, ok := texts[key]
		if kind, _ := change.SplitKey(key); kind == change.InlinePolicy {
			text, ok = value, true
		}
		if ok {
			d, _ := policy.Parse([]byte(text))
			list = append(list, d)
		}
	}
	return list
}

// allowed decides one request by AWS's rule: some Allow and no Deny. It is
// written apart from the evaluator, so that both would have to be wrong.
func allowed(documents []*policy.Document, action, resource string) bool {
	yes := false
	for _, d := range documents {
		for i := range d.Statements {
			s := &d.Statements[i]
			hit := anyGlob(s.Actions, action) || len(s.NotActions) > 0 && !anyGlob(s.NotActions, action)
			if !hit || !anyGlob(s.Resources, resource) {
				continue
			}
			if s.Effect == policy.Deny {
				return false
			}
			yes = true
		}
	}
	return yes
}

func anyGlob(patterns []string, s string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob(p, s) })
}

func glob(pattern, s string) bool {
	for i := range len(pattern) {
		switch {
		case pattern[i] == '*':
			for k := i; k <= len(s); k++ {
				if glob(pattern[i+1:], s[k:]) {
					return true
				}
			}
			return false
		case i >= len(s) || pattern[i] != s[i]:
			return false
		}
	}
	return len(pattern) == len(s)
}

// However a user's policies look, and wherever the change stops, the user may
// do nothing that it could not before; at the end it may not write.
func TestPlanNeverWidens(t *testing.T) {
	t.Parallel()
	actions := []string{"s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "sqs:GetQueueUrl", "iam:GetUser", "iam:CreateUser", "s3:GetSomethingNew", "s3:PutSomethingNew", "ec2:RunInstances"}
	resources := []string{"arn:aws:s3:::a/b", "arn:aws:s3:::a/c", "arn:aws:s3:::z", "arn:aws:sqs:us-east-1:1:" + strings.Repeat("q", 700)}
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		u := users().Draw(t, "user")
		p, err := planFor(u)
		if _, refused := errors.AsType[*change.Refusal](err); refused {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		made++
		w := world{u}
		before := w.documents(p.Before)
		for n := range len(p.Operations) + 1 {
			facts := p.After(n)
			checkLimits(t, p, n)
			now := w.documents(facts)
			for _, action := range actions {
				for _, resource := range resources {
					if allowed(now, action, resource) && !allowed(before, action, resource) {
						t.Fatalf("after %d operations %q of %s on %s is new\nnow %s\nbefore %s", n, operations(p), action, resource, show(now), show(before))
					}
				}
			}
		}
		after := w.documents(p.Target())
		for _, action := range []string{"s3:PutObject", "sqs:SendMessage", "iam:CreateUser", "s3:PutSomethingNew", "ec2:RunInstances"} {
			for _, resource := range resources {
				if allowed(after, action, resource) {
					t.Fatalf("after the change %s on %s is still allowed: %s", action, resource, show(after))
				}
			}
		}
	})
	if made == 0 {
		t.Error("every plan was refused, so that nothing was tested")
	}
}

// checkLimits makes sure that IAM would take the state after n operations,
// where that is not one that it had before.
func checkLimits(t *rapid.T, p *change.Plan, n int) {
	if n == 0 || !p.Operations[n-1].Set || p.Operations[n-1].Kind != change.InlinePolicy {
		return
	}
	total := 0
	for key, value := range p.After(n) {
		if kind, _ := change.SplitKey(key); kind == change.InlinePolicy {
			total += policy.Size([]byte(value))
		}
	}
	if total > policy.MaxUserInline {
		t.Fatalf("after %d operations the inline policies have %d characters", n, total)
	}
}

func show(list []*policy.Document) string {
	text, err := json.Marshal(list)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
