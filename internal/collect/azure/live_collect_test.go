package azure_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

// The same tenant gives the same inventories, whether it is read from the APIs,
// page by page, or from files that were exported.
func TestLiveEqualsFiles(t *testing.T) {
	t.Parallel()
	lists, resources := tenantWorld()
	c := newCloud(t, lists, resources)
	live, _ := c.collect(t, c.options())
	files := read(t, exportWorld(t, lists, resources))
	if len(live.Problems) > 0 || len(live.Failed) > 0 {
		t.Errorf("problems %+v, failed %v", live.Problems, live.Failed)
	}
	ofTenant := slices.DeleteFunc(files.Systems, func(inv *entitlement.Inventory) bool { return strings.HasPrefix(string(inv.System.ID), "3333") })
	if diff := gocmp.Diff(ordered(ofTenant), ordered(live.Systems)); diff != "" {
		t.Errorf("files and live differ (-files +live):\n%s", diff)
	}
	if len(live.Systems) != 2 || len(live.Systems[0].Grants) != 7 || len(live.Systems[0].Identities) < 8 {
		t.Errorf("%d systems: %+v", len(live.Systems), live.Systems[0])
	}
}

// exportWorld writes the lists as docs/files-azure.md says.
func exportWorld(t *testing.T, lists map[string][]string, resources []string) string {
	t.Helper()
	dir, n := t.TempDir(), 0
	put := func(text string) {
		n++
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(n)+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	members := map[string][]string{}
	for path, values := range lists {
		list := strings.Join(values, ",")
		switch {
		case strings.HasSuffix(path, "providerOperations"):
		case strings.Contains(path, "/members"):
			group := strings.Split(path, "/")[3]
			members[group] = append(members[group], values...)
		case strings.HasSuffix(path, "/containers"):
			account, _, _ := strings.Cut(path, "/blobServices")
			put(`{"storageAccountId":"` + account + `","containers":[` + list + `]}`)
		case strings.Contains(path, "managementGroups"):
			put(list)
		case strings.Contains(path, "/v1.0/") || strings.Contains(path, "/beta/"):
			context := path[strings.LastIndex(path, "/")+1:]
			put(`{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#` + context + `","value":[` + list + `]}`)
		default:
			put(`{"value":[` + list + `]}`)
		}
	}
	for group, list := range members {
		put(`{"groupId":"` + group + `","members":[` + strings.Join(list, ",") + `]}`)
	}
	put(`{"data":[` + strings.Join(resources, ",") + `]}`)
	return dir
}

// ordered sorts what has the order of records.
func ordered(list []*entitlement.Inventory) []*entitlement.Inventory {
	for _, inv := range list {
		slices.SortFunc(inv.Grants, func(a, b entitlement.RoleGrant) int {
			return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Member, b.Member))
		})
	}
	return list
}

var _ = azure.Parts
