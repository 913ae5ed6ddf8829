package ask_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/ask"
	collect "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/testkit"
)

const (
	shop    = "arn:aws:iam::111111111111"
	reports = "arn:aws:s3:::reports"
)

// asker answers over two accounts of an organisation.
func asker(tb testing.TB) *ask.Asker {
	tb.Helper()
	dir := filepath.Join(testkit.Root(), "exporter", "internal", "command", "testdata", "can")
	inventories, err := collect.ReadAccounts([]string{filepath.Join(dir, "details.json"), filepath.Join(dir, "second.json")}, collect.Files{
		Organization: filepath.Join(dir, "organization.json"), Functions: filepath.Join(dir, "functions.json"),
		ResourcePolicies: []string{filepath.Join(dir, "policies.json")},
	}, time.Unix(0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	compiler := ask.NewCompiler()
	var accounts []*ask.Compiled
	for _, inv := range inventories {
		accounts = append(accounts, compiler.Compile(inv))
	}
	return ask.New(accounts...)
}

// answer is a line of the output.
type answer struct {
	Decision   string   `json:"decision"`
	Because    []string `json:"because"`
	Keys       []string `json:"keys"`
	Error      string   `json:"error"`
	Statements []struct {
		Kind        string `json:"kind"`
		Policy      string `json:"policy"`
		Index       int    `json:"index"`
		Sid         string `json:"sid"`
		Effect      string `json:"effect"`
		Group       string `json:"group"`
		Level       int    `json:"level"`
		Conditional bool   `json:"conditional"`
		Role        string `json:"role"`
		RoleName    string `json:"role_name"`
		Scope       string `json:"scope"`
	} `json:"statements"`
	Notes []string `json:"notes"`
}

func batch(tb testing.TB, a *ask.Asker, in io.Reader) ([]answer, ask.Counts) {
	tb.Helper()
	var out bytes.Buffer
	counts, err := a.Batch(tb.Context(), in, &out)
	if err != nil {
		tb.Fatal(err)
	}
	return decode(tb, out.Bytes()), counts
}

func decode(tb testing.TB, out []byte) []answer {
	tb.Helper()
	var list []answer
	for text := range bytes.Lines(out) {
		var one answer
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&one); err != nil || text[len(text)-1] != '\n' {
			tb.Fatalf("%v: %s", err, text)
		}
		list = append(list, one)
	}
	return list
}

func one(tb testing.TB, a *ask.Asker, line string) answer {
	tb.Helper()
	list, _ := batch(tb, a, strings.NewReader(line))
	if len(list) != 1 {
		tb.Fatalf("%d answers to %s", len(list), line)
	}
	return list[0]
}

func TestContextOfALine(t *testing.T) {
	t.Parallel()
	a := asker(t)
	const office, mfa = `"aws:SourceIp": "203.0.113.9"`, `"aws:multifactorauthpresent": true`
	for _, test := range []struct {
		context, want string
		keys          []string
	}{
		{`{}`, "conditional", []string{"aws:multifactorauthpresent", "aws:sourceip"}},
		{`null`, "conditional", []string{"aws:multifactorauthpresent", "aws:sourceip"}},
		{`{` + office + `}`, "conditional", []string{"aws:multifactorauthpresent"}},
		{`{` + office + `, ` + mfa + `}`, "allowed", []string{}},
		{`{` + office + `, "aws:MultiFactorAuthPresent": "true"}`, "allowed", []string{}},
		{`{` + office + `, "aws:MultiFactorAuthPresent": null}`, "implicitly_denied", []string{}},
		{`{` + office + `, "aws:MultiFactorAuthPresent": []}`, "implicitly_denied", []string{}},
		{`{"aws:SourceIp": ["192.0.2.1", "198.51.100.7"], ` + mfa + `}`, "allowed", []string{}},
		{`{"aws:SourceIp": "192.0.2.1"}`, "implicitly_denied", []string{}},
		{`{"AWS:SOURCEIP": "\u0032\u0030\u0033.0.113.9", "x": 1.5, "y": [1, true, "z"], ` + mfa + `}`, "allowed", []string{}},
	} {
		got := one(t, a, fmt.Sprintf(`{"identity": "ben", "action": "s3:getobject", "resource": "%s/x", "context": %s}`, reports, test.context))
		if got.Decision != test.want || !cmp.Equal(got.Keys, test.keys) {
			t.Errorf("context %s: %+v, want %s and the keys %v", test.context, got, test.want, test.keys)
		}
	}
}

func TestSessionPoliciesOfALine(t *testing.T) {
	t.Parallel()
	a := asker(t)
	const list = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:List*", "Resource": "*"}}`
	const read = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}`
	quoted, _ := json.Marshal(read)
	for _, test := range []struct{ policies, want string }{
		{`null`, "allowed"},
		{`[]`, "allowed"},
		{`[` + list + `]`, "implicitly_denied"},
		{`[` + read + `]`, "allowed"},
		{`[` + string(quoted) + `]`, "allowed"},
	} {
		line := `{"identity": "app", "action": "s3:GetObject", "resource": "` + reports + `/x", "session_policies": ` + test.policies + `}`
		if got := one(t, a, line); got.Decision != test.want {
			t.Errorf("session policies %s: %+v, want %s", test.policies, got, test.want)
		}
	}
}

// What is wrong with a line stands in its place, with the field and the remedy.
func TestBadLines(t *testing.T) {
	t.Parallel()
	a := asker(t)
	const rest = `"action": "s3:GetObject", "resource": "*"`
	for _, test := range []struct{ line, want string }{
		{`{`, `line 1: not JSON: expected a name in quotes, found the end of the line at byte 2`},
		{`[]`, `line 1: not JSON: expected an object, found '[' at byte 1`},
		{`nonsense`, `line 1: not JSON: expected an object, found 'n' at byte 1`},
		{`{"identity": "ana" "action": "x"}`, `line 1: not JSON: expected a comma or '}', found '"' at byte 20`},
		{`{"identity": "\x"}`, `line 1: not JSON: an escape in a string that JSON does not know at byte 14`},
		{`{"identity": "a`, `line 1: not JSON: the line ends inside a string at byte 16`},
		{`{"identity": nope}`, `line 1: not JSON: expected a value, found 'n' at byte 14`},
		{`{"identity": "ben", ` + rest + `} {}`, `line 1: not JSON: more text after the end of the value at byte 64`},
		{"{\"identity\": \"\xff\"}", `line 1: not JSON: the line is not in UTF-8`},
		{`{}`, `line 1: field identity: is missing; give the ARN or the name of who calls, or "*" for anybody`},
		{`{"identity": "ben"}`, `line 1: field action: is missing; give one such as "s3:GetObject"`},
		{`{"identity": 7, ` + rest + `}`, `line 1: field identity: is a number, not a string`},
		{`{"identity": null, ` + rest + `}`, `line 1: field identity: is null, not a string`},
		{`{"identity": "ben", "Action": "s3:GetObject"}`, `line 1: field Action: is not known; known are identity, action, resource, context, session_policies`},
		{`{"identity": "ben", "identity": "app", ` + rest + `}`, `line 1: field identity: stands twice`},
		{`{"identity": "ben", "action": ["s3:GetObject"]}`, `line 1: field action: is a list, not a string`},
		{`{"identity": "ben", ` + rest + `, "context": "x"}`, `line 1: field context: is a string, not an object`},
		{`{"identity": "ben", ` + rest + `, "context": {"k": {}}}`, `line 1: field context.k: is an object; give a string, a number, a boolean, a list of these, or null for a key that is absent`},
		{`{"identity": "ben", ` + rest + `, "context": {"k": [null]}}`, `line 1: field context.k: has null in its list; give strings, numbers or booleans`},
		{`{"identity": "ben", ` + rest + `, "context": {"k": 1, "K": 2}}`, `line 1: field context.K: stands twice; keys are the same in any case of their letters`},
		{`{"identity": "ben", ` + rest + `, "context": {"": 1}}`, `line 1: field context: a key is empty; give one such as "aws:SourceIp"`},
		{`{"identity": "ben", ` + rest + `, "session_policies": {}}`, `line 1: field session_policies: is an object, not a list`},
		{`{"identity": "ben", ` + rest + `, "session_policies": [7]}`, `line 1: field session_policies[0]: is a number; give the document as an object or as a string`},
		{`{"identity": "ana", ` + rest + `}`, `line 1: field identity: "ana" is the name of 2 identities: ` + shop + `:user/ana, arn:aws:iam::222222222222:user/ana; give the ARN of one`},
		{`{"identity": "zoe", ` + rest + `}`, `line 1: field identity: no user or role of the documents is called "zoe"; give its ARN, a service such as "ec2.amazonaws.com", or "*" for anybody`},
		{`{"identity": "zoe.smith", ` + rest + `}`, `line 1: field identity: no user or role of the documents is called "zoe.smith"; give its ARN, a service such as "ec2.amazonaws.com", or "*" for anybody`},
	} {
		if got := one(t, a, test.line); got.Error != test.want || got.Decision != "" {
			t.Errorf("%s\n got: %+v\nwant: %s", test.line, got, test.want)
		}
	}
	for _, test := range []struct{ line, want string }{ // The evaluator words these.
		{`{"identity": "` + shop + `:user/zoe", ` + rest + `}`, "line 1: field identity: "},
		{`{"identity": "` + shop + `:group/developers", ` + rest + `}`, "line 1: field identity: "},
		{`{"identity": "ben", "action": "s3:*"}`, "line 1: field action: "},
		{`{"identity": "ben", "action": "GetObject"}`, "line 1: field action: "},
		{`{"identity": "ben", "action": "s3:GetObject", "resource": "bucket"}`, "line 1: field resource: "},
		{`{"identity": "ben", ` + rest + `, "session_policies": [{"Statement": 7}]}`, "line 1: field session_policies[0]: "},
	} {
		if got := one(t, a, test.line); !strings.HasPrefix(got.Error, test.want) || len(got.Error) < len(test.want)+10 {
			t.Errorf("%s\n got: %+v\nwant: %s…", test.line, got, test.want)
		}
	}
}

// One answer for each line, in order, however the input arrives; blank lines
// count as lines and have no answer.
func TestPlacesOfAnswers(t *testing.T) {
	t.Parallel()
	a := asker(t)
	good := `{"identity": "ben", "action": "ec2:RunInstances"}`
	long := `{"identity": "` + strings.Repeat("x", ask.MaxLine) + `"}`
	text := "\ufeff" + good + "\n\n  \r\nbad\r\n" + long + "\n" + good + "\n" + long + "\n" + good
	want := []answer{{Decision: "implicitly_denied"}, {Error: "line 4: "}, {Error: "line 5: is longer than 1048576 bytes"}, {Decision: "implicitly_denied"}, {Error: "line 7: is longer than 1048576 bytes"}, {Decision: "implicitly_denied"}}
	for name, in := range map[string]io.Reader{
		"whole":  strings.NewReader(text),
		"halves": iotest.HalfReader(strings.NewReader(text)),
		"end":    iotest.DataErrReader(strings.NewReader(text + "\n")),
	} {
		got, counts := batch(t, a, in)
		if len(got) != len(want) || counts != (ask.Counts{Answered: 3, Failed: 3}) {
			t.Fatalf("%s: %d answers, %+v", name, len(got), counts)
		}
		for i := range want {
			if got[i].Decision != want[i].Decision || !strings.HasPrefix(got[i].Error, want[i].Error) {
				t.Errorf("%s: answer %d = %+v, want %+v", name, i, got[i], want[i])
			}
		}
	}
	if got, _ := batch(t, a, iotest.OneByteReader(strings.NewReader(good+"\nbad\n"+good))); len(got) != 3 || got[1].Error == "" {
		t.Errorf("byte by byte: %+v", got)
	}
}

// Whoever writes one request and waits gets its answer.
func TestAnswersDoNotWait(t *testing.T) {
	t.Parallel()
	a := asker(t)
	in, requests := io.Pipe()
	answers, out := io.Pipe()
	var group errgroup.Group
	group.Go(func() error {
		_, err := a.Batch(t.Context(), in, out)
		return err
	})
	buf := make([]byte, 64<<10)
	for range 3 {
		if _, err := io.WriteString(requests, `{"identity": "ben", "action": "ec2:RunInstances"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		n, err := answers.Read(buf)
		if err != nil || !strings.Contains(string(buf[:n]), `"decision":"implicitly_denied"`) {
			t.Fatalf("%s, %v", buf[:n], err)
		}
	}
	_ = requests.Close()
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

// The end of the context ends a batch that waits for input, and an output that
// fails ends it, too.
func TestBatchEnds(t *testing.T) {
	t.Parallel()
	a := asker(t)
	ctx, cancel := context.WithCancel(t.Context())
	in, _ := io.Pipe()
	cancel()
	if _, err := a.Batch(ctx, in, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	in, requests := io.Pipe()
	full := errors.New("disk full")
	var group errgroup.Group
	group.Go(func() error {
		_, err := io.WriteString(requests, `{"identity": "ben", "action": "ec2:RunInstances"}`+"\n")
		return err
	})
	if _, err := a.Batch(t.Context(), in, failing{full}); !errors.Is(err, full) {
		t.Errorf("output that fails: %v", err)
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}

	broken := errors.New("input broke")
	_, err := a.Batch(t.Context(), io.MultiReader(strings.NewReader("bad\n"), iotest.ErrReader(broken)), io.Discard)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "at line 2") {
		t.Errorf("input that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
