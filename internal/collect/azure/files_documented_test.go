package azure_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// runDocumented runs the script of docs/files-azure.md in a folder, with a
// stand-in for the Azure CLI that answers by the beginning of its arguments.
func runDocumented(t *testing.T, answers map[string]string) (dir, said string) {
	t.Helper()
	for _, tool := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the documented script needs %s", tool)
		}
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "files-azure.md"))
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n.*?)```").FindSubmatch(doc)
	dir = t.TempDir()
	cli := "#!/bin/sh\ncase \"$*\" in\n"
	for arguments, answer := range answers {
		cli += "'" + arguments + "'*) cat <<'END'\n" + answer + "\nEND\n;;\n"
	}
	cli += "*) echo \"refused: $*\" >&2; exit 1\nesac\n"
	//nolint:gosec // a script has to be executable
	if err := os.WriteFile(filepath.Join(dir, "az"), []byte(cli), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-s")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(script[1])
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir, string(out)
}

func documentedAnswers() map[string]string {
	const rest = "rest --method get --url https://"
	const graph, arm, sub = rest + "graph.microsoft.com/v1.0/", rest + "management.azure.com/subscriptions/s1/providers/Microsoft.Authorization/", "/subscriptions/s1"
	const account = sub + "/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/data"
	return map[string]string{
		"account show --query tenantId":                                    "t1",
		"account list --all":                                               `[{"id": "s1", "name": "Shop", "state": "Enabled", "tenantId": "t1"}]`,
		"account list --query":                                             "s1",
		"account management-group show --name t1":                          `{"id": "/providers/Microsoft.Management/managementGroups/t1", "name": "t1", "details": {"parent": null}, "children": [{"id": "` + sub + `", "type": "/subscriptions"}]}`,
		"role assignment list --all --include-inherited --subscription s1": `[{"id": "/providers/Microsoft.Authorization/roleAssignments/1", "principalId": "g1", "principalType": "Group", "principalName": "ops", "scope": "/", "roleDefinitionId": "/x/r1"}]`,
		"role definition list --subscription s1":                           `[{"name": "r1", "roleName": "One", "roleType": "CustomRole", "type": "Microsoft.Authorization/roleDefinitions", "permissions": [{"actions": ["*"]}], "assignableScopes": ["/"]}]`,
		arm + "denyAssignments?":                                           `{"value": []}`,
		arm + "roleEligibilityScheduleInstances?": `{"value": [{"id": "` + sub + `/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/1", "type": "Microsoft.Authorization/roleEligibilityScheduleInstances",
		  "properties": {"scope": "` + sub + `", "principalId": "u2", "principalType": "User", "roleDefinitionId": "/x/r1", "status": "Provisioned"}}]}`,
		"resource list --subscription s1":                         `[{"id": "` + account + `", "type": "Microsoft.Storage/storageAccounts", "name": "data"}]`,
		"storage account list --subscription s1 -o json":          `[{"id": "` + account + `", "type": "Microsoft.Storage/storageAccounts", "name": "data", "encryption": {"keySource": "Microsoft.Storage"}, "allowBlobPublicAccess": false}]`,
		"storage account list --subscription s1 --query [].id":    account,
		rest + "management.azure.com" + account + "/blobServices": `{"value": [{"name": "pictures", "properties": {"publicAccess": "Container"}}]}`,
		"functionapp list --subscription s1": `[{"id": "` + sub + `/resourceGroups/g/providers/Microsoft.Web/sites/f", "type": "Microsoft.Web/sites", "kind": "functionapp", "name": "f",
		  "identity": {"type": "SystemAssigned", "principalId": "m1"}}]`,
		graph + "users?":               `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id)", "@odata.nextLink": "https://graph.microsoft.com/v1.0/next-users", "value": [{"id": "u1", "displayName": "Ada", "userPrincipalName": "ada@shop.example"}]}`,
		graph + "next-users":           `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id)", "value": [{"id": "u2", "displayName": "Bo", "userPrincipalName": "bo@shop.example"}]}`,
		graph + "groups?":              `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#groups(id)", "value": [{"id": "g1", "displayName": "ops"}]}`,
		graph + "groups/g1/members?":   `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects", "value": [{"@odata.type": "#microsoft.graph.user", "id": "u1"}]}`,
		graph + "servicePrincipals?":   `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals", "value": []}`,
		graph + "auditLogs/signIns":    `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns", "value": [` + oneLine(signInGraph) + `]}`,
		"monitor activity-log list":    "[" + oneLine(activityREST) + "]",
		graph + "auditLogs/directoryA": `{"value": [` + oneLine(auditGraph) + `]}`,
	}
}

// The documented script writes files that are read without a problem, and goes
// on where something is refused.
func TestDocumentedScript(t *testing.T) {
	t.Parallel()
	dir, said := runDocumented(t, documentedAnswers())
	for _, part := range []string{"left out: identities-s1.json", "userRegistrationDetails", "classicAdministrators"} {
		if !strings.Contains(said, part) {
			t.Errorf("the script does not say that %s was refused: %s", part, said)
		}
	}
	e := read(t, filepath.Join(dir, "azure", "entitlements"))
	inv := system(t, e, "s1")
	if len(e.Problems) > 0 || len(inv.Problems) > 0 {
		t.Errorf("problems %v %v", e.Problems, inv.Problems)
	}
	if inv.System.Name != "Shop" || len(inv.Grants) != 2 || len(inv.Roles) != 1 || len(inv.Resources) != 2 {
		t.Errorf("%+v", inv)
	}
	if id := identity(t, inv, "u1"); id.Email != "ada@shop.example" || len(id.Groups) != 1 {
		t.Errorf("%+v", id)
	}
	if id := identity(t, inv, "u2"); id.Name != "Bo" {
		t.Errorf("%+v", id)
	}
	if id := identity(t, inv, "/subscriptions/s1/resourcegroups/g/providers/microsoft.web/sites/f"); id.RunsAs != "m1" || id.Kind != entitlement.Function {
		t.Errorf("%+v", id)
	}
	if b := inv.Resources[0].Bucket; b == nil || b.ContainersUnknown || len(b.PublicContainers) != 1 || b.PublicAllowed != entitlement.No || b.Encryption != entitlement.EncryptionProvider {
		t.Errorf("%+v", b)
	}
	stats, problems, err := azure.ReadEvents(t.Context(), filepath.Join(dir, "azure", "logs"), records.Options{Now: now}, ignore)
	if err != nil || len(problems) > 0 || stats.Parsed != 3 || stats.In != 3 {
		t.Errorf("%v %v %+v", err, problems, stats)
	}
}
