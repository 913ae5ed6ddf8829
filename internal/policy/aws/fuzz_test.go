package aws_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// Whatever the input: no panic; JSON is refused if and only if encoding/json
// refuses it; what is understood reads back the same.
func FuzzParse(f *testing.F) {
	f.Add(document(allow("s3:*", "*")))
	f.Add(document(statement("Deny", "!iam:*", "!arn:aws:s3:::a", mfa)))
	f.Add([]byte(`{"Statement":{"Effect":"Allow","Action":[],"Resource":"${aws:username}"}}`))
	f.Add([]byte(`{"Version":"2008-10-17","Statement":[{"Sid":"\u0041\ud83d\ude00"}, 1e5, -0, null]}`))
	f.Add([]byte("\xef\xbb\xbf{}"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, diags := aws.Parse(doc)
		broken := false
		for _, diag := range diags {
			broken = broken || strings.HasPrefix(diag.Message, "the document is not valid JSON") && !strings.Contains(diag.Message, "levels of nesting")
		}
		if broken && json.Valid(doc) {
			t.Fatalf("valid JSON is refused: %v", diags)
		}
		if len(d.Statements) > 0 && !json.Valid([]byte(strings.TrimPrefix(string(doc), "\xef\xbb\xbf"))) {
			t.Fatal("broken JSON is understood")
		}
		if d.Rejected == 0 {
			roundTrip(t, d)
		}
	})
}

// Whatever the pattern: it is refused, or grants no more than "*" does and no
// less than one of the ARNs that it matches literally.
func FuzzResource(f *testing.F) {
	for _, p := range []string{"*", "arn:aws:s3:::*", "arn:aws:s3:::a/${aws:username}*", "arn:*:*:*:*:*", "arn:aws:s3*", "arn:aws:s3:::${*}?", "arn:aws:sqs::x:y"} {
		f.Add(p)
	}
	e := evaluator()
	object, _ := catalog.AWS().Index("s3:GetObject")
	f.Fuzz(func(t *testing.T, pattern string) {
		resource, err := json.Marshal(pattern)
		if err != nil || strings.ContainsRune(pattern, '\uFFFD') {
			return
		}
		inv := setup{policies: []string{`{"Effect":"Allow","Action":"s3:*","Resource":` + string(resource) + `}`}}.inventory()
		a := e.Compile(inv)
		r := a.Access(alice).Reach(object)
		plain := !strings.ContainsAny(pattern, "*?$") && strings.HasPrefix(pattern, "arn:aws:s3:::") && strings.Contains(pattern[len("arn:aws:s3:::")+min(1, len(pattern)-len("arn:aws:s3:::")):], "/") && !strings.HasSuffix(pattern, "/")
		if plain && r != entitlement.ReachNamed && printable(pattern) {
			t.Fatalf("%q gives reach %d, want named; %v", pattern, r, a.Diagnostics())
		}
		if r == entitlement.ReachAll && !strings.ContainsAny(pattern, "*") {
			t.Fatalf("%q gives all", pattern)
		}
	})
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
