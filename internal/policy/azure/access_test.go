package azure_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	readVault   = "Microsoft.KeyVault/vaults/read"
	readKeys    = "Microsoft.KeyVault/vaults/keys/read" // On both planes.
	deleteGroup = "Microsoft.Resources/subscriptions/resourceGroups/delete"
)

// TestAccess holds the reach of one action and whether it is conditional.
func TestAccess(t *testing.T) {
	t.Parallel()
	const all, part, named, none = entitlement.ReachAll, entitlement.ReachPart, entitlement.ReachNamed, entitlement.ReachNone
	eligible := func(g *entitlement.RoleGrant) { g.Eligible = true }
	guarded := under("((!(ActionMatches{'" + listKeys + "'})) OR (@Request[x] StringEquals 'v'))")
	everything, u := block{Actions: []string{"*"}}, []string{"u"}
	guardedBlock := everything
	guardedBlock.Condition = "@Request[x] StringEquals 'v'"
	tests := map[string]struct {
		estate      estate
		action      string
		want        entitlement.Reach
		conditional bool
	}{
		"root":                           {newEstate().grant("u", ownerRole, "/"), listKeys, all, false},
		"management group":               {newEstate().grant("u", ownerRole, "/providers/Microsoft.Management/managementGroups/prod"), listKeys, all, false},
		"subscription":                   {newEstate().grant("u", ownerRole, sub), listKeys, all, false},
		"group":                          {newEstate().grant("u", ownerRole, group), listKeys, part, false},
		"resource":                       {newEstate().grant("u", ownerRole, store), listKeys, named, false},
		"type below the resource":        {newEstate().grant("u", blobReaderRole, store), readBlob, part, false},
		"resource of another provider":   {newEstate().grant("u", ownerRole, vault), listKeys, none, false},
		"extension of any resource":      {newEstate().grant("u", ownerRole, vault), assign, named, false},
		"other tenants' things":          {newEstate().grant("u", ownerRole, "/providers/Microsoft.Billing/billingAccounts/1"), listKeys, none, false},
		"another subscription":           {newEstate().grant("u", ownerRole, foreignScope), listKeys, none, false},
		"the widest counts":              {newEstate().grant("u", ownerRole, store).grant("u", ownerRole, sub).grant("u", ownerRole, group), listKeys, all, false},
		"no data actions":                {newEstate().grant("u", ownerRole, sub), readBlob, none, false},
		"guarded":                        {newEstate().grant("u", ownerRole, sub, guarded), listKeys, all, true},
		"the guard spares others":        {newEstate().grant("u", ownerRole, sub, guarded), readVault, all, false},
		"guarded at the widest":          {newEstate().grant("u", ownerRole, sub, guarded).grant("u", ownerRole, group), listKeys, all, true},
		"guarded and not":                {newEstate().grant("u", ownerRole, sub, guarded).grant("u", ownerRole, sub), listKeys, all, false},
		"guarded block":                  {newEstate().role("r", guardedBlock).grant("u", "r", sub), listKeys, all, true},
		"one block guarded":              {newEstate().role("r", guardedBlock, block{Actions: []string{listKeys}}).grant("u", "r", sub), listKeys, all, false},
		"unreadable condition":           {newEstate().grant("u", ownerRole, sub, under("?")), listKeys, all, true},
		"impossible condition":           {newEstate().grant("u", ownerRole, sub, under("ActionMatches{'*/read'}")), listKeys, none, false},
		"eligible":                       {newEstate().grant("u", ownerRole, sub, eligible), listKeys, all, true},
		"denied":                         {newEstate().grant("u", ownerRole, sub).deny(sub, u, nil, everything), listKeys, none, false},
		"denied on one of its planes":    {newEstate().grant("u", ownerRole, sub).deny(sub, u, nil, block{DataActions: []string{"*"}}), readKeys, all, true},
		"denied on both of its planes":   {newEstate().grant("u", ownerRole, sub).deny(sub, u, nil, block{Actions: []string{"*"}, DataActions: []string{"*"}}), readKeys, none, false},
		"denied above":                   {newEstate().grant("u", ownerRole, sub).deny("/", u, nil, everything), listKeys, none, false},
		"denied in a part":               {newEstate().grant("u", ownerRole, sub).deny(group, u, nil, everything), listKeys, part, false},
		"denied in the part granted":     {newEstate().grant("u", ownerRole, group).deny(group, u, nil, everything), listKeys, none, false},
		"denied above the part granted":  {newEstate().grant("u", ownerRole, store).deny(group, u, nil, everything), listKeys, none, false},
		"denied in another part":         {newEstate().grant("u", ownerRole, group).deny(group+"2", u, nil, everything), listKeys, part, false},
		"denied on one resource":         {newEstate().grant("u", ownerRole, sub).deny(store, u, nil, everything), listKeys, part, false},
		"denied on another's resource":   {newEstate().grant("u", ownerRole, sub).deny(vault, u, nil, everything), listKeys, all, false},
		"one of two grants denied":       {newEstate().grant("u", ownerRole, group).grant("u", ownerRole, group+"2").deny(group, u, nil, everything), listKeys, part, false},
		"perhaps denied":                 {newEstate().grant("u", ownerRole, sub).deny(sub, u, nil, guardedBlock), listKeys, all, true},
		"perhaps denied in a part":       {newEstate().grant("u", ownerRole, sub).deny(group, u, nil, guardedBlock), listKeys, all, true},
		"perhaps denied in a small part": {newEstate().grant("u", ownerRole, group).deny(store, u, nil, guardedBlock), listKeys, part, false},
		"denied and perhaps denied":      {newEstate().grant("u", ownerRole, sub).deny(group+"2", u, nil, guardedBlock).deny(group, u, nil, everything), listKeys, part, false},
		"denial without inheritance":     {notChildren(newEstate().grant("u", ownerRole, sub).deny(sub, u, nil, everything)), listKeys, part, false},
		"nor for the group itself":       {notChildren(newEstate().grant("u", ownerRole, group).deny(group, u, nil, everything)), deleteGroup, none, false},
		"nor for the resource itself":    {notChildren(newEstate().grant("u", ownerRole, store).deny(store, u, nil, everything)), listKeys, none, false},
		"nor below":                      {notChildren(newEstate().grant("u", blobReaderRole, store).deny(store, u, nil, block{DataActions: []string{"*"}})), readBlob, part, false},
		"nor above":                      {notChildren(newEstate().grant("u", ownerRole, sub).deny("/", u, nil, everything)), listKeys, all, false},
		"not inherited by the system":    {notChildren(newEstate().grant("u", ownerRole, "/").deny(sub, u, nil, everything)), "Microsoft.Storage/register/action", none, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, i := tt.estate.compile().Access("u"), index(t, tt.action)
			if a.Reach(i) != tt.want || a.Conditional.Has(i) != tt.conditional {
				t.Errorf("got reach %v, conditional %v, want %v, %v", a.Reach(i), a.Conditional.Has(i), tt.want, tt.conditional)
			}
		})
	}
}

