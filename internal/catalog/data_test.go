package catalog_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

// The embedded roles are those of the data set, pattern by pattern.
func TestAzureRolesAreThoseOfTheDataSet(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(testkit.SharedData(t, "catalogues", "iann0036", "azure", "built-in-roles-raw.json"))
	if err != nil {
		t.Fatal(err)
	}
	var roles []struct {
		Name, RoleName string
		Permissions    []struct {
			Actions, NotActions, DataActions, NotDataActions []string
			Condition                                        string
		}
	}
	if err := json.Unmarshal(raw, &roles); err != nil {
		t.Fatal(err)
	}
	for _, want := range roles {
		got := azureRole(t, entitlement.RoleID(strings.ToLower(want.Name)))
		if got.Name != want.RoleName || len(got.Blocks) != len(want.Permissions) {
			t.Fatalf("role %s is %q with %d blocks, want %q with %d", got.ID, got.Name, len(got.Blocks), want.RoleName, len(want.Permissions))
		}
		for i, p := range want.Permissions {
			b := got.Blocks[i]
			have := [][]string{b.Actions, b.NotActions, b.DataActions, b.NotDataActions, strings.Fields(b.Condition)}
			wanted := [][]string{p.Actions, p.NotActions, p.DataActions, p.NotDataActions, strings.Fields(p.Condition)}
			if diff := cmp.Diff(trimmed(wanted), trimmed(have)); diff != "" {
				t.Errorf("block %d of role %s (-want +got):\n%s", i, want.RoleName, diff)
			}
		}
	}
}

func trimmed(lists [][]string) [][]string {
	out := make([][]string, len(lists))
	for i, list := range lists {
		for _, s := range list {
			out[i] = append(out[i], strings.TrimSpace(s))
		}
	}
	return out
}

func TestGCPRolesAreThoseOfTheDataSet(t *testing.T) {
	t.Parallel()
	f, err := os.Open(testkit.SharedData(t, "catalogues", "iann0036", "gcp", "roles.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	n := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for ; lines.Scan(); n++ {
		var want struct {
			Name, Title, Stage  string
			IncludedPermissions []string
		}
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		got := roleOf(t, catalog.GCPRoles(), entitlement.RoleID(want.Name))
		if got.Name != want.Title || got.Stage != want.Stage || !slices.Equal(folded(got.Blocks[0].Actions), folded(want.IncludedPermissions)) {
			t.Errorf("role %s is %q (%s) with %d permissions, want %q (%s) with %d", want.Name, got.Name, got.Stage,
				len(got.Blocks[0].Actions), want.Title, want.Stage, len(want.IncludedPermissions))
		}
	}
	if err := lines.Err(); err != nil || n != len(catalog.GCPRoles()) {
		t.Errorf("read %d roles (%v), want %d", n, err, len(catalog.GCPRoles()))
	}
}

// folded sorts what is the same but for case together, once.
func folded(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// audit is what we read of a record of Google Cloud's audit logs.
type audit struct {
	ProtoPayload struct {
		ServiceName, MethodName string
		AuthorizationInfo       []struct{ Permission string }
	}
}

// Where a log names the permissions, the method's own is one of them.
func TestMethodsOfTheLogs(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "gcp", "security-analytics"), "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d files (%v)", len(paths), err)
	}
	named := 0
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var a audit
		if json.Unmarshal(raw, &a) != nil || a.ProtoPayload.MethodName == "" {
			continue // Not an audit record.
		}
		call := catalog.Call{Source: a.ProtoPayload.ServiceName, Name: a.ProtoPayload.MethodName}
		actions, mapping := catalog.GCP().Permissions(call)
		if mapping != catalog.Mapped || len(a.ProtoPayload.AuthorizationInfo) == 0 || strings.HasSuffix(call.Name, ".InsertJob") {
			continue // A job's query reads tables; the record names them.
		}
		named++
		if own := string(catalog.GCP().Info(actions[0]).Action); !slices.ContainsFunc(a.ProtoPayload.AuthorizationInfo, func(i struct{ Permission string }) bool { return i.Permission == own }) {
			t.Errorf("%s: %s of %s is %s, want one of %v", filepath.Base(path), call.Name, call.Source, own, a.ProtoPayload.AuthorizationInfo)
		}
	}
	if named < 5 {
		t.Errorf("%d records name their permissions, want at least 5", named)
	}
}
