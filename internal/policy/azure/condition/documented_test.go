package condition_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/policy/azure/condition"
)

const (
	readBlob = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	assign   = "Microsoft.Authorization/roleAssignments/write"
	unassign = "Microsoft.Authorization/roleAssignments/delete"
)

// case is one evaluation: "name=value" in context, "-name" is absent.
type example struct {
	text, action string
	context      []string
	want         condition.Truth
	keys         string
}

func (x example) check(t *testing.T) {
	t.Helper()
	e, err := condition.Parse(x.text)
	if err != nil {
		t.Fatalf("parse %s: %v", x.text, err)
	}
	r := condition.Request{Action: strings.ToLower(x.action), Context: map[string][]string{}}
	for _, c := range x.context {
		if name, ok := strings.CutPrefix(c, "-"); ok {
			r.Absent = append(r.Absent, name)
			continue
		}
		name, value, _ := strings.Cut(c, "=")
		r.Context[name] = append(r.Context[name], value)
	}
	got, keys := e.Truth(&r, nil)
	slices.Sort(keys)
	if joined := strings.Join(slices.Compact(keys), " "); got != x.want || joined != x.keys {
		t.Errorf("%s\nfor %s with %v: got %v by %q, want %v by %q", x.text, x.action, x.context, got, joined, x.want, x.keys)
	}
}

// TestOperators holds the examples of
// https://learn.microsoft.com/azure/role-based-access-control/conditions-format
// and what the text there says beside them.
func TestOperators(t *testing.T) {
	t.Parallel()
	const name, yes, no = "@Resource[name1]", condition.Yes, condition.No
	for _, x := range []example{
		{"ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'}", readBlob, nil, yes, ""},
		{"ActionMatches{'Microsoft.Authorization/roleAssignments/*'}", assign, nil, yes, ""},
		{"ActionMatches{'Microsoft.Authorization/roleDefinitions/*'}", assign, nil, no, ""},
		{"Resource[name1] StringLike 'a*c?'", "", []string{name + "=abcd"}, yes, ""},
		{"Resource[name1] StringLike 'A*C?'", "", []string{name + "=abcd"}, no, ""},
		{"Resource[name1] StringLike 'a*c'", "", []string{name + "=abcd"}, no, ""},
		{`@Resource[name1] StringLike 'a\*c'`, "", []string{name + "=abc"}, no, ""},
		{`@Resource[name1] StringLike 'a\*c'`, "", []string{name + "=a*c"}, yes, ""},
		{"@Resource[name1] StringLikeIgnoreCase 'A*C?'", "", []string{name + "=abcd"}, yes, ""},
		{"@Resource[name1] StringNotLike 'a*'", "", []string{name + "=abcd"}, no, ""},
		{"@Resource[name1] StringLike 'caf?'", "", []string{name + "=café"}, yes, ""},
		{"@Resource[name1] StringStartsWith 'ab'", "", []string{name + "=abcd"}, yes, ""},
		{"@Resource[name1] StringNotStartsWithIgnoreCase 'AB'", "", []string{name + "=abcd"}, no, ""},
		{"@Resource[name1] StringEquals 'Abcd'", "", []string{name + "=abcd"}, no, ""},
		{"@Resource[name1] StringEqualsIgnoreCase 'Abcd'", "", []string{name + "=abcd"}, yes, ""},
		{"@Resource[name1] StringNotEquals 'Abcd'", "", []string{name + "=abcd"}, yes, ""},
		{"{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}", "", nil, yes, ""},
		{"{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'orange', 'green'}", "", nil, no, ""},
		{"{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}", "", nil, yes, ""},
		{"{'red', 'blue'} ForAllOfAnyValues:StringEquals {'red', 'green'}", "", nil, no, ""},
		{"{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}", "", nil, yes, ""},
		{"{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}", "", nil, no, ""},
		{"{10, 20} ForAllOfAllValues:NumericLessThan {25, 30}", "", nil, yes, ""},
		{"{10, 20} ForAllOfAllValues:NumericLessThan {15, 25, 30}", "", nil, no, ""},
		{"@Resource[Microsoft.Storage/storageAccounts:isHnsEnabled] BoolEquals true", "", []string{"@Resource[Microsoft.Storage/storageAccounts:isHnsEnabled]=True"}, yes, ""},
		{"@Request[v] DateTimeEquals '2022-06-01T00:00:00.0Z'", "", []string{"@Request[v]=2022-06-01T02:00:00+02:00"}, yes, ""},
		{"@Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.000Z'", "", []string{"@Environment[UtcNow]=2023-05-01T13:00:00.0000001Z"}, yes, ""},
		{"@Request[v] NumericGreaterThanEquals 3", "", []string{"@Request[v]=3"}, yes, ""},
		{"@Request[v] GuidEquals 5e467623-bb1f-42f4-a55d-6e525e11384b", "", []string{"@Request[v]=5E467623BB1F42F4A55D6E525E11384B"}, yes, ""},
		{"@Request[v] GuidNotEquals '5e467623-bb1f-42f4-a55d-6e525e11384b'", "", []string{"@Request[v]=/providers/x/5e467623-bb1f-42f4-a55d-6e525e11384b"}, no, ""},
		{"Exists @Request[v]", "", []string{"@Request[v]=1"}, yes, ""},
		{"NOT Exists @Request[v]", "", []string{"-@Request[v]"}, yes, ""},
		{"@Request[v] DateTimeEquals '2022-06-01T00:00:00.0Z' OR NOT Exists @Request[v]", "", []string{"-@Request[v]"}, yes, ""},
		{"SubOperationMatches{'Blob.List'}", "", []string{"subOperation=blob.list"}, yes, ""},
		{"@Request[subOperation] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Blob.List'}", "", []string{"subOperation=blob.list"}, yes, ""},
	} {
		x.check(t)
	}
}