// TestSuper: every action of the control plane, for certain, in the whole
// subscription.
func TestSuper(t *testing.T) {
	t.Parallel()
	everything := block{Actions: []string{"*"}}
	for name, tt := range map[string]struct {
		estate estate
		want   bool
	}{
		"owner":                {newEstate().grant("u", ownerRole, sub), true},
		"owner above":          {newEstate().grant("u", ownerRole, "/"), true},
		"owner of a group":     {newEstate().grant("u", ownerRole, group), false},
		"by way of a group":    {newEstate().member("u", "g").grant("g", ownerRole, sub), true},
		"custom":               {newEstate().role("r", everything).grant("u", "r", sub), true},
		"contributor":          {newEstate().grant("u", contributorRole, sub), false},
		"eligible":             {newEstate().grant("u", ownerRole, sub, func(g *entitlement.RoleGrant) { g.Eligible = true }), false},
		"conditional":          {newEstate().grant("u", ownerRole, sub, under("@Request[x] StringEquals 'v'")), false},
		"delegating":           {newEstate().grant("u", ownerRole, sub, under("(!(ActionMatches{'"+assign+"'})) OR (@Request[x] StringEquals 'v')")), false},
		"denied in a part":     {newEstate().grant("u", ownerRole, sub).deny(group, []string{"u"}, nil, everything), false},
		"data actions only":    {newEstate().role("r", block{DataActions: []string{"*"}}).grant("u", "r", sub), false},
		"co-administrator":     {newEstate().grant("u", "", sub, func(g *entitlement.RoleGrant) { g.Classic = "CoAdministrator" }), true},
		"elevated to the root": {newEstate().grant("u", accessAdminRole, "/"), false},
		"nobody":               {newEstate(), false},
	} {
		if got := tt.estate.compile().Access("u").Super; got != tt.want {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

// TestLiterals keeps actions that the catalogue does not have.
func TestLiterals(t *testing.T) {
	t.Parallel()
	const things, other, data = "Contoso.Things/things/write", "contoso.things/other/write", "Contoso.Things/things/look/action"
	r := block{Actions: []string{things, "CONTOSO.things/THINGS/write", other, "Contoso.Things/not/write", listKeys}, NotActions: []string{"*/not/*"}, DataActions: []string{data}}
	guarded := under("(!(ActionMatches{'" + things + "'})) OR (@Request[x] StringEquals 'v')")
	e := newEstate().role("r", r).
		grant("u", "r", group).grant("u", "r", sub, guarded).
		grant("v", "r", store).
		grant("w", "r", sub).deny(group, []string{"w"}, nil, block{Actions: []string{things}}).deny(sub, []string{"w"}, nil, block{Actions: []string{data, other}}) // The first is no action.
	s := e.compile()
	for who, want := range map[entitlement.IdentityID][]entitlement.LiteralGrant{
		"u": {{Action: other, Reach: entitlement.ReachAll}, {Action: data, Reach: entitlement.ReachAll}, {Action: things, Reach: entitlement.ReachAll, Conditional: true}},
		"v": {{Action: other, Reach: entitlement.ReachNamed}, {Action: data, Reach: entitlement.ReachNamed}, {Action: things, Reach: entitlement.ReachNamed}},
		"w": {{Action: data, Reach: entitlement.ReachAll}, {Action: things, Reach: entitlement.ReachPart}},
	} {
		if diff := cmp.Diff(want, s.Access(who).Literal); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
}

// TestLiteralsDeniedAlone: a denial that is not inherited takes a literal away
// where that can only be on the scope itself.
func TestLiteralsDeniedAlone(t *testing.T) {
	t.Parallel()
	const register, onGroup, onStore = "Contoso.Things/register/action", "Microsoft.Resources/subscriptions/resourceGroups/frobnicate/action", "Microsoft.Storage/storageAccounts/frobnicate/action"
	everything := block{Actions: []string{"*"}}
	for scope, want := range map[string][]entitlement.LiteralGrant{
		sub:   {{Action: onGroup, Reach: entitlement.ReachPart}, {Action: onStore, Reach: entitlement.ReachPart}},
		group: {{Action: register, Reach: entitlement.ReachPart}, {Action: onStore, Reach: entitlement.ReachPart}},
		store: {{Action: register, Reach: entitlement.ReachNamed}, {Action: onGroup, Reach: entitlement.ReachNamed}},
	} {
		e := notChildren(newEstate().role("r", block{Actions: []string{register, onGroup, onStore}}).grant("u", "r", scope).deny(scope, []string{"u"}, nil, everything))
		if diff := cmp.Diff(want, e.compile().Access("u").Literal); diff != "" {
			t.Errorf("%s: %s", scope, diff)
		}
	}
	maybe := everything
	maybe.Condition = "@Request[x] BoolEquals true"
	e := newEstate().role("r", block{Actions: []string{register}}).grant("u", "r", sub).deny(sub, []string{"u"}, nil, maybe)
	if got := e.compile().Access("u").Literal; len(got) != 1 || !got[0].Conditional {
		t.Errorf("got %v, want one that is conditional", got)
	}
}

// TestAccessIsShared: identities with equal grants share one Access.
func TestAccessIsShared(t *testing.T) {
	t.Parallel()
	s := newEstate().grant("u", readerRole, group).grant("v", readerRole, group+"2").grant("w", readerRole, sub).member("x").compile()
	if s.Access("u") != s.Access("v") {
		t.Error("two readers of a group each do not share their access")
	}
	if s.Access("u") == s.Access("w") {
		t.Error("a reader of a group and one of the subscription share their access")
	}
	if a := s.Access("nobody"); a == nil || !a.Granted().Empty() {
		t.Errorf("got %v for somebody unknown, want no access", a)
	}
	if !s.Access("x").Granted().Empty() {
		t.Error("somebody without grants has access")
	}
}

// TestRunsAs: a function app has the access of the identity that it runs as.
func TestRunsAs(t *testing.T) {
	t.Parallel()
	e := newEstate().grant("mi", ownerRole, sub)
	e.Identities = append(e.Identities,
		entitlement.Identity{ID: "/Subscriptions/f", Kind: entitlement.Function, RunsAs: "MI"},
		entitlement.Identity{ID: "lonely", Kind: entitlement.Function, RunsAs: "gone"})
	s := e.compile()
	if !s.Access("/subscriptions/F").Super || !s.Access("lonely").Granted().Empty() {
		t.Errorf("got %v and %v", s.Access("/subscriptions/f"), s.Access("lonely"))
	}
	e.answers(t,
		question{"/subscriptions/f", listKeys, store, allowed, nil},
		question{"lonely", listKeys, store, implicit, nil})
	if via := s.Via("/subscriptions/f", listKeys); len(via) != 1 || via[0].Group != "" {
		t.Errorf("got %v", via)
	}
}

// FuzzRole compiles roles of any patterns and holds what they give of drawn
// actions against plain expansion.
func FuzzRole(f *testing.F) {
	for _, s := range [][4]string{
		{"*", "*/delete", "*", ""},
		{"Microsoft.Storage/*/read", "microsoft.storage/*BLOB*", "*blobs/read", "*"},
		{"", "", "", ""},
		{"**", "*/*", "?", "\x00"},
		{"Microsoft.Storage/storageAccounts/listKeys/action", "", " " + readBlob, readBlob + "*"},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	f.Fuzz(func(t *testing.T, yes, no, data, notData string) {
		if strings.Count(yes+no+data+notData, "*") > 12 {
			t.Skip("plain expansion takes too long")
		}
		b := block{Actions: []string{yes}, NotActions: []string{no}, DataActions: []string{data}, NotDataActions: []string{notData}}
		e := newEstate().role("r", b).grant("u", "r", sub)
		s := e.compile()
		a := s.Access("u")
		for _, action := range drawnActions() {
			i := index(t, action)
			allow, except := yes, no
			if catalog.Azure().Data().Has(i) {
				allow, except = data, notData
			}
			want := plainlyMatches(allow, action) && !plainlyMatches(except, action)
			if a.All.Has(i) != want {
				t.Fatalf("%q but %q gives %s: got %v, want %v", allow, except, action, a.All.Has(i), want)
			}
		}
	})
}
