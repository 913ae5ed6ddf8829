package azure_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
)

// via is what a test compares of a Via.
type via struct {
	Scope       entitlement.ResourceID
	Role, Group string
	Conditional bool
}

func short(in []azure.Via) []via {
	var out []via
	for _, v := range in {
		out = append(out, via{v.Grant.Scope, v.Role.Name, string(v.Group), v.Conditional})
	}
	return out
}

// TestVia lists grants, one's own first and then those of groups, nested too.
func TestVia(t *testing.T) {
	t.Parallel()
	past := func(g *entitlement.RoleGrant) { g.Until = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	eligible := func(g *entitlement.RoleGrant) { g.Eligible = true }
	const guarded = "(!(ActionMatches{'" + listKeys + "'})) OR (@Request[x] StringEquals 'v')"
	e := newEstate().member("u", "g").member("g", "h").member("h", "g").
		grant("h", readerRole, sub).
		grant("g", ownerRole, group, eligible).
		grant("u", contributorRole, sub, past).
		grant("u", contributorRole, vault).
		grant("u", contributorRole, store, under(guarded)).
		grant("u", "gone", sub).
		grant("u", "", sub, func(g *entitlement.RoleGrant) { g.Classic = "AccountAdministrator" })
	e.CollectedAt = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	s := e.compile()
	if diff := cmp.Diff([]via{
		{vault, "Contributor", "", false},
		{store, "Contributor", "", true},
		{sub, "gone", "", false},
		{group, "Owner", "g", true},
		{sub, "Reader", "h", false},
	}, short(s.Grants("U"))); diff != "" {
		t.Errorf("grants: %s", diff)
	}
	for action, want := range map[entitlement.Action][]via{
		listKeys:                                 {{store, "Contributor", "", true}, {group, "Owner", "g", true}},
		"microsoft.storage/storageaccounts/read": {{store, "Contributor", "", false}, {group, "Owner", "g", true}, {sub, "Reader", "h", false}},
		readBlob:                                 nil,
	} {
		if diff := cmp.Diff(want, short(s.Via("u", action))); diff != "" {
			t.Errorf("%s: %s", action, diff)
		}
	}
	if got := s.Grants("nobody"); got != nil {
		t.Errorf("got %v for nobody", got)
	}
}

// TestProblems reports once what could not be understood.
func TestProblems(t *testing.T) {
	t.Parallel()
	e := newEstate().
		grant("u", "gone", sub).grant("v", "gone", group).
		grant("u", readerRole, foreignScope).
		grant("u", readerRole, sub, under("nonsense")).
		role("r", block{Actions: []string{"*"}, Condition: "?"}).grant("u", "r", sub).
		grant("Ana@Example.com", "", sub, func(g *entitlement.RoleGrant) { g.Classic = "CoAdministrator" }).
		deny(sub, []string{"u"}, nil, block{Actions: []string{"x/y"}, Condition: "("})
	for i := range e.Grants {
		e.Grants[i].ID = string(rune('a' + i))
	}
	e.Denials[0].ID = "d"
	e.Ancestors = nil
	e.grant("u", readerRole, "/providers/Microsoft.Management/managementGroups/mg")
	e.grant("u", readerRole, " ", func(g *entitlement.RoleGrant) { g.ID = "e" }).grant("", readerRole, sub, func(g *entitlement.RoleGrant) { g.ID = "f" })
	var got []string
	for _, p := range e.compile().Problems() {
		got = append(got, p.Code+": "+p.Subject+": "+p.Message)
	}
	want := []string{
		"malformed_assignment: role assignment e: it has no scope: it does not count",
		"malformed_assignment: role assignment f: it has no principal: it does not count",
		"scope_outside_system: role assignment c: its scope /subscriptions/11111111-1111-1111-1111-111111111111 is neither in subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 nor above it: it does not count here",
		"unknown_classic_administrator: ana@example.com: ana@example.com is CoAdministrator of the subscription and no identity has this address: collect the users of the directory to see whose access it is",
		"unknown_management_groups: mg: the management groups above subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 are not known; mg is taken for one of them: let the collector read management groups",
		"unknown_role: gone: a role assignment gives role gone, of which there is no definition: it grants nothing here; collect the custom roles of the scopes above the subscription",
		"unreadable_condition: deny assignment d: its condition cannot be read, character 2: unexpected the end, want a value: what it guards is shown as conditional",
		"unreadable_condition: role assignment d: its condition cannot be read, character 9: unexpected the end, want an operator, as StringEquals is: what it guards is shown as conditional",
		`unreadable_condition: role r: its condition cannot be read, character 1: unexpected "?": what it guards is shown as conditional`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
