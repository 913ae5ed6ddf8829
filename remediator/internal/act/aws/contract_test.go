package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit/moto"
	"github.com/leastward/leastward/remediator/internal/act/aws"
	"github.com/leastward/leastward/remediator/internal/act/aws/awstest"
	"github.com/leastward/leastward/remediator/internal/change"
)

const (
	reads  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}}`
	writes = `{"Version":"2012-10-17","Statement":[{"Sid":"W","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"},{"Sid":"D é","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalTag/a+b":"<c & d>"}}}]}`
)

// fill makes users of every shape and returns their names.
func fill(ctx context.Context, a *awstest.Account) []string {
	custom := a.AddPolicy(ctx, "custom", writes)
	a.AddGroup(ctx, "ops", []string{custom, "arn:aws:iam::aws:policy/AmazonEC2FullAccess"}, map[string]string{"z": reads, "a": writes})
	a.AddGroup(ctx, "empty", nil, nil)
	a.AddGroup(ctx, "readers", nil, map[string]string{"r": reads})
	users := []awstest.User{
		{Name: "bare"},
		{Name: "admin", Attached: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}, Tags: map[string]string{"team": "x", "cost centre": "<1 & 2>"}},
		{
			Name: "all", Attached: []string{"arn:aws:iam::aws:policy/AmazonSQSFullAccess", custom, "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"},
			Inline: map[string]string{"w": writes, "keep": reads}, Groups: []string{"readers", "ops", "empty"}, Boundary: custom,
		},
		{Name: "grouped", Groups: []string{"ops"}},
		{Name: "exempt", Tags: map[string]string{"ck_exclude_from_reports": "true"}},
	}
	names := []string{"nobody"}
	for _, u := range users {
		a.AddUser(ctx, u)
		names = append(names, u.Name)
	}
	return names
}

// export writes the account as the AWS command line does: documents as objects,
// indented; or as the API gives it: documents in URL-encoded strings.
func export(ctx context.Context, tb testing.TB, a *awstest.Account, path string, objects bool) {
	tb.Helper()
	out, err := a.IAM.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{})
	if err != nil || out.IsTruncated {
		tb.Fatalf("export: %v", err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		tb.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		tb.Fatal(err)
	}
	if objects {
		documents(tb, tree)
	}
	var indented bytes.Buffer
	encoder := json.NewEncoder(&indented)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	if err := encoder.Encode(tree); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, indented.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// documents replaces the encoded documents of a tree by what they say.
func documents(tb testing.TB, tree any) {
	tb.Helper()
	switch node := tree.(type) {
	case []any:
		for _, v := range node {
			documents(tb, v)
		}
	case map[string]any:
		for key, v := range node {
			if s, ok := v.(string); ok && (key == "Document" || key == "PolicyDocument" || key == "AssumeRolePolicyDocument") {
				text, err := url.PathUnescape(s)
				if err != nil || !json.Valid([]byte(text)) {
					tb.Fatalf("document %q: %v", s, err)
				}
				node[key] = json.RawMessage(text)
				continue
			}
			documents(tb, v)
		}
	}
}

// answers is everything that a reader says about the users, as one text.
func answers(t *testing.T, r *aws.Reader, users []string) string {
	t.Helper()
	var all bytes.Buffer
	encoder := json.NewEncoder(&all)
	encoder.SetIndent("", " ")
	say := func(v any, err error) {
		t.Helper()
		if refusal, ok := errors.AsType[*change.Refusal](err); ok {
			v = "refused: " + strings.Split(refusal.Reason, ", or something of it,")[0]
		} else if err != nil {
			t.Fatal(err)
		}
		if err := encoder.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	n, err := r.Population(t.Context())
	say(n, err)
	for _, name := range users {
		id := entitlement.IdentityID(awstest.ARN(name))
		plan, err := r.PlanReadOnly(t.Context(), change.ReadOnly{
			Identity: id, PolicyARN: "arn:aws:iam::aws:policy/ReadOnlyAccess", Since: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
		})
		say(plan, err)
		facts, err := r.Facts(t.Context(), id)
		say(facts, err)
		version, err := r.Version(t.Context(), id)
		say(version, err)
	}
	return all.String()
}

// Whatever a reader reads from, the same account gives the same answers, byte
// for byte. (White space between what a document says is lost where the command
// line writes it, so that there is none in the account's inline policies.)
func TestSourcesAgree(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	endpoint := moto.Start(t)
	account := awstest.New(t, endpoint)
	users := fill(t.Context(), account)
	live, err := aws.NewReader(t.Context(), aws.Account{ID: awstest.ID, Region: "us-east-1", Endpoint: endpoint}, aws.NewJudge(catalog.AWS()))
	if err != nil {
		t.Fatal(err)
	}
	want := answers(t, live, users)
	if n := strings.Count(want, `"operations"`); n != 4 || strings.Count(want, "refused") != 4 {
		t.Fatalf("%d plans in:\n%s", n, want)
	}
	for name, objects := range map[string]bool{"as the command line writes it": true, "as the API gives it": false} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "details.json")
			export(t.Context(), t, account, path, objects)
			if diff := cmp.Diff(want, answers(t, aws.NewFileReader(awstest.ID, path, aws.NewJudge(catalog.AWS())), users)); diff != "" {
				t.Errorf("the exported file gives other answers (-API +file):\n%s", diff)
			}
		})
	}
}