// TestStorageExamples holds conditions of
// https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples.
func TestStorageExamples(t *testing.T) {
	t.Parallel()
	const (
		tag  = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:Project<$key_case_sensitive$>]"
		sent = "@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags&$keys$&]"
		sub  = "@Request[subOperation]"

		byTag = "((!(ActionMatches{'" + readBlob + "'} AND NOT SubOperationMatches{'Blob.List'})) OR (" + tag + " StringEquals 'Cascade'))"
		keyed = "((!(ActionMatches{'" + readBlob + "'}))OR(" + sent + " ForAllOfAnyValues:StringEquals {'Project', 'Program'}))"
		write = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"
	)
	for _, x := range []example{
		{byTag, write, nil, condition.Yes, ""},
		{byTag, readBlob, nil, condition.Maybe, sub + " " + tag},
		{byTag, readBlob, []string{"subOperation=Blob.List"}, condition.Yes, ""},
		{byTag, readBlob, []string{"-subOperation"}, condition.Maybe, tag},
		{byTag, readBlob, []string{"-subOperation", tag + "=Cascade"}, condition.Yes, ""},
		{byTag, readBlob, []string{"-subOperation", tag + "=cascade"}, condition.No, ""},
		{byTag, readBlob, []string{tag + "=Baker"}, condition.Maybe, sub},
		{byTag, readBlob, []string{"-subOperation", strings.ToLower(strings.Replace(tag, "Project", "X", 1)) + "=Cascade"}, condition.Maybe, tag},
		{byTag, readBlob, []string{"-subOperation", strings.Replace(strings.ToUpper(tag), "PROJECT", "Project", 1) + "=Cascade"}, condition.Yes, ""},
		{byTag, readBlob, []string{"-subOperation", strings.ToUpper(tag) + "=Cascade"}, condition.Maybe, tag},
		{byTag, readBlob, []string{"-subOperation", "-" + tag}, condition.No, ""},
		{keyed, readBlob, []string{sent + "=Project", sent + "=Program"}, condition.Yes, ""},
		{keyed, readBlob, []string{sent + "=Project", sent + "=Owner"}, condition.No, ""},
		{keyed, write, []string{sent + "=Owner"}, condition.Yes, ""},
	} {
		x.check(t)
	}
}

