package logsql_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestFilterInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                     `*`,
		`outcome:denied`:                       `outcome:="authorization_failure"`,
		`outcome!:denied`:                      `!(outcome:="authorization_failure")`,
		`action:IAM:createuser`:                `(action:="iam:CreateUser" or actions:contains_any("[\"iam:CreateUser\"",",\"iam:CreateUser\""))`,
		`user:(ana, bob)`:                      `username:in("ana","bob")`,
		`session:007`:                          `session:~"^007$"`,
		`name:Get*`:                            `name:~"^(?i:Get)"`,
		`session:~ci-`:                         `session:~"ci-|Ci-|cI-|CI-"`,
		`ip:10.0.0.0/8`:                        `address:ipv4_range("10.0.0.0", "10.255.255.255")`,
		`ip:2001:db8::/32`:                     `address:ipv6_range("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")`,
		`read_only:false and not invoked_by:*`: `(!(read_only:="true") !(invoked_by:*))`,
		`time:>2026-01-31T12:00:00Z`:           `_time:>"2026-01-31T12:00:00.000000000Z"`,
		`folder:production`:                    `system:in("111122223333","odd \"system\"")`,
		`folder:none`:                          `!*`,
		`not folder:none or user:ana`:          `*`,
		`user:"\" or *" and (name:a or name:"|")`: `(username:="\" or *" (name:="a" or name:="|"))`,
	} {
		q, err := query.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := logsql.Filter(q.Where, options()); err != nil || got != want {
			t.Errorf("%s\n got %s %v\nwant %s", text, got, err, want)
		}
	}
}

func TestScopeStandsOutermost(t *testing.T) {
	t.Parallel()
	name := &query.Node{Any: []query.Node{{Field: query.Name, Operator: query.Is, Values: []string{"a"}}, {Field: query.Name, Operator: query.Is, Values: []string{"b"}}}}
	for _, c := range []struct {
		scope *[]entitlement.SystemID
		q     query.Query
		want  string
	}{
		{nil, query.Query{Where: name}, `(name:="a" or name:="b")`},
		{&[]entitlement.SystemID{"2", "1", "2"}, query.Query{Where: name}, `({system in ("1","2")} (name:="a" or name:="b"))`},
		{&[]entitlement.SystemID{"1", "2"}, query.Query{Systems: []entitlement.SystemID{"2", "3"}}, `{system in ("2")}`},
		{&[]entitlement.SystemID{"1"}, query.Query{Systems: []entitlement.SystemID{"3"}, Where: name}, `!*`},
		{&[]entitlement.SystemID{}, query.Query{}, `!*`},
		{&[]entitlement.SystemID{""}, query.Query{}, `!*`},
		{nil, query.Query{Systems: []entitlement.SystemID{"3"}, Folders: []string{"production"}}, `{system in ("111122223333","3","odd \"system\"")}`},
		{nil, query.Query{Folders: []string{"nothing"}}, `!*`},
		{nil, query.Query{Clouds: []entitlement.Cloud{"aws"}, Systems: []entitlement.SystemID{"3"}}, `{cloud in ("aws"),system in ("3")}`},
	} {
		o := options()
		o.Scope = c.scope
		p, err := logsql.Compile(&c.q, o)
		if err != nil || p.Filter != c.want || p.Nothing != (c.want == "!*") {
			t.Errorf("%+v: %s, nothing %v, %v; want %s", c.q, p.Filter, p.Nothing, err, c.want)
		}
	}
}

func TestErrorsNameTheNode(t *testing.T) {
	t.Parallel()
	tag := query.Node{Field: query.IdentityTag, Operator: query.Is, Values: []string{"team=a"}}
	folder := query.Node{Field: query.Folder, Operator: query.Is, Values: []string{"production"}}
	many := func(query.Field, string, string, query.Operator) ([]string, error) {
		ids := strings.Fields(strings.Repeat("a b ", 1))
		for i := range 10_001 {
			ids = append(ids, strings.Repeat("x", 1+i%97)+string(rune('a'+i%26))+time.Duration(i).String())
		}
		return ids, nil
	}
	for name, c := range map[string]struct {
		q          query.Query
		o          logsql.Options
		path, want string
	}{
		"no inventory": {query.Query{Where: &query.Node{All: []query.Node{{Not: &tag}}}}, logsql.Options{}, "where.all[0].not", "no inventory of tags"},
		"no folders":   {query.Query{Where: &query.Node{Any: []query.Node{tag, folder}}}, logsql.Options{Tagged: tagged}, "where.any[1]", "there are no folders here"},
		"folders":      {query.Query{Folders: []string{"production"}}, logsql.Options{}, "folders", "there are no folders here"},
		"look-up": {query.Query{Where: &tag}, logsql.Options{Tagged: func(query.Field, string, string, query.Operator) ([]string, error) {
			return nil, errors.New("no snapshot yet")
		}}, "where", `look up identity_tag "team=a": no snapshot yet`},
		"many":        {query.Query{Where: &tag}, logsql.Options{Tagged: many}, "where", "at most 10000 can be asked for"},
		"not a query": {query.Query{Where: &query.Node{Field: "x"}}, logsql.Options{}, "where.field", "is not a field"},
	} {
		_, err := logsql.Compile(&c.q, c.o)
		bad, ok := errors.AsType[*query.Error](err)
		if !ok || bad.Path != c.path || !strings.Contains(bad.Message, c.want) {
			t.Errorf("%s: %v, want %s: %s", name, err, c.path, c.want)
		}
	}
}

func TestStepGivesSomeHundredIntervals(t *testing.T) {
	t.Parallel()
	for span, want := range map[time.Duration]time.Duration{
		time.Second:               time.Second,
		time.Hour:                 30 * time.Second,
		24 * time.Hour:            5 * time.Minute,
		90 * 24 * time.Hour:       12 * time.Hour,
		400 * 24 * time.Hour:      48 * time.Hour,
		50 * 365 * 24 * time.Hour: 61 * 24 * time.Hour,
		20 * 300 * 24 * time.Hour: 28 * 24 * time.Hour,
	} {
		q := query.Query{Range: query.Range{Last: config.Duration(span)}, Series: &query.Series{}}
		p, err := logsql.Compile(&q, options())
		if err != nil || p.Step != want {
			t.Errorf("%s: step %s %v, want %s", span, p.Step, err, want)
		}
	}
}
