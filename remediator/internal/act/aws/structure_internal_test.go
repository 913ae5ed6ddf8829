package aws

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/testkit"
)

// What a dry run holds cannot write: not by its own methods, not through an
// interface that it could be turned into, and not with the SDK's client inside,
// which refuses before anything is sent.
func TestReaderCannotWrite(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests++ }))
	t.Cleanup(server.Close)
	r, err := NewReader(t.Context(), Account{ID: "123456789012", Region: "us-east-1", Endpoint: server.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	api := r.source.(*live)
	if _, ok := any(r).(interface {
		Write() error
	}); ok || slices.Contains(methods(r), "Write") {
		t.Error("the reader has a method Write")
	}
	name := "x"
	_, err = api.c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: &name, PolicyDocument: &name})
	if err == nil || !strings.Contains(err.Error(), "PutUserPolicy is not a reading call") || requests != 0 {
		t.Errorf("a write through the reader's client: %v, %d requests", err, requests)
	}
	// Every operation of IAM that is not on the list is refused, so that none
	// slips in with a new version of the SDK.
	for method := range reflect.TypeOf(api.c).Methods() {
		name := method.Name
		if isRead(name) && !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") {
			t.Errorf("%s counts as reading", name)
		}
	}
}

func methods(v any) []string {
	typ := reflect.TypeOf(v)
	names := make([]string, typ.NumMethod())
	for i := range names {
		names[i] = typ.Method(i).Name
	}
	return names
}

// called returns the operations of IAM that the package calls, from its source.
func called(t *testing.T) []string {
	t.Helper()
	operations := map[string]bool{}
	client := reflect.TypeFor[*iam.Client]()
	parsed, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0) //nolint:staticcheck // Build tags don't matter here.
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed["aws"], func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name := selector.Sel.Name
		if page, ok := strings.CutPrefix(name, "New"); ok && strings.HasSuffix(page, "Paginator") {
			operations[strings.TrimSuffix(page, "Paginator")] = true
		} else if inner, ok := selector.X.(*ast.SelectorExpr); ok && inner.Sel.Name == "c" {
			if _, ok := client.MethodByName(name); ok {
				operations[name] = true
			}
		}
		return true
	})
	return slices.Sorted(func(yield func(string) bool) {
		for name := range operations {
			if !yield("iam:" + name) {
				return
			}
		}
	})
}

// The documented policy grants what the code calls, and nothing else.
func TestWritePolicy(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "policies", "remediator-aws-write.json"))
	if err != nil {
		t.Fatal(err)
	}
	var policy struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	var granted []string
	for _, s := range policy.Statement {
		granted = append(granted, s.Action...)
	}
	slices.Sort(granted)
	want := called(t)
	if len(want) < 15 {
		t.Fatalf("only %d calls were found in the source: %q", len(want), want)
	}
	if diff := cmp.Diff(want, granted); diff != "" {
		t.Errorf("the policy and the calls differ (-called +granted):\n%s", diff)
	}
	for _, a := range want {
		name := strings.TrimPrefix(a, "iam:")
		if read := strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List"); read != isRead(name) {
			t.Errorf("%s: reading is %t, the guard says %t", a, read, isRead(name))
		}
	}
}
