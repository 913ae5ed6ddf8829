package azure_test

import (
	"testing"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/azure"
	"github.com/leastward/leastward/internal/policy/decision"
)

type block = entitlement.PermissionBlock

// TestDecide asks one question of each of many small estates.
func TestDecide(t *testing.T) {
	t.Parallel()
	const prod, root = "/providers/Microsoft.Management/managementGroups/prod", "/providers/Microsoft.Management/managementGroups/root"
	eligible := func(g *entitlement.RoleGrant) { g.Eligible = true }
	classic := func(kind string) func(*entitlement.RoleGrant) {
		return func(g *entitlement.RoleGrant) { g.Classic = kind }
	}
	tests := map[string]struct {
		estate           estate
		action, resource string
		want             decision.Verdict
	}{
		"nothing":                           {newEstate().member("u"), listKeys, store, implicit},
		"on the subscription":               {newEstate().grant("u", ownerRole, sub), listKeys, store, allowed},
		"case does not matter":              {newEstate().grant("U", ownerRole, "/SUBSCRIPTIONS/"+system+"/ResourceGroups/RG"), "MICROSOFT.storage/StorageAccounts/LISTKEYS/Action", store, allowed},
		"on the group":                      {newEstate().grant("u", ownerRole, group), listKeys, store, allowed},
		"on another group":                  {newEstate().grant("u", ownerRole, group+"2"), listKeys, store, implicit},
		"on a group with a longer name":     {newEstate().grant("u", ownerRole, group), listKeys, group + "2/providers/Microsoft.Storage/storageAccounts/s", implicit},
		"on the resource":                   {newEstate().grant("u", ownerRole, store+"/"), listKeys, store, allowed},
		"on a child":                        {newEstate().grant("u", blobReaderRole, blobs), readBlob, store, implicit},
		"below":                             {newEstate().grant("u", blobReaderRole, store), readBlob, blobs, allowed},
		"on the management group":           {newEstate().grant("u", readerRole, prod), "Microsoft.KeyVault/vaults/read", vault, allowed},
		"on the root group":                 {newEstate().grant("u", readerRole, root), "Microsoft.KeyVault/vaults/read", vault, allowed},
		"on a foreign group":                {newEstate().grant("u", readerRole, "/providers/Microsoft.Management/managementGroups/dev"), "Microsoft.KeyVault/vaults/read", vault, implicit},
		"at the root":                       {newEstate().grant("u", accessAdminRole, "/"), assign, vault, allowed},
		"elevated access is not Owner":      {newEstate().grant("u", accessAdminRole, "/"), listKeys, store, implicit},
		"above the scope":                   {newEstate().grant("u", ownerRole, sub), "Microsoft.Management/managementGroups/write", prod, implicit},
		"management group below another":    {newEstate().grant("u", ownerRole, root), "Microsoft.Management/managementGroups/write", prod, allowed},
		"the system itself":                 {newEstate().grant("u", ownerRole, sub), "Microsoft.Storage/register/action", "", allowed},
		"group":                             {newEstate().member("u", "g").grant("g", ownerRole, sub), listKeys, store, allowed},
		"nested groups":                     {newEstate().member("u", "g").member("g", "h").member("h", "g").grant("h", ownerRole, sub), listKeys, store, allowed},
		"groups do not count downwards":     {newEstate().member("u").member("g", "u").grant("g", ownerRole, sub), listKeys, store, implicit},
		"eligible":                          {newEstate().grant("u", ownerRole, sub, eligible), listKeys, store, cond},
		"eligible beside active":            {newEstate().grant("u", ownerRole, sub, eligible).grant("u", ownerRole, group), listKeys, store, allowed},
		"service administrator":             {newEstate().grant("u", "", sub, classic("ServiceAdministrator")), listKeys, store, allowed},
		"two classic kinds":                 {newEstate().grant("u", "", sub, classic("AccountAdministrator;ServiceAdministrator")), listKeys, store, allowed},
		"co-administrator":                  {newEstate().grant("u", "", sub, classic("CoAdministrator")), assign, sub, allowed},
		"account administrator":             {newEstate().grant("u", "", sub, classic("AccountAdministrator")), listKeys, store, implicit},
		"unknown role":                      {newEstate().grant("u", "11111111-1111-1111-1111-111111111111", sub), listKeys, store, cond},
		"whole id of a role":                {newEstate().grant("u", sub+"/providers/Microsoft.Authorization/roleDefinitions/8E3AF657-a8ff-443c-a75c-2fe8c4bcb635", sub), listKeys, store, allowed},
		"denied":                            {newEstate().grant("u", ownerRole, sub).deny(group, []string{"u"}, nil, block{Actions: []string{"*/listKeys/action"}}), listKeys, store, explicit},
		"denied elsewhere":                  {newEstate().grant("u", ownerRole, sub).deny(group+"2", []string{"u"}, nil, block{Actions: []string{"*"}}), listKeys, store, allowed},
		"denied to another":                 {newEstate().grant("u", ownerRole, sub).deny(group, []string{"v"}, nil, block{Actions: []string{"*"}}), listKeys, store, allowed},
		"denied to a group":                 {newEstate().member("u", "g").grant("u", ownerRole, sub).deny(group, []string{"g"}, nil, block{Actions: []string{"*"}}), listKeys, store, explicit},
		"denied to all":                     {newEstate().grant("u", ownerRole, sub).deny(group, []string{"00000000-0000-0000-0000-000000000000"}, nil, block{Actions: []string{"*"}}), listKeys, store, explicit},
		"denied to all but one":             {newEstate().grant("u", ownerRole, sub).deny(group, []string{"00000000-0000-0000-0000-000000000000"}, []string{"u"}, block{Actions: []string{"*"}}), listKeys, store, allowed},
		"denied to all but a group":         {newEstate().member("u", "h").member("h", "g").grant("u", ownerRole, sub).deny(group, []string{"00000000-0000-0000-0000-000000000000"}, []string{"g"}, block{Actions: []string{"*"}}), listKeys, store, allowed},
		"denial with exceptions":            {newEstate().grant("u", ownerRole, sub).deny(group, []string{"u"}, nil, block{Actions: []string{"*"}, NotActions: []string{"*/action"}}), listKeys, store, allowed},
		"denial of data actions only":       {newEstate().grant("u", ownerRole, sub).deny(group, []string{"u"}, nil, block{DataActions: []string{"*"}}), listKeys, store, allowed},
		"denial of actions spares data":     {newEstate().grant("u", blobReaderRole, sub).deny(group, []string{"u"}, nil, block{Actions: []string{"*"}}), readBlob, blobs, allowed},
		"denial of data":                    {newEstate().grant("u", blobReaderRole, sub).deny(store, []string{"u"}, nil, block{DataActions: []string{"*/read"}}), readBlob, blobs, explicit},
		"denial on a management group":      {newEstate().grant("u", ownerRole, sub).deny(prod, []string{"u"}, nil, block{Actions: []string{"*"}}), listKeys, store, explicit},
		"denied without being granted":      {newEstate().deny(group, []string{"u"}, nil, block{Actions: []string{"*"}}).member("u"), listKeys, store, explicit},
		"data action is no action":          {newEstate().grant("u", ownerRole, sub), readBlob, blobs, implicit},
		"action is no data action":          {newEstate().role("r", block{DataActions: []string{"*"}}).grant("u", "r", sub), listKeys, store, implicit},
		"a block takes from itself only":    {newEstate().role("r", block{Actions: []string{"*"}, NotActions: []string{"*/action"}}, block{Actions: []string{"Microsoft.Storage/*"}}).grant("u", "r", sub), listKeys, store, allowed},
		"another role grants it":            {newEstate().role("r", block{Actions: []string{"*"}, NotActions: []string{"*/action"}}).grant("u", "r", sub).grant("u", ownerRole, store), listKeys, store, allowed},
		"NotActions":                        {newEstate().role("r", block{Actions: []string{"*"}, NotActions: []string{"*/action"}}).grant("u", "r", sub), listKeys, store, implicit},
		"wildcard within":                   {newEstate().role("r", block{Actions: []string{"Microsoft.*/listKeys/action"}}).grant("u", "r", sub), listKeys, store, allowed},
		"unknown action, known kind":        {newEstate().grant("u", ownerRole, sub), "Microsoft.Web/sites/frobnicate/action", sub, allowed},
		"unknown action, unknown kind":      {newEstate().grant("u", ownerRole, sub), "Contoso.Things/things/write", sub, cond},
		"unknown action, granted as both":   {newEstate().role("r", block{Actions: []string{"*"}, DataActions: []string{"*"}}).grant("u", "r", sub), "Contoso.Things/things/write", sub, allowed},
		"unknown action, nothing gives it":  {newEstate().grant("u", blobReaderRole, sub), "Contoso.Things/things/write", sub, implicit},
		"unknown action, a role names it":   {newEstate().role("r", block{DataActions: []string{"Contoso.Things/things/write"}}).grant("u", ownerRole, sub), "Contoso.Things/things/write", sub, implicit},
		"deleted role":                      {deleted(newEstate().role("r", block{Actions: []string{"*"}}), "r").grant("u", "r", sub), listKeys, store, implicit},
		"denial of children":                {notChildren(newEstate().grant("u", ownerRole, sub).deny(sub, []string{"u"}, nil, block{Actions: []string{"*"}})), listKeys, store, allowed},
		"denial of itself but not children": {notChildren(newEstate().grant("u", ownerRole, sub).deny(sub, []string{"u"}, nil, block{Actions: []string{"*"}})), "Microsoft.Storage/register/action", sub, explicit},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := decide(t, azure.NewEstate(tt.estate.compile()), "u", tt.action, tt.resource)
			if got.Verdict != tt.want {
				t.Errorf("got %v because %+v, want %v", got.Verdict, got.Because, tt.want)
			}
			if len(got.Because) == 0 {
				t.Error("nothing says why")
			}
		})
	}
}

