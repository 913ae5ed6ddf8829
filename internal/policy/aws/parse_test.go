package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

func TestParse(t *testing.T) {
	t.Parallel()
	doc := `{
  "Version": "2012-10-17",
  "Id": "x",
  "Statement": {
    "Sid": "A",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "s3:GetObject",
    "NotResource": ["arn:aws:s3:::a", "arn:aws:s3:::b\u002a"],
    "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": ["10", 20]}}
  }
}`
	got, diags := aws.Parse([]byte(doc))
	want := &aws.Document{Version: "2012-10-17", ID: "x", Statements: []aws.Statement{{
		Sid: "A", Effect: aws.Allow,
		Principal:    json.RawMessage(`{"AWS": "*"}`),
		Actions:      []string{"s3:GetObject"},
		NotResources: []string{"arn:aws:s3:::a", "arn:aws:s3:::b*"},
		Condition:    json.RawMessage(`{"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": ["10", 20]}}`),
		Conditions: []aws.Condition{
			{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}},
			{Operator: "NumericLessThan", Key: "s3:max-keys", Values: []string{"10", "20"}},
		},
		Position: aws.Position{Line: 4, Column: 16},
	}}}
	if diff := cmp.Diff(want, got); diff != "" || len(diags) != 0 {
		t.Errorf("(-want +got)\n%s%v", diff, diags)
	}
}

func TestParseReportsWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	const (
		good    = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`
		wrap    = `{"Version":"2012-10-17","Statement":[%s,` + good + `]}`
		whole   = ": the whole document is left out"
		left    = ": the statement is left out"
		denies  = ": the Deny statement, which therefore denies nothing here, is left out"
		example = `, as "s3:GetObject" has`
	)
	for _, c := range []struct{ doc, want string }{
		{"", "the document is empty" + whole},
		{"{", "1:2: the document is not valid JSON: expected a name in quotes, found the end of the document" + whole},
		{"{\n  \"Version\": 1,\n  é", "3:3: the document is not valid JSON: expected a name in quotes, found 'é'" + whole},
		{`{"a":"b`, "1:8: the document is not valid JSON: the document ends inside a string" + whole},
		{`{"a":nul}`, "1:6: the document is not valid JSON: expected a value, found 'n'" + whole},
		{`{"a":"\q"}`, "1:6: the document is not valid JSON: a string has an escape that JSON does not know" + whole},
		{`{} {}`, "1:4: the document is not valid JSON: more text after the end of the document" + whole},
		{"\"\xff\"", "the document is not valid UTF-8" + whole},
		{`[]`, "1:1: the document is a list, not an object" + whole},
		{`{}`, "1:1: the document has no Statement"},
		{`{"Version":"2020-01-01","Statement":[]}`, `1:12: the Version "2020-01-01" is unknown; AWS knows "2012-10-17" and "2008-10-17"` + whole},
		{`{"Version":2012,"Statement":[]}`, `1:12: the Version 2012 is unknown; AWS knows "2012-10-17" and "2008-10-17"` + whole},
		{`{"Statement":[],"Statement":[]}`, `1:17: the element "Statement" stands twice, so that nobody can say which counts` + whole},
		{`{"Id":[],"Statement":[]}`, `1:7: the Id is a list, not a string` + whole},
		{fmt.Sprintf(wrap, `7`), "1:38: a statement is a number, true, false or null, not an object" + left},
		{fmt.Sprintf(wrap, `{"Action":"s3:*","Resource":"*"}`), "1:38: the statement has no Effect" + left},
		{fmt.Sprintf(wrap, `{"Effect":"allow","Action":"s3:*","Resource":"*"}`), `1:48: the Effect "allow" is unknown; it must be "Allow" or "Deny"` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Resource":"*"}`), "1:38: the statement has neither Action nor NotAction" + left},
		{fmt.Sprintf(wrap, `{"Effect":"Deny","Resource":"*"}`), "1:38: the statement has neither Action nor NotAction" + denies},
		{fmt.Sprintf(wrap, `{"Action":3,"Effect":"Deny"}`), "1:48: Action holds a number, true, false or null where it must hold a string" + denies},
		{fmt.Sprintf(wrap, `{"Effect":"Deny","Effect":"Allow","Action":"*"}`), `1:55: the element "Effect" stands twice in one statement` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","NotAction":"*"}`), "1:38: the statement has both Action and NotAction" + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}`), "1:38: the statement has both Resource and NotResource" + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":["s3:*",["a"]]}`), "1:73: Action holds a list where it must hold a string" + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":[]}`), "1:65: Action is an empty list" + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"GetObject"}`), `1:65: Action "GetObject" has no service before a colon` + example + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Resource":"bucket"}`), `1:80: Resource "bucket" is neither "*" nor an ARN of six parts, as "arn:aws:s3:::bucket" is` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Conditoin":{}}`), `1:69: the element "Conditoin" is unknown in a statement` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Condition":[]}`), `1:81: Condition is a list, not an object` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Condition":{"Bool":"x"}}`), `1:89: the condition operator "Bool" holds a string, not an object of keys` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Condition":{"Bool":{"k":{}}}}`), `1:94: the condition key "k" holds a value that is no string, number or boolean` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Condition":{"Bool":{"k":"a","k":"b"}}}`), `1:102: the condition key "k" stands twice under "Bool"` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Condition":{"Bool":{"k":"a"},"Bool":{}}}`), `1:106: the condition operator "Bool" stands twice` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Principal":"*","NotPrincipal":{}}`), `1:38: the statement has both Principal and NotPrincipal` + left},
		{fmt.Sprintf(wrap, `{"Effect":7,"Action":"*"}`), `1:48: Effect is a number, true, false or null, not a string` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"s3:"}`), `1:65: Action "s3:" names no service or no action` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"s3: Get"}`), `1:65: Action "s3: Get" has white space in it` + left},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Resource":"arn"}`), `1:80: Resource "arn" is neither`},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Principal":"somebody with a name that is longer than forty"}`), `1:81: Principal is "somebody with a name that is longer tha…, neither`},
		{fmt.Sprintf(wrap, `{`+strings.Repeat(`"x":1,`, 17)+`"x":1}`), `1:39: the element "x" is unknown in a statement` + left},
		{fmt.Sprintf(wrap, `{"a" 1}`), "1:43: the document is not valid JSON: expected a colon after \"a\", found '1'" + whole},
		{fmt.Sprintf(wrap, `["a" 1]`), "1:43: the document is not valid JSON: expected a comma or ']', found '1'" + whole},
		{`{"a":"` + "\x01" + `"}`, `1:7: the document is not valid JSON: control character '\x01' in a string` + whole},
		{fmt.Sprintf(wrap, `{"Effect":"Allow","Action":"*","Principal":"me"}`), `1:81: Principal is "me", neither an object nor "*"` + left},
	} {
		d, diags := aws.Parse([]byte(c.doc))
		if len(diags) == 0 || !strings.HasPrefix(diags[0].String(), c.want) || diags[0].Level != aws.Rejected || d.Rejected != 1 {
			t.Errorf("Parse(%s)\n got %v, rejected %d\nwant %s", c.doc, diags, d.Rejected, c.want)
		}
		if strings.HasSuffix(c.want, left) && len(d.Statements) != 1 {
			t.Errorf("Parse(%s): the good statement is lost", c.doc)
		}
	}
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	var d aws.Document
	if err := json.Unmarshal(document(allow("s3:*", "*")), &d); err != nil || len(d.Statements) != 1 {
		t.Errorf("%v, %+v", err, d)
	}
	err := json.Unmarshal([]byte(`{"Statement":{"Effect":"Maybe"}}`), &d)
	if want := `parse policy document: 1:24: the Effect "Maybe" is unknown`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is %v, want %s…", err, want)
	}
}

