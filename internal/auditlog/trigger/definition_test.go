package trigger_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

type triggerFile struct {
	Use []trigger.Use        `yaml:"use"`
	Own []trigger.Definition `yaml:"own"`
}

// shipped is a trigger with parameters of every kind.
func shipped() trigger.Definition {
	node := func(f query.Field, op query.Operator, values ...string) query.Node {
		return query.Node{Field: f, Operator: op, Values: values}
	}
	return trigger.Definition{
		Name: "shipped", Title: "Shipped", Severity: "warning", Clouds: []entitlement.Cloud{entitlement.AWS},
		Where: trigger.Condition{Node: &query.Node{All: []query.Node{
			node(query.Action, query.Is, "iam:CreateUser"), node(query.Role, query.IsNot, "$roles"), node(query.Username, query.Matches, "$users", "always"),
			{Not: &query.Node{Any: []query.Node{node(query.Address, query.InCIDR, "$networks"), node(query.Address, query.NotInCIDR, "$networks")}}},
		}}},
		Parameters: []trigger.Parameter{{Name: "roles", Values: []string{"ITAdmins"}}, {Name: "users", Required: true}, {Name: "networks"}},
	}
}

func configure(t *testing.T, text string) ([]trigger.Definition, error) {
	t.Helper()
	var f triggerFile
	if err := config.DecodeStrict(strings.NewReader(text), &f); err != nil {
		return nil, err
	}
	return trigger.Configure([]trigger.Definition{shipped()}, f.Use, f.Own)
}

func text(n *query.Node) string {
	q := query.Query{Where: n}
	return q.String()
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	list, err := configure(t, `
use:
  - name: shipped
    values: {users: [ana, "b*"], roles: []}
    systems: [012345678901]
    where: 'not region:us-east-1'
    owner: sec
own:
  - name: own
    enabled: true
    severity: critical
    where: 'outcome:denied and user:$people'
    folders: [prod]
    parameters: [{name: people, values: [x, y]}]
  - name: tree
    severity: info
    where: {any: [{field: system, op: is, values: [012345678901]}, {field: id, op: exists, disabled: true}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range list {
		got = append(got, text(list[i].Condition()))
	}
	if !list[0].Enabled || list[0].Owner != "sec" || list[0].Severity != "warning" || list[2].Enabled {
		t.Errorf("got %+v", list[0])
	}
	golden := []query.Node{
		{All: []query.Node{
			{Field: query.Cloud, Operator: query.In, Values: []string{"aws"}},
			{Any: []query.Node{{Field: query.System, Operator: query.In, Values: []string{"012345678901"}}}},
			{All: []query.Node{
				{All: []query.Node{
					{Field: query.Action, Operator: query.Is, Values: []string{"iam:CreateUser"}},
					{Field: query.ID, Operator: query.Exists}, // Not one of no roles.
					{Field: query.Username, Operator: query.Matches, Values: []string{"ana", "b*", "always"}},
					{Not: &query.Node{Any: []query.Node{{Field: query.ID, Operator: query.NotExists}, {Field: query.ID, Operator: query.Exists}}}},
				}},
				{Not: &query.Node{Field: query.Region, Operator: query.Is, Values: []string{"us-east-1"}}},
			}},
		}},
		{All: []query.Node{
			{Any: []query.Node{{Field: query.Folder, Operator: query.In, Values: []string{"prod"}}}},
			{All: []query.Node{
				{Field: query.Outcome, Operator: query.Is, Values: []string{"authorization_failure"}},
				{Field: query.Username, Operator: query.In, Values: []string{"x", "y"}},
			}},
		}},
	}
	for i := range golden {
		if diff := cmp.Diff(text(&golden[i]), got[i]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list[i].Name, diff)
		}
	}
	if shipped := shipped(); len(shipped.Parameters[0].Values) != 1 || shipped.Enabled {
		t.Error("the shipped trigger was changed")
	}
}

func TestConfigureRejects(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"use: [{name: other}]": `trigger "other": name: no trigger of this name ships`,
		"use: [{name: shipped, values: {users: [a]}}, {name: shipped}]": `trigger "shipped": name: it stands twice`,
		"use: [{name: shipped}]":                                              `trigger "shipped": parameters[1].values: missing; an enabled trigger needs values of users`,
		"use: [{name: shipped, values: {users: [a], user: [b]}}]":             `trigger "shipped": values.user: the trigger has no such parameter`,
		"use: [{name: shipped, values: {users: [a], networks: [b]}}]":         `trigger "shipped": query: where.all[3].not.any[0].values[0]: `,
		"use: [{name: shipped, values: {users: [a]}, severity: loud}]":        `trigger "shipped": severity: "loud" is not one of critical, warning, info`,
		"use: [{name: shipped, volumes: 1}]":                                  `line 1: there is no field "volumes"`,
		"own: [{name: shipped, where: x, severity: info}]":                    `trigger "shipped": name: another trigger has the same; choose another`,
		"own: [{name: 'a b', where: x, severity: info}]":                      `trigger "a b": name: "a b" is not made of small letters, digits and single hyphens`,
		"own: [{where: x, severity: info}]":                                   `trigger "": name: missing; name the trigger`,
		"own: [{name: a, severity: info}]":                                    `trigger "a": where: missing; say what the trigger looks for`,
		"own: [{name: a, where: 'user:$x', severity: info}]":                  `trigger "a": where: there is no parameter "x" for $x; add it to parameters`,
		"own: [{name: a, where: x, severity: info, parameters: [{name: y}]}]": `trigger "a": parameters[0].name: where has no $y`,
		"own: [{name: a, where: 'x | count by user', severity: info}]":        `only conditions may stand here`,
		"own: [{name: a, where: [x], severity: info}]":                        `a condition is a text or a mapping`,
		"own: [{name: a, where: {feild: x}, severity: info}]":                 `where.feild`,
		"own: [{name: a, where: x, severity: info, owner: ' b'}]":             `trigger "a": owner: " b" begins or ends with a space`,
		`own: [{name: a, where: x, severity: info, why: "a\x07"}]`:            `trigger "a": why: it has a control character`,
	} {
		if _, err := configure(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v\nwant %s", text, err, want)
		}
	}
}

// A trigger's query is what a person would search for.
func TestQuery(t *testing.T) {
	t.Parallel()
	d := shipped()
	q := d.Query()
	if err := q.Validate(); err != nil || len(q.Clouds) != 1 || strings.Contains(q.String(), "$") {
		t.Errorf("got %s, %v", q.String(), err)
	}
}
