package azure_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
)

// What drawn estates are made of: few enough for everything to meet.
const (
	foreignScope = "/subscriptions/11111111-1111-1111-1111-111111111111"
	everybody    = "00000000-0000-0000-0000-000000000000"
)

func drawnActions() []string {
	return []string{
		listKeys, readBlob, writeBlob, assign, startVM, "Microsoft.Authorization/roleAssignments/delete",
		"Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/delete", "Microsoft.KeyVault/vaults/secrets/getSecret/action",
		"Microsoft.Storage/storageAccounts/delete", "Microsoft.Storage/storageAccounts/blobServices/containers/read",
		"Microsoft.Resources/subscriptions/resourceGroups/delete", "Microsoft.Storage/register/action",
		"Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Authorization/locks/write",
	}
}

func drawnPatterns() []string {
	return append(drawnActions(),
		"*", "*/read", "*/action", "Microsoft.Storage/*", "microsoft.storage/storageAccounts/*/READ", "Microsoft.*/vaults/*",
		"Microsoft.Authorization/*/Write", "*/delete", "Microsoft.KeyVault/vaults/*", "Contoso.Things/*", "*blobs*",
		"Contoso.Things/things/write", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*")
}

func drawnScopes() []string {
	return []string{
		"/", "/providers/Microsoft.Management/managementGroups/root", "/providers/microsoft.management/managementgroups/PROD",
		sub, sub, group, "/subscriptions/" + system + "/resourcegroups/RG/", group + "2", vault, store, blobs, group + "2/providers/Microsoft.Compute/virtualMachines/vm",
		"/providers/Microsoft.Management/managementGroups/other", foreignScope,
	}
}

// askedResources are those of questions: each scope in the subscription, and
// something fresh in and beside each.
func askedResources() []string {
	const vm = group + "2/providers/Microsoft.Compute/virtualMachines/vm"
	out := []string{sub, sub + "/resourceGroups/fresh"}
	for _, r := range []string{group, group + "2"} {
		out = append(out, r, r+"/providers/Contoso.Things/things/fresh")
	}
	for _, r := range []string{vault, store, blobs, vm} {
		out = append(out, r, r+"/providers/Contoso.Things/things/fresh", r+"/fresh/fresh")
	}
	return out
}

func drawnPeople() []string { return []string{"u0", "u1", "u2", "g0", "g1", "g2", "g3"} }

// drawnCondition is a condition with its meaning, for which the oracle needs no
// parser. Guarded is the pattern of the actions that hang on the attribute x of
// the request being "v"; the rest it allows.
type drawnCondition struct {
	text    string
	guarded string
	broken  bool
	only    bool // Allows what matches guarded and nothing else.
}

func drawCondition(t *rapid.T, label string) *drawnCondition {
	p := rapid.SampledFrom(drawnPatterns()).Draw(t, label+" guards")
	switch rapid.IntRange(0, 9).Draw(t, label) {
	case 0:
		return &drawnCondition{text: "((!(ActionMatches{'" + p + "'})) OR (@Request[x] StringEquals 'v'))", guarded: p}
	case 1:
		return &drawnCondition{text: "ActionMatches{'" + p + "'}", guarded: p, only: true}
	case 2:
		return &drawnCondition{text: "@Request[x] StringLooks 'v'", broken: true}
	case 3:
		return &drawnCondition{text: "@Request[x] StringEquals 'v'", guarded: "*"}
	}
	return nil
}

// drawn is an estate with the meaning of its conditions by text.
type drawn struct {
	estate
	conditions map[string]*drawnCondition
}

func (d drawn) condition(t *rapid.T, label string) string {
	c := drawCondition(t, label)
	if c == nil {
		return ""
	}
	d.conditions[c.text] = c
	return c.text
}

func (d drawn) block(t *rapid.T, label string) entitlement.PermissionBlock {
	some := func(what string, most int) []string {
		return rapid.SliceOfN(rapid.SampledFrom(drawnPatterns()), 0, most).Draw(t, label+" "+what)
	}
	return entitlement.PermissionBlock{
		Actions: some("actions", 2), NotActions: some("not actions", 1),
		DataActions: some("data actions", 2), NotDataActions: some("not data actions", 1),
		Condition: d.condition(t, label+" condition"),
	}
}

func (d drawn) blocks(t *rapid.T, label string) []entitlement.PermissionBlock {
	var out []entitlement.PermissionBlock
	for i := range rapid.IntRange(1, 2).Draw(t, label+" blocks") {
		out = append(out, d.block(t, fmt.Sprint(label, " block ", i)))
	}
	return out
}

func (d drawn) drawGrant(t *rapid.T, label string) entitlement.RoleGrant {
	g := entitlement.RoleGrant{
		ID:       label,
		Role:     entitlement.RoleID(rapid.SampledFrom([]string{"r0", "r1", "r2", ownerRole, readerRole, "none"}).Draw(t, label+" role")),
		Member:   rapid.SampledFrom(drawnPeople()).Draw(t, label+" member"),
		Scope:    entitlement.ResourceID(rapid.SampledFrom(drawnScopes()).Draw(t, label+" scope")),
		Eligible: rapid.IntRange(0, 9).Draw(t, label+" eligible") == 0,
	}
	if text := d.condition(t, label+" condition"); text != "" {
		g.Condition = &entitlement.Condition{Expression: text}
	}
	return g
}

func (d drawn) drawDenial(t *rapid.T, label string) entitlement.Denial {
	people := append(drawnPeople(), everybody, everybody)
	n := entitlement.Denial{
		ID: label, Scope: entitlement.ResourceID(rapid.SampledFrom(drawnScopes()).Draw(t, label+" scope")),
		NotChildScopes: rapid.IntRange(0, 3).Draw(t, label+" not children") == 0,
	}
	rule := entitlement.DenialRule{
		Blocks:        d.blocks(t, label),
		Members:       rapid.SliceOfN(rapid.SampledFrom(people), 1, 2).Draw(t, label+" members"),
		ExceptMembers: rapid.SliceOfN(rapid.SampledFrom(drawnPeople()), 0, 2).Draw(t, label+" spared"),
	}
	if text := d.condition(t, label+" condition"); text != "" {
		rule.Condition = &entitlement.Condition{Expression: text}
	}
	n.Rules = []entitlement.DenialRule{rule}
	return n
}

func drawEstate(t *rapid.T) drawn {
	d := drawn{newEstate(), map[string]*drawnCondition{}}
	for i, p := range drawnPeople() {
		var groups []string
		for _, g := range drawnPeople()[3:] {
			if g != p && rapid.IntRange(0, 4).Draw(t, p+" in "+g) == 0 {
				groups = append(groups, g)
			}
		}
		if i != 2 { // Nobody knows u2: only grants name it.
			d.member(p, groups...)
		}
	}
	for _, r := range []string{"r0", "r1", "r2"} {
		d.role(r, d.blocks(t, r)...)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "grants") {
		d.Grants = append(d.Grants, d.drawGrant(t, fmt.Sprint("grant ", i)))
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "denials") {
		d.Denials = append(d.Denials, d.drawDenial(t, fmt.Sprint("denial ", i)))
	}
	return d
}

// with returns a copy with one more grant or denial, or other ones.
func (d drawn) with(change func(inv *entitlement.Inventory)) drawn {
	inv := *d.Inventory
	inv.Grants, inv.Denials, inv.Identities = slices.Clone(inv.Grants), slices.Clone(inv.Denials), slices.Clone(inv.Identities)
	change(&inv)
	return drawn{estate{&inv}, d.conditions}
}
