package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

func mustParse(tb testing.TB, statements string) *aws.Document {
	tb.Helper()
	d, diags := aws.Parse(document(statements))
	if d.Rejected > 0 {
		tb.Fatalf("parse %s: %v", statements, diags)
	}
	return d
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, policy, want string }{
		{"reads stay", allow("s3:GetObject s3:ListBucket", "*"), allow("s3:GetObject s3:ListBucket", "*")},
		{"writes go", allow("s3:GetObject s3:PutObject", "*"), allow("s3:GetObject", "*")},
		{"nothing is left", allow("s3:PutObject s3:DeleteObject", "*"), ""},
		{"wildcard of reads", allow("sqs:*", "*"), allow("sqs:Get* sqs:List* sqs:ReceiveMessage", "*")},
		{"names are not widened", allow("sqs:GetQueueAttributes sqs:GetQueueUrl", "*"), allow("sqs:GetQueueAttributes sqs:GetQueueUrl", "*")},
		{"a name that begins others", allow("s3:GetObject*", "*"), allow("s3:GetObject*", "*")},
		{"prefixes are as short as can be", allow("athena:GetC* athena:GetDa*", "*"), allow("athena:GetC* athena:GetDa*", "*")},
		{"secrets go", allow("secretsmanager:GetSecretValue secretsmanager:DescribeSecret", "*"), allow("secretsmanager:DescribeSecret", "*")},
		{"credentials go", allow("ec2:GetPasswordData", "*"), ""},
		{"unknown actions go", allow("nowhere:GetThing sqs:GetQueueUrl", "*"), allow("sqs:GetQueueUrl", "*")},
		{"resources stay", allow("sqs:*", "arn:aws:sqs:*:*:jobs"), allow("sqs:Get* sqs:List* sqs:ReceiveMessage", "arn:aws:sqs:*:*:jobs")},
		{"NotResource stays", allow("sqs:*", "!arn:aws:sqs:*:*:jobs"), allow("sqs:Get* sqs:List* sqs:ReceiveMessage", "!arn:aws:sqs:*:*:jobs")},
		{"conditions stay", statement("Allow", "sqs:PutX sqs:GetQueueUrl", "*", mfa), statement("Allow", "sqs:GetQueueUrl", "*", mfa)},
		{"denials stay", deny("!sqs:*", "*"), deny("!sqs:*", "*")},
		{"denials stay, one of two", allow("sqs:SendMessage", "*") + "," + statement("Deny", "sqs:*", "*", mfa), statement("Deny", "sqs:*", "*", mfa)},
	} {
		got, err := aws.ReadOnly(mustParse(t, c.policy), catalog.AWS())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if g, w := text(t, got), text(t, mustParse(t, c.want)); g != w {
			t.Errorf("%s:\n got %s\nwant %s", c.name, g, w)
		}
	}
}

