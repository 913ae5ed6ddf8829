package azure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

const inShop = "/subscriptions/s/resourceGroups/shop/providers/"

// The lists of the Azure CLI have properties beside the ids. A short record
// that comes first is completed by a full one.
func TestResourcesOfTheCLI(t *testing.T) {
	t.Parallel()
	e := read(t, write(t, `[
	 {"id":"`+inShop+`Microsoft.Network/networkSecurityGroups/web","name":"web","type":"Microsoft.Network/networkSecurityGroups"},
	 {"id":"`+inShop+`Microsoft.Compute/virtualMachines/vm1","name":"vm1","type":"Microsoft.Compute/virtualMachines","tags":{"team":"shop","empty":null}},
	 {"id":"`+inShop+`Microsoft.KeyVault/vaults/keys","name":"keys","type":"microsoft.keyvault/vaults"},
	 {"id":"`+inShop+`Microsoft.KeyVault/vaults/keys","name":"keys","type":"microsoft.keyvault/vaults"},
	 {"id":"/subscriptions/s/resourceGroups/shop","name":"shop","type":"Microsoft.Resources/resourceGroups"}
	][
	 {"id":"`+inShop+`Microsoft.Compute/virtualMachines/vm1","name":"vm1","type":"Microsoft.Compute/virtualMachines",
	  "identity":{"type":"SystemAssigned, UserAssigned","principalId":"M1","userAssignedIdentities":{"`+inShop+`Microsoft.ManagedIdentity/userAssignedIdentities/runner":{"principalId":"M2","clientId":"C2"}}}},
	 {"id":"`+inShop+`Microsoft.Network/networkInterfaces/nic1","name":"nic1","type":"Microsoft.Network/networkInterfaces","virtualMachine":{"id":"`+inShop+`Microsoft.Compute/virtualMachines/VM1"},
	  "networkSecurityGroup":{"id":"`+inShop+`microsoft.network/networksecuritygroups/WEB"},"ipConfigurations":[{"subnet":{"id":"/x"}}]},
	 {"id":"`+inShop+`Microsoft.Network/networkSecurityGroups/web/securityRules/all","name":"all","type":"Microsoft.Network/networkSecurityGroups/securityRules",
	  "properties":{"access":"Allow","direction":"Inbound","protocol":"*","priority":300,"sourceAddressPrefix":"::/0","destinationPortRange":"*"}},
	 {"id":"`+inShop+`Microsoft.Network/networkSecurityGroups/empty","name":"empty","type":"Microsoft.Network/networkSecurityGroups","networkInterfaces":[{"id":"`+inShop+`Microsoft.Network/networkInterfaces/NIC1"}]}
	]`))
	inv := system(t, e, "s")
	if e.Stats.Taken != 8 || e.Stats.Rejected[records.Duplicate] != 1 {
		t.Errorf("%+v", e.Stats)
	}
	vm := entitlement.IdentityID(strings.ToLower(inShop + "Microsoft.Compute/virtualMachines/vm1"))
	want := []entitlement.SecurityGroup{
		{ID: inShop + "Microsoft.Network/networkSecurityGroups/empty", GroupID: "empty", Name: "empty", Instances: []entitlement.IdentityID{vm}},
		{
			ID: inShop + "Microsoft.Network/networkSecurityGroups/web", GroupID: "web", Name: "web", Instances: []entitlement.IdentityID{vm},
			Inbound: []entitlement.InboundRule{{Protocol: "all", To: 65535, Source: "::/0"}},
		},
	}
	if diff := cmp.Diff(want, inv.SecurityGroups); diff != "" {
		t.Error(diff)
	}
	if id := identity(t, inv, vm); id.RunsAs != "m1" || id.Tags["team"] != "shop" || id.Kind != entitlement.Instance {
		t.Errorf("%+v", id)
	}
	if id := identity(t, inv, "m2"); id.Kind != entitlement.ManagedIdentity || id.Name != "runner" || id.AppID != "c2" {
		t.Errorf("%+v", id)
	}
	if len(inv.Problems) != 1 || inv.Problems[0].Code != azure.SeveralIdentities {
		t.Errorf("problems %v", inv.Problems)
	}
	var types []string
	for _, r := range inv.Resources {
		types = append(types, r.Type)
	}
	if want := []string{"Microsoft.Resources/resourceGroups", "Microsoft.Compute/virtualMachines", "Microsoft.KeyVault/vaults", "Microsoft.Network/networkInterfaces"}; !slices.Equal(types, want) {
		t.Errorf("types %v, want %v", types, want)
	}
}