func deleted(e estate, role entitlement.RoleID) estate {
	r := e.Roles[role]
	r.Deleted = true
	e.Roles[role] = r
	return e
}

func notChildren(e estate) estate {
	e.Denials[len(e.Denials)-1].NotChildScopes = true
	return e
}

// TestDecideInTime holds grants with a beginning and an end against the time
// of the request and, where it has none, of the collection.
func TestDecideInTime(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	between := newEstate().grant("u", ownerRole, sub, func(g *entitlement.RoleGrant) { g.From, g.Until = day(10), day(20) })
	for _, tt := range []struct {
		at, collected time.Time
		want          decision.Verdict
	}{
		{day(9), day(15), implicit},
		{day(10), day(1), allowed},
		{day(20), day(15), implicit},
		{time.Time{}, day(15), allowed},
		{time.Time{}, day(25), implicit},
		{time.Time{}, time.Time{}, allowed},
	} {
		inv := *between.Inventory
		inv.CollectedAt = tt.collected
		s := estate{&inv}.compile()
		r := decision.Request{Principal: "u", Action: listKeys, Resource: store, At: tt.at}
		var d decision.Decision
		if err := azure.NewEstate(s).Decide(&r, &d); err != nil || d.Verdict != tt.want {
			t.Errorf("at %v, collected %v: got %v, %v, want %v", tt.at, tt.collected, d.Verdict, err, tt.want)
		}
		if has := s.Access("u").All.Has(index(t, listKeys)); tt.at.IsZero() && has != (tt.want == allowed) {
			t.Errorf("collected %v: access says %v", tt.collected, has)
		}
	}
}