func TestParseRefusesAHugeDocumentUnread(t *testing.T) {
	t.Parallel()
	doc := document(strings.Repeat(allow("s3:GetObject", "*")+",", 100_000) + allow("s3:GetObject", "*"))
	d, diags := aws.Parse(doc)
	want := fmt.Sprintf("the document has %d bytes, more than the limit of 1048576", len(doc))
	if len(d.Statements) != 0 || len(diags) != 1 || !strings.HasPrefix(diags[0].Message, want) {
		t.Errorf("a document of %d bytes gives %d statements and %v", len(doc), len(d.Statements), diags)
	}
}

func TestParseTakesDeepNestingForAnError(t *testing.T) {
	t.Parallel()
	_, diags := aws.Parse([]byte(strings.Repeat("[", 500_000)))
	if len(diags) != 1 || !strings.Contains(diags[0].Message, "levels of nesting") {
		t.Errorf("the diagnostics are %v", diags)
	}
}

func TestParseNotices(t *testing.T) {
	t.Parallel()
	s := `{"Sid":"A","Effect":"Deny","Action":"*","Resource":"*"}`
	d, diags := aws.Parse([]byte(`{"Comment":1,"Statement":[` + s + "," + s + "," + s + "]}"))
	if len(d.Statements) != 3 || len(diags) != 2 || diags[0].Level != aws.Notice || diags[1].Level != aws.Notice {
		t.Errorf("%d statements and %v", len(d.Statements), diags)
	}
}

// Every document of the public data is understood whole, and reads back as it
// was.
func TestRealDocuments(t *testing.T) {
	t.Parallel()
	n := 0
	for _, doc := range realDocuments(t) {
		d, diags := aws.Parse(doc)
		if d.Rejected > 0 || len(d.Statements) == 0 {
			t.Errorf("%s\n%v", doc, diags)
		}
		roundTrip(t, d)
		n++
	}
	if n < 60 {
		t.Errorf("only %d documents were found", n)
	}
}

func roundTrip(tb testing.TB, d *aws.Document) {
	tb.Helper()
	b, err := d.JSON()
	if err != nil {
		tb.Fatal(err)
	}
	again, _ := aws.Parse(b)
	if text(tb, d) != text(tb, again) {
		tb.Errorf("was %s\n is %s", text(tb, d), text(tb, again))
	}
}

// realDocuments returns every policy document of the public AWS data.
func realDocuments(tb testing.TB) [][]byte {
	tb.Helper()
	var out [][]byte
	for _, file := range []string{"cloudsplaining/example-authz-details.json", "aws-iam-policy/valid_bucket_policies.json", "cloudgoat/v1.json", "cloudgoat/v5.json"} {
		raw, err := os.ReadFile(testkit.SharedData(tb, "entitlements", "aws", file))
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, findDocuments(tb, raw)...)
	}
	return out
}

// findDocuments returns the objects with a Statement, however deep.
func findDocuments(tb testing.TB, raw json.RawMessage) [][]byte {
	tb.Helper()
	var object map[string]json.RawMessage
	var list []json.RawMessage
	if json.Unmarshal(raw, &object) == nil {
		if _, ok := object["Statement"]; ok {
			return [][]byte{raw}
		}
		for _, v := range object {
			list = append(list, v)
		}
	} else if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out [][]byte
	for _, v := range list {
		out = append(out, findDocuments(tb, v)...)
	}
	return out
}