func text(tb testing.TB, d *aws.Document) string {
	tb.Helper()
	b, err := d.JSON()
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestReadOnlyRefusesWhatCannotBeUnderstood(t *testing.T) {
	t.Parallel()
	d, _ := aws.Parse(document(allow("s3:*", "*") + `,{"Effect":"deny","Action":"*","Resource":"*"}`))
	if _, err := aws.ReadOnly(d, catalog.AWS()); err == nil {
		t.Error("a Deny that cannot be understood is lost without a word")
	}
	if aws.IsReadOnly(d, catalog.AWS()) {
		t.Error("a document that cannot be understood passes for read-only")
	}
}

func TestIsReadOnly(t *testing.T) {
	t.Parallel()
	for policy, want := range map[string]bool{
		allow("sqs:Get* sqs:List*", "*"):            true,
		allow("s3:*", "*"):                          false,
		allow("*", "*"):                             false,
		allow("s3:PutObject", "*"):                  false,
		allow("!s3:*", "*"):                         false,
		allow("nowhere:Get*", "*"):                  false,
		allow("ec2:GetPasswordData", "*"):           false,
		allow("secretsmanager:Get*", "*"):           false,
		deny("*", "*"):                              true,
		deny("*", "*") + "," + allow("s3:*", "*"):   false,
		deny("*", "*") + "," + allow("sqs:L*", "*"): true,
	} {
		if got := aws.IsReadOnly(mustParse(t, policy), catalog.AWS()); got != want {
			t.Errorf("IsReadOnly(%s) = %t", policy, got)
		}
	}
}

// What the projection grants is what the policy grants of reads and lists, to
// the action, at the same reach and under the same condition.
func TestReadOnlyGrantsTheReadsAndNoMore(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	cat := catalog.AWS()
	e := aws.New(cat)
	access := func(statements string) *entitlement.Access {
		return e.Compile(setup{policies: []string{statements}}.inventory()).Access(alice)
	}
	readable := entitlement.NewActionSet(cat.Len())
	for i := range cat.Len() {
		info := cat.Info(i)
		if !info.Type.Changes() && !info.Sensitivity.Has(catalog.CredentialExposure) {
			readable.Add(i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		statements := strings.Join(rapid.SliceOfN(rapid.Custom(drawStatement), 1, 4).Draw(t, "statements"), ",")
		d, _ := aws.Parse(document(statements))
		r, err := aws.ReadOnly(d, cat)
		if err != nil {
			t.Fatal(err)
		}
		if !aws.IsReadOnly(r, cat) {
			t.Fatalf("the projection is not read-only: %+v", r)
		}
		b, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		left := strings.TrimSuffix(strings.SplitN(string(b), `"Statement":[`, 2)[1], "]}")
		before, after := access(statements), access(left)
		want := &entitlement.Access{
			All: before.All.Intersect(readable), Part: before.Part.Intersect(readable),
			Named: before.Named.Intersect(readable), Conditional: before.Conditional.Intersect(readable),
		}
		same(t, want, after)
	})
}

// Each action is selected by one pattern alone, and no pattern can be shorter.
func TestReadOnlyIsShort(t *testing.T) {
	t.Parallel()
	cat := catalog.AWS()
	for _, action := range []string{"*", "s3:*", "ec2:*", "ssm:*", "athena:*", "s3:GetObject* s3:GetObjectAcl s3:Get*", "!iam:*"} {
		d, err := aws.ReadOnly(mustParse(t, allow(action, "*")), cat)
		if err != nil {
			t.Fatal(err)
		}
		patterns := d.Statements[0].Actions
		seen, total := entitlement.NewActionSet(cat.Len()), 0
		for _, p := range patterns {
			set := cat.Match(p)
			seen, total = seen.Union(set), total+set.Len()
			if prefix, wide := strings.CutSuffix(p, "*"); wide && set.Len() < 2 {
				t.Errorf("%s* selects but one action", prefix)
			}
		}
		if total != seen.Len() {
			t.Errorf("%d actions are selected %d times by %q", seen.Len(), total, patterns)
		}
		for _, p := range patterns {
			prefix, wide := strings.CutSuffix(p, "*")
			if !wide || slices.Contains(verbs(), prefix[strings.IndexByte(prefix, ':')+1:]) {
				continue // A verb is not cut.
			}
			shorter := prefix[:len(prefix)-1] + "*"
			if cat.Match(shorter).Minus(seen).Empty() {
				t.Errorf("%s can be %s", p, shorter)
			}
		}
	}
}

func verbs() []string {
	return []string{"Get", "List", "Describe", "BatchGet", "BatchDescribe", "BatchList", "View", "Search", "Lookup", "Query", "Scan", "Read", "Select"}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	whole, err := aws.ReadOnly(mustParse(t, allow("*", "*")+","+deny("s3:GetObject", "*")), catalog.AWS())
	if err != nil {
		t.Fatal(err)
	}
	parts, err := whole.Split(aws.MaxManagedPolicy)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, s := range whole.Statements {
		want = append(want, fmt.Sprint(s.Effect, s.Resources), strings.Join(s.Actions, " "))
	}
	for n, p := range parts {
		if size := aws.Size([]byte(text(t, p))); size > aws.MaxManagedPolicy {
			t.Errorf("part %d has %d characters", n, size)
		}
		for _, s := range p.Statements {
			head := fmt.Sprint(s.Effect, s.Resources)
			if len(got) == 0 || got[len(got)-2] != head {
				got = append(got, head, strings.Join(s.Actions, " "))
				continue
			}
			got[len(got)-1] += " " + strings.Join(s.Actions, " ")
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the parts together say something else than the whole")
	}
	t.Logf("all reads of AWS take %d characters, in %d policies", aws.Size([]byte(text(t, whole))), len(parts))
	if _, err := mustParse(t, allow("s3:GetObject", "*")).Split(20); err == nil {
		t.Error("a statement fits into 20 characters")
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]int{
		"":                        0,
		"{ \n\t\"a\" : \"b c\" }": 11,
		`{"a":"\" b"}`:            12,
		`{"a":"é"}`:               9,
	} {
		if got := aws.Size([]byte(doc)); got != want {
			t.Errorf("Size(%q) = %d, want %d", doc, got, want)
		}
	}
}