// TestDelegationExamples holds conditions of
// https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples.
func TestDelegationExamples(t *testing.T) {
	t.Parallel()
	const (
		roles = "{5e467623-bb1f-42f4-a55d-6e525e11384b, a795c7a0-d4a2-40c1-ae25-d81f01202912}"
		asked = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
		held  = "@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
		kind  = "@Request[Microsoft.Authorization/roleAssignments:PrincipalType]"
		text  = "((!(ActionMatches{'" + assign + "'})) OR (" + asked + " ForAnyOfAnyValues:GuidEquals " + roles +
			" AND " + kind + " ForAnyOfAnyValues:StringEqualsIgnoreCase {'User', 'Group'})) AND ((!(ActionMatches{'" + unassign + "'})) OR (" +
			held + " ForAnyOfAnyValues:GuidEquals " + roles + "))"
		reader = "a795c7a0-d4a2-40c1-ae25-d81f01202912"
		owner  = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
	)
	for _, x := range []example{
		{text, readBlob, nil, condition.Yes, ""},
		{text, assign, nil, condition.Maybe, kind + " " + asked},
		{text, assign, []string{asked + "=" + owner}, condition.No, ""},
		{text, assign, []string{asked + "=" + reader}, condition.Maybe, kind},
		{text, assign, []string{asked + "=" + reader, kind + "=user"}, condition.Yes, ""},
		{text, assign, []string{asked + "=" + reader, kind + "=ServicePrincipal"}, condition.No, ""},
		{text, unassign, []string{held + "=" + reader}, condition.Yes, ""},
		{text, unassign, []string{held + "=" + owner}, condition.No, ""},
		{text, unassign, []string{asked + "=" + reader}, condition.Maybe, held},
		{text, unassign, []string{held + "=no GUID"}, condition.Maybe, held},
	} {
		x.check(t)
	}
}

// TestDoubt holds what the package's documentation says of it.
func TestDoubt(t *testing.T) {
	t.Parallel()
	const a, b, c = "@Request[a] BoolEquals true", "@Request[b] BoolEquals true", "@Request[c] BoolEquals true"
	const yes, no, maybe = condition.Yes, condition.No, condition.Maybe
	for _, x := range []example{
		// (a and b) or c is true, a and (b or c) is false.
		{a + " AND " + b + " OR " + c, "", []string{"@Request[a]=false", "@Request[b]=true", "@Request[c]=true"}, maybe, ""},
		{a + " && " + b + " || " + c, "", []string{"@Request[a]=true", "@Request[b]=false", "@Request[c]=true"}, yes, ""},
		{a + " OR " + b + " AND " + c, "", []string{"@Request[a]=false", "@Request[b]=true", "@Request[c]=false"}, no, ""},
		{a + " AND " + b + " AND " + c, "", []string{"@Request[a]=false"}, no, ""},
		{a + " OR " + b + " OR " + c, "", []string{"@Request[c]=true"}, yes, ""},
		{a + " OR " + b, "", []string{"@Request[a]=false"}, maybe, "@Request[b]"},
		{"NOT (" + a + ")", "", nil, maybe, "@Request[a]"},
		{"@Request[v] StringEquals {'x', 'y'}", "", []string{"@Request[v]=x"}, maybe, "@Request[v]"},
		{"@Request[v] StringEquals {'x', 'y'}", "", []string{"@Request[v]=z"}, no, ""},
		{"@Request[v] StringNotEquals {'x', 'y'}", "", []string{"@Request[v]=z"}, yes, ""},
		{"@Request[v] StringEquals 'x'", "", []string{"-@Request[v]"}, no, ""},
		{"@Request[v] StringNotEquals 'x'", "", []string{"-@Request[v]"}, yes, ""},
		{"@Request[v] ForAnyOfAnyValues:StringNotEquals {'x'}", "", []string{"-@Request[v]"}, no, ""},
		{"@Request[v] ForAllOfAnyValues:StringEquals {'x'}", "", []string{"-@Request[v]"}, yes, ""},
		{"@Request[v] NumericLessThan 3", "", []string{"@Request[v]=two"}, maybe, "@Request[v]"},
		{"@Resource[a] StringEquals @Principal[b]", "", []string{"@Resource[a]=x"}, maybe, "@Principal[b]"},
		{"@Resource[a] StringEquals @Principal[b]", "", []string{"@Resource[a]=x", "@Principal[b]=x"}, yes, ""},
	} {
		x.check(t)
	}
}