// TestDecideAboutAnUnknownObject: an object id that nothing names has no role,
// and is subject to what is denied to everybody.
func TestDecideAboutAnUnknownObject(t *testing.T) {
	t.Parallel()
	e := azure.NewEstate(newEstate().grant("u", ownerRole, sub).compile())
	r := decision.Request{Principal: "FFFFFFFF-0000-0000-0000-000000000001", Action: listKeys, Resource: store}
	var d decision.Decision
	if err := e.Decide(&r, &d); err != nil || d.Verdict != implicit {
		t.Errorf("got %v, %v", d.Verdict, err)
	}
}

// TestDecideErrors holds the texts of errors, which say what to change.
func TestDecideErrors(t *testing.T) {
	t.Parallel()
	e := azure.NewEstate(newEstate().grant("u", ownerRole, sub).compile())
	for want, r := range map[string]decision.Request{
		`identity: it is empty; name an object id, a user principal name or an application id`:                                                                                                        {Action: listKeys},
		`identity: the documents give no role to anybody called "x", directly or through a group, and whoever has none may do nothing; give an object id, a user principal name or an application id`: {Principal: "x", Action: listKeys},
		`action: "Microsoft.Storage/*" is not one action, as "Microsoft.Storage/storageAccounts/read" is`:                                                                                             {Principal: "u", Action: "Microsoft.Storage/*"},
		`resource: "store" is no resource id, as "/subscriptions/<id>/resourceGroups/<name>" is`:                                                                                                      {Principal: "u", Action: listKeys, Resource: "store"},
		`resource: it is in subscription x, of which there are no documents`:                                                                                                                          {Principal: "u", Action: listKeys, Resource: "/subscriptions/x"},
		`resource: "/providers/Microsoft.Management/managementGroups/x" is neither a subscription nor above one of those that there are documents of, as far as their management groups are known`:    {Principal: "u", Action: listKeys, Resource: "/providers/Microsoft.Management/managementGroups/x"},
		`context: data is "perhaps"; it is true or false`:                                                                                                                                             {Principal: "u", Action: listKeys, Context: map[string][]string{"data": {"perhaps"}}},
	} {
		var d decision.Decision
		if err := e.Decide(&r, &d); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
