package condition_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// FuzzParse reads and evaluates any text. What is certain of an action without
// context stays so with it, and agrees with the evaluation of whole sets.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"((!(ActionMatches{'" + assign + "'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{8b9dfcab4b774632a6df94bd07820648}))",
		"@Resource[HasObotoken] boolequals true && (@Request[a] NumericLessThan 3 || ActionMatches{'*/read'})",
		"NOT Exists @Request[v] AND SubOperationMatches{'Blob.List'} OR {10, 20} ForAllOfAllValues:NumericLessThan {5}",
		`@Resource[a/tags:K<$key_case_sensitive$>] StringLike 'a\*?*'`,
		"", "(", "!", "'", "{", "@Request[", "@Request[v] DateTimeEquals '2022-06-01T00:00:00.0Z'",
	} {
		f.Add(s, "a value")
	}
	names := []string{strings.ToLower(assign), strings.ToLower(readBlob), "microsoft.storage/storageaccounts/read"}
	all := entitlement.NewActionSet(len(names))
	for i := range names {
		all.Add(i)
	}
	actions := condition.Actions{All: all, Match: func(p string) entitlement.ActionSet {
		set := entitlement.NewActionSet(len(names))
		for i, n := range names {
			if condition.Wildcard(p, n) {
				set.Add(i)
			}
		}
		return set
	}}
	f.Fuzz(func(t *testing.T, text, value string) {
		e, err := condition.Parse(text)
		if err != nil {
			if e != nil || !strings.HasPrefix(err.Error(), "character ") {
				t.Fatalf("got %v, %v", e, err)
			}
			return
		}
		context := map[string][]string{}
		for _, k := range e.Keys() {
			context[k] = []string{value}
		}
		sure, never := e.Split(actions)
		for i, name := range names {
			bare, keys := e.Truth(&condition.Request{Action: name}, nil)
			if sure.Has(i) != (bare == condition.Yes) || never.Has(i) != (bare == condition.No) {
				t.Fatalf("%s for %s: %v alone, in sets %v and %v", text, name, bare, sure.Has(i), never.Has(i))
			}
			if bare != condition.Maybe && len(keys) > 0 {
				t.Fatalf("%s for %s is %v and hangs on %v", text, name, bare, keys)
			}
			if full, _ := e.Truth(&condition.Request{Action: name, Context: context}, nil); bare != condition.Maybe && full != bare {
				t.Fatalf("%s for %s: %v without context, %v with", text, name, bare, full)
			}
		}
	})
}