func TestOpenRules(t *testing.T) {
	t.Parallel()
	rule := func(access, priority, source, protocol, ports string) string {
		return `{"access":"` + access + `","direction":"Inbound","priority":` + priority + `,"sourceAddressPrefix":"` + source + `","protocol":"` + protocol + `","destinationPortRange":"` + ports + `"}`
	}
	ssh := entitlement.InboundRule{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"}
	for name, c := range map[string]struct {
		rules []string
		want  []entitlement.InboundRule
	}{
		"open":                  {[]string{rule("Allow", "100", "Internet", "Tcp", "22")}, []entitlement.InboundRule{ssh}},
		"shut before":           {[]string{rule("Allow", "200", "*", "Tcp", "22"), rule("Deny", "100", "*", "*", "*")}, nil},
		"shut behind":           {[]string{rule("Allow", "100", "*", "Tcp", "22"), rule("Deny", "200", "*", "*", "*")}, []entitlement.InboundRule{ssh}},
		"shut in part":          {[]string{rule("Allow", "200", "*", "Tcp", "20-30"), rule("Deny", "100", "*", "*", "22")}, []entitlement.InboundRule{{Protocol: "tcp", From: 20, To: 30, Source: "0.0.0.0/0"}}},
		"shut at the end":       {[]string{rule("Allow", "200", "*", "Tcp", "20-3500"), rule("Deny", "100", "*", "*", "3000-4000")}, []entitlement.InboundRule{{Protocol: "tcp", From: 20, To: 3500, Source: "0.0.0.0/0"}}},
		"other protocol shut":   {[]string{rule("Allow", "200", "*", "Tcp", "22"), rule("Deny", "100", "*", "Udp", "22")}, []entitlement.InboundRule{ssh}},
		"shut for IPv6, too":    {[]string{rule("Allow", "200", "::/0", "Tcp", "22"), rule("Deny", "100", "*", "*", "*")}, nil},
		"shut for some":         {[]string{rule("Allow", "200", "*", "Tcp", "22"), rule("Deny", "100", "10.0.0.0/8", "*", "*")}, []entitlement.InboundRule{ssh}},
		"a network of its own":  {[]string{rule("Allow", "100", "VirtualNetwork", "*", "*")}, nil},
		"twice is once":         {[]string{rule("Allow", "100", "*", "Tcp", "22"), rule("Allow", "110", "0.0.0.0/0", "TCP", "22")}, []entitlement.InboundRule{ssh}},
		"outbound is no matter": {[]string{strings.Replace(rule("Allow", "100", "*", "Tcp", "22"), "Inbound", "Outbound", 1)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := read(t, write(t, `{"id":"`+inShop+`Microsoft.Network/networkSecurityGroups/n","type":"Microsoft.Network/networkSecurityGroups","securityRules":[`+strings.Join(c.rules, ",")+`]}`))
			if diff := cmp.Diff(c.want, system(t, e, "s").SecurityGroups[0].Inbound); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStorageAccounts(t *testing.T) {
	t.Parallel()
	const id = inShop + "Microsoft.Storage/storageAccounts/data"
	const provider = `"encryption":{"keySource":"Microsoft.Storage"}`
	account := func(rest string) string {
		return `{"id":"` + id + `","type":"Microsoft.Storage/storageAccounts"` + rest + `}`
	}
	for name, c := range map[string]struct {
		text string
		want entitlement.Bucket
	}{
		"name only":  {account(""), entitlement.Bucket{ContainersUnknown: true}},
		"not set":    {account("," + provider), entitlement.Bucket{ContainersUnknown: true, Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.Yes}},
		"forbidden":  {account("," + provider + `,"allowBlobPublicAccess":false`), entitlement.Bucket{ContainersUnknown: true, Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.No}},
		"none in it": {account("") + `{"storageAccountId":"` + strings.ToUpper(id) + `","containers":[]}`, entitlement.Bucket{}},
		"containers before it": {
			`[{"id":"` + id + `/blobServices/default/containers/a","name":"a","type":"Microsoft.Storage/storageAccounts/blobServices/containers","publicAccess":"Container"},
			 {"id":"` + id + `/blobServices/default/containers/b","name":"b","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{"publicAccess":"None"}},
			 {"id":"` + id + `/blobServices/default/containers/a","name":"a","type":"Microsoft.Storage/storageAccounts/blobServices/containers","publicAccess":"Container"}]` + account(""),
			entitlement.Bucket{PublicContainers: []string{"a"}},
		},
		"short behind full": {account(","+provider+`,"allowBlobPublicAccess":true`) + account(""), entitlement.Bucket{ContainersUnknown: true, Encryption: entitlement.EncryptionProvider, PublicAllowed: entitlement.Yes}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := system(t, read(t, write(t, c.text)), "s")
			if len(inv.Resources) != 1 {
				t.Fatalf("resources %+v", inv.Resources)
			}
			if diff := cmp.Diff(c.want, *inv.Resources[0].Bucket); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Documents without type and page are known by the members that only they have.
func TestKindsByMembers(t *testing.T) {
	t.Parallel()
	const grants = `[{"principalId":"a","principalType":"ServicePrincipal","roleDefinitionId":"/x/r","scope":"/subscriptions/s"},
	 {"principalId":"b","principalName":"B@shop.example","roleDefinitionId":"/x/r","scope":"/subscriptions/s"},
	 {"principalId":"c","principalType":"ForeignGroup","displayName":"Partners","roleDefinitionId":"/x/r","scope":"/subscriptions/s"}]`
	at := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		text string
		want entitlement.Identity
	}{
		"service principal of the CLI": {
			`[{"id":"a","appId":"App","appDisplayName":"runner","servicePrincipalNames":["App"],"accountEnabled":"x"}]`,
			entitlement.Identity{ID: "a", Kind: entitlement.ServicePrincipal, Name: "a"}, // Refused for accountEnabled: told below.
		},
		"sign-ins of the application": {
			`[{"id":"a","appId":"App","displayName":"runner","servicePrincipalNames":["App"],"accountEnabled":false}]{"id":"x","appId":"app","lastSignInActivity":{"lastSignInDateTime":"2025-05-01T00:00:00Z"}}`,
			entitlement.Identity{ID: "a", Kind: entitlement.ServicePrincipal, Name: "runner", AppID: "app", Disabled: true, LastUsed: at},
		},
		"managed identity": {
			`{"id":"a","appId":"App","displayName":"vm","servicePrincipalType":"ManagedIdentity","appOwnerOrganizationId":"f8cdef31-a31e-4b4a-93e4-5f571e91255a","keyCredentials":[{"keyId":"k","startDateTime":"2025-01-01T00:00:00Z"}]}`,
			entitlement.Identity{ID: "a", Kind: entitlement.ManagedIdentity, Name: "vm", AppID: "app"},
		},
		"Microsoft's own": {
			`{"id":"a","appId":"App","displayName":"Backup","servicePrincipalType":"Application","appOwnerOrganizationId":"F8CDEF31-a31e-4b4a-93e4-5f571e91255a"}`,
			entitlement.Identity{ID: "a", Kind: entitlement.ServicePrincipal, Name: "Backup", AppID: "app", ServiceManaged: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := system(t, read(t, write(t, grants+c.text)), "s")
			c.want.System = "s"
			if diff := cmp.Diff(c.want, *identity(t, inv, "a")); diff != "" {
				t.Error(diff)
			}
			if id := identity(t, inv, "b"); id.Kind != entitlement.User || id.Email != "b@shop.example" {
				t.Errorf("%+v", id)
			}
			if id := identity(t, inv, "c"); id.Kind != entitlement.Group || id.Name != "Partners" {
				t.Errorf("%+v", id)
			}
		})
	}
}

// A role that comes twice with other permissions keeps the first and says so.
func TestRolesTwice(t *testing.T) {
	t.Parallel()
	role := func(action string) string {
		return `{"name":"R","roleName":"One","roleType":"CustomRole","assignableScopes":["/subscriptions/s"],"permissions":[{"actions":["` + action + `"]}]}`
	}
	e := read(t, write(t, `[{"id":"s","name":"S","state":"Enabled","tenantId":"t"}]`+role("a/read")+role("a/read")+role("*")))
	if e.Stats.Rejected[records.Duplicate] != 2 || len(e.Problems) != 1 || !strings.Contains(e.Problems[0].Message, "other permissions") {
		t.Errorf("%+v %v", e.Stats, e.Problems)
	}
	if r := system(t, e, "s").Roles["r"]; r.Managed || len(r.Blocks) != 1 || r.Blocks[0].Actions[0] != "a/read" {
		t.Errorf("%+v", r)
	}
}

// A schedule without a role assignment of its own is a grant for its time; one
// that is past or yet to come changes no role assignment.
func TestSchedulesBesideAssignments(t *testing.T) {
	t.Parallel()
	schedule := func(from, until string) string {
		return `{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/` + from + `","type":"Microsoft.Authorization/roleAssignmentScheduleInstances","properties":{
		 "scope":"/subscriptions/s","principalId":"u","principalType":"User","roleDefinitionId":"/x/r","assignmentType":"Activated","startDateTime":"` + from + `T00:00:00Z","endDateTime":"` + until + `T00:00:00Z"}}`
	}
	const assignment = `{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1","type":"Microsoft.Authorization/roleAssignments","properties":{"scope":"/subscriptions/s","principalId":"u","principalType":"User","roleDefinitionId":"/x/r"}}`
	for name, c := range map[string]struct {
		text      string
		n         int
		activated bool // The first grant.
	}{
		"current":             {assignment + schedule("2025-05-30", "2025-06-02"), 1, true},
		"current, before":     {schedule("2025-05-30", "2025-06-02") + assignment, 1, true},
		"past":                {assignment + schedule("2025-05-01", "2025-05-02"), 2, false},
		"to come":             {assignment + schedule("2025-07-01", "2025-07-02"), 2, false},
		"alone":               {schedule("2025-05-30", "2025-06-02"), 1, true},
		"several of one role": {schedule("2025-05-30", "2025-06-02") + schedule("2025-07-01", "2025-07-02"), 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			grants := system(t, read(t, write(t, c.text)), "s").Grants
			if len(grants) != c.n || grants[0].Activated != c.activated || c.activated == grants[0].Until.IsZero() {
				t.Errorf("%+v", grants)
			}
		})
	}
}

// An activation that names its role assignment ends with it, also where the
// files are read after that.
func TestActivationThatHasEnded(t *testing.T) {
	t.Parallel()
	const about = `"scope":"/subscriptions/s","principalId":"u","principalType":"User","roleDefinitionId":"/x/r"`
	const id = `/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1`
	grants := system(t, read(t, write(t, `{"id":"`+id+`","type":"Microsoft.Authorization/roleAssignments","properties":{`+about+`}}
		{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/i","type":"Microsoft.Authorization/roleAssignmentScheduleInstances",
		 "properties":{`+about+`,"assignmentType":"Activated","originRoleAssignmentId":"`+strings.ToUpper(id)+`","startDateTime":"2025-05-01T20:00:00Z","endDateTime":"2025-05-02T04:00:00Z"}}`)), "s").Grants
	if len(grants) != 1 || !grants[0].Activated || !grants[0].Until.Equal(time.Date(2025, 5, 2, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", grants)
	}
}

// A list of members that may go on is a problem, unless another is whole.
func TestMembersThatGoOn(t *testing.T) {
	t.Parallel()
	const assignment = `{"id":"/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/1","type":"Microsoft.Authorization/roleAssignments","properties":{"scope":"/subscriptions/s","principalId":"g","principalType":"Group","roleDefinitionId":"/x/r"}}`
	members := func(n int) string {
		return `"members":[` + strings.TrimSuffix(strings.Repeat(`{"id":"u"},`, n), ",") + "]"
	}
	expanded := func(n int) string {
		return assignment + `{"@odata.type":"#microsoft.graph.group","id":"g","displayName":"G",` + members(n) + "}"
	}
	whole := `{"groupId":"g",` + members(30) + "}"
	for name, c := range map[string]struct {
		text string
		want string // "" is no problem.
	}{
		"none":           {assignment, "nothing tells who is in the group g,"},
		"a next page":    {assignment + `{"groupId":"g","members@odata.nextLink":"https://x/y",` + members(2) + "}", "more members than those that were read of the group g:"},
		"null for that":  {assignment + `{"groupId":"g","members@odata.nextLink":null,` + members(2) + "}", ""},
		"expanded to 20": {expanded(20), "more members than those that were read of the group G:"},
		"expanded to 19": {expanded(19), ""},
		"and a whole":    {expanded(20) + whole, ""},
		"whole before":   {whole + expanded(20), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said string
			for _, p := range system(t, read(t, write(t, c.text)), "s").Problems {
				if p.Code == azure.MembersUnknown {
					said += p.Message
				}
			}
			if c.want == "" && said != "" || !strings.Contains(said, c.want) {
				t.Errorf("%q, want %q", said, c.want)
			}
		})
	}
}

// Classic administrators as az role assignment list lists them, of whom one is
// not in the directory any longer.
func TestClassicAdministratorsOfTheCLI(t *testing.T) {
	t.Parallel()
	admin := func(mail, id string) string {
		return `{"id":"NA(classic admins)","name":"NA(classic admins)","principalId":` + id + `,"principalName":"` + mail + `",
		  "roleDefinitionName":"CoAdministrator","roleDefinitionId":"NA(classic admin role)","scope":"/subscriptions/s"}`
	}
	e := read(t, write(t, "["+admin("Ann@shop.example", "null")+","+admin("ben@shop.example", `"U2"`)+"]"))
	grants := system(t, e, "s").Grants
	if len(grants) != 2 || len(e.Problems) > 0 {
		t.Fatalf("%+v %v", grants, e.Problems)
	}
	for i, member := range []string{"ann@shop.example", "u2"} {
		if g := grants[i]; g.Member != member || g.Classic != "CoAdministrator" || g.Scope != "/subscriptions/s" {
			t.Errorf("%+v", g)
		}
	}
}

// A storage account's firewall, as ARM and as the Azure CLI write it.
func TestStorageFirewall(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]entitlement.Tristate{
		`"publicNetworkAccess":"Disabled"`:                                                              entitlement.Yes,
		`"publicNetworkAccess":"Enabled","networkAcls":{"defaultAction":"Deny","ipRules":[]}`:           entitlement.Yes,
		`"publicNetworkAccess":"Enabled","networkAcls":{"defaultAction":"Allow"}`:                       entitlement.No,
		`"publicNetworkAccess":null,"networkRuleSet":{"defaultAction":"Deny","bypass":"AzureServices"}`: entitlement.Yes,
		`"networkRuleSet":null`: entitlement.Unknown,
	} {
		e := read(t, write(t, `{"id":"`+inShop+`Microsoft.Storage/storageAccounts/a","type":"Microsoft.Storage/storageAccounts","name":"a","properties":{"encryption":{},`+setting+`}}`))
		if r := system(t, e, "s").Resources; len(r) != 1 || r[0].Bucket.NetworkClosed != want || len(e.Problems) > 0 {
			t.Errorf("%s: %+v %v, want %v", setting, r, e.Problems, want)
		}
	}
}