// TestParseErrors holds the errors, which say where.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "character 1: unexpected the end, want a value",
		"(ActionMatches{'a'}":               `character 20: unexpected the end, want ")"`,
		"ActionMatches{'a'":                 `character 18: unexpected the end, want "}"`,
		"ActionMatches{'a}":                 `character 15: "'" is never closed`,
		"ActionMatches{''}":                 "character 14: ActionMatches names no action",
		"ActionMatches{'a'} )":              `character 20: unexpected ")", want AND, OR or the end`,
		"@Request[v] StringIs 'a'":          `character 13: there is no operator "StringIs"`,
		"@Request[v] ForSome:StringLike 1":  `character 13: there is no quantifier "ForSome"; it is ForAnyOfAnyValues, ForAllOfAnyValues, ForAnyOfAllValues or ForAllOfAllValues`,
		"@Request[v] NumericEquals 'x'":     `character 27: "x" is no value for NumericEquals`,
		"@Request[v] BoolGreaterThan true":  `character 13: there is no operator "BoolGreaterThan"`,
		"@Request[v] GuidLessThanEquals x":  `character 13: there is no operator "GuidLessThanEquals"`,
		"@Nobody[v] StringEquals 'a'":       `character 2: "Nobody" is no source of attributes; it is Resource, Request, Principal or Environment`,
		"@Request StringEquals 'a'":         `character 2: unexpected "Request" after @, want a source and a name, as @Resource[name] has`,
		"@Request[ ] StringEquals 'a'":      "character 9: the attribute has no name",
		"@Request[v] 'a'":                   `character 13: unexpected 'a', want an operator, as StringEquals is`,
		"Exists 'a'":                        `character 8: unexpected 'a' after Exists, want an attribute, as @Request[name] is`,
		"ActionMatches{'a'} XOR Exists":     `character 20: unexpected "XOR", want AND, OR or the end`,
		"ActionMatches{'a'} AND % ":         `character 24: unexpected "%"`,
		strings.Repeat("!", 200) + "(a)":    "character 102: more than 100 levels of parentheses and negations",
		strings.Repeat("a", 70_000):         "character 65537: the condition is longer than 65536 bytes",
		"{'a' 'b'} StringEquals 'a'":        `character 6: unexpected 'b', want "}"`,
		"ActionMatches{@Request[v]}":        `character 15: unexpected "@", want a value`,
		"@Request[v] StringEquals [a]":      `character 26: unexpected [a], want a value`,
		"SubOperationMatches 'Blob.List'":   `character 21: unexpected 'Blob.List', want "{"`,
		"@Request[v] AND ActionMatches{'a'": `character 13: there is no operator "AND"`,
	} {
		if _, err := condition.Parse(text); err == nil || err.Error() != want {
			t.Errorf("parse %.60s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

// TestTruth names the values.
func TestTruth(t *testing.T) {
	t.Parallel()
	for v, want := range map[condition.Truth]string{condition.No: "no", condition.Maybe: "maybe", condition.Yes: "yes"} {
		if v.String() != want || v.Not().Not() != v {
			t.Errorf("got %v, and twice negated %v", v, v.Not().Not())
		}
	}
}
