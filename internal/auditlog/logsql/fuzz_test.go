package logsql_test

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// Whatever a user writes as a value, the engine reads the statement that was
// meant: the same filters and pipes in the same places as with a harmless word.
func FuzzStructure(f *testing.F) {
	for i, v := range odd() {
		f.Add(v, uint8(i), uint8(i/3))
	}
	f.Add(`" | delete _msg`, uint8(3), uint8(0))
	f.Fuzz(func(t *testing.T, value string, field, operator uint8) {
		q := asking(value, field, operator)
		p, err := logsql.Compile(q, fuzzOptions(value))
		if err != nil {
			t.Skip() // Not UTF-8, empty, or not one of an enumeration.
		}
		statements := []string{p.LogsQL}
		for i := range p.Parts {
			statements = append(statements, p.Parts[i].LogsQL(), p.Parts[i].Within([][]string{{value}, {"x"}}), p.Parts[i].Rest([][]string{{value}}, logsql.CountColumn))
		}
		for _, s := range statements {
			checkStructure(t, s)
		}
	})
}

func asking(value string, field, operator uint8) *query.Query {
	fields := query.Fields()
	info := fields[int(field)%len(fields)]
	op := info.Operators[int(operator)%len(info.Operators)]
	if plain, _ := op.Plain(); plain == query.InCIDR || info.Kind == query.KindTime {
		op, info.Name = query.Contains, query.Text // Networks and times are written anew, so they are no user's text.
	}
	leaf := query.Node{Field: info.Name, Operator: op}
	if plain, _ := op.Plain(); plain != query.Exists {
		leaf.Values = []string{value}
	}
	other := query.Node{Field: query.Name, Operator: query.Is, Values: []string{"x"}}
	q := &query.Query{Where: &query.Node{Any: []query.Node{{All: []query.Node{other, leaf, other}}, {Not: &leaf}}}}
	q.Systems = []entitlement.SystemID{entitlement.SystemID(value)}
	if operator%2 == 0 {
		q.Group = &query.Group{By: []query.Field{query.Action}, Aggregates: []query.Aggregate{{Function: query.Count}, {Function: query.Unique, Field: query.Resource}}}
	}
	return q
}

func fuzzOptions(value string) logsql.Options {
	o := options()
	o.Scope = &[]entitlement.SystemID{entitlement.SystemID(value), "y"}
	o.Folders = func(string) []entitlement.SystemID { return []entitlement.SystemID{entitlement.SystemID(value)} }
	o.Tagged = func(query.Field, string, string, query.Operator) ([]string, error) { return []string{value, "z"}, nil }
	return o
}

func checkStructure(t *testing.T, statement string) {
	t.Helper()
	bare := skeleton(t, statement)
	if !regexp.MustCompile(`^[a-z0-9_ :~=<>!(),{}|*"]*$`).MatchString(bare) {
		t.Fatalf("text outside of quotes: %s", bare)
	}
	got := parsed(t, statement)
	if diff := cmp.Diff(parsed(t, bare), got); diff != "" {
		t.Fatalf("%s\nis read differently from %s\n(-harmless +got):\n%s", statement, bare, diff)
	}
	// The nodes of a cluster get the statement as the engine prints it.
	q, _ := logstorage.ParseQuery(statement)
	if diff := cmp.Diff(got, parsed(t, q.String())); diff != "" {
		t.Fatalf("%s\nis printed as %s\nwhich differs (-read +printed):\n%s", statement, q, diff)
	}
}

// skeleton replaces quoted texts by a word.
func skeleton(t *testing.T, statement string) string {
	t.Helper()
	var out strings.Builder
	for statement != "" {
		i := strings.IndexByte(statement, '"')
		if i < 0 {
			break
		}
		quoted, err := strconv.QuotedPrefix(statement[i:])
		if err != nil {
			t.Fatalf("a quote is not closed: %s", statement[i:])
		}
		out.WriteString(statement[:i])
		statement = statement[i+len(quoted):]
		out.WriteString(`"zzz"`)
	}
	return out.String() + statement
}

// parsed describes what the engine reads: the kinds of filters and pipes, how
// they nest, and the columns they are about.
func parsed(t *testing.T, statement string) string {
	t.Helper()
	q, err := logstorage.ParseQuery(statement)
	if err != nil {
		t.Fatalf("parse %s: %v", statement, err)
	}
	var out strings.Builder
	describe(&out, reflect.ValueOf(q).Elem(), "")
	return out.String()
}

func describe(out *strings.Builder, v reflect.Value, indent string) {
	switch v.Kind() { //nolint:exhaustive // The rest holds no filters.
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			describe(out, v.Elem(), indent)
		}
	case reflect.Slice:
		out.WriteString(indent + "list of " + strconv.Itoa(v.Len()) + "\n")
		for i := range v.Len() {
			describe(out, v.Index(i), indent+"  ")
		}
	case reflect.Struct:
		if !strings.Contains(v.Type().PkgPath(), "logstorage") {
			return
		}
		out.WriteString(indent + v.Type().Name() + "\n")
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; name {
			case "fieldName", "tagName", "op", "resultName":
				out.WriteString(indent + "  " + name + " " + v.Field(i).String() + "\n")
			case "opts", "tokens", "tokensHashes", "tokenSets", "steps":
			default:
				describe(out, v.Field(i), indent+"  ")
			}
		}
	}
}
