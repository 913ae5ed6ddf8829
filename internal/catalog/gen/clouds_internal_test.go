package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

const dataDir = "../data"

// The committed files are what the rules make of the committed names.
func TestCommittedFilesFollowTheRules(t *testing.T) {
	t.Parallel()
	files, err := cloudFiles(options{out: dataDir})
	if err != nil {
		t.Fatal(err)
	}
	sameAsCommitted(t, files, "azure.txt.zst", "roles_azure.txt.zst", "gcp.txt.zst", "roles_gcp.txt.zst")
}

// The data set gives the committed files.
func TestDataSetGivesTheCommittedFiles(t *testing.T) {
	t.Parallel()
	release := catalog.Azure().Version()
	release = release[:strings.LastIndexByte(release, '-')]
	files, err := cloudFiles(options{out: dataDir, iann0036: testkit.SharedData(t, "catalogues", "iann0036"), release: release})
	if err != nil {
		t.Fatal(err)
	}
	sameAsCommitted(t, files, "azure.txt.zst", "roles_azure.txt.zst", "gcp.txt.zst", "roles_gcp.txt.zst", "methods_gcp.txt.zst")
}

func sameAsCommitted(t *testing.T, files []file, want ...string) {
	t.Helper()
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		old, err := os.ReadFile(filepath.Join(dataDir, f.name))
		if err != nil || !bytes.Equal(old, f.data) {
			t.Errorf("%s is not what its sources give (%v): run `go run ./internal/catalog/gen` and commit the result", f.name, err)
		}
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// cloudSources is a data set of a few names.
func cloudSources() map[string]string {
	return map[string]string{
		"azure/built-in-roles-raw.json": `[
			{"name":"B2","roleName":"Two","assignableScopes":["/"],"permissions":[
				{"condition":null,"actions":["Microsoft.A/things/read","microsoft.a/things/*","Microsoft.A/things/"],"notActions":[],"dataActions":["Microsoft.A/things/keys/read","Microsoft.A/things/blobs/read"],"notDataActions":["Microsoft.A/things/blobs/secret/action"]}]},
			{"name":"a1","roleName":"One","assignableScopes":["/"],"permissions":[{"condition":"x  y","actions":["*/read"],"notActions":["Microsoft.A/things/delete"],"dataActions":[],"notDataActions":[]}]}]`,
		"azure/map-2026-01-02.json": `{"GET":{"/a":{"microsoft.a/things/read":{"automated":true},"Microsoft.A/things/keys/read":{},"Microsoft.A/things/wide/read":{"isDataAction":true}}}}`,
		"gcp/roles.ndjson": `{"name":"roles/b","title":"B","stage":"GA","includedPermissions":["a.things.list","a.things.get","a.Things.get"]}` + "\n" +
			`{"name":"roles/a","title":"A","stage":"BETA"}` + "\n",
		"gcp/map.json": `{"api":{"a":{"methods":{"a.projects.things.patch":{"permissions":[{"name":"a.things.get"},{"name":"a.things.update"}]},"a.things.get":{"permissions":[{"name":"a.things.get"}]},"a.free":{"permissions":[{"name":"No permissions required."}]},"a.things.testIamPermissions":{"permissions":[{"name":"a.things.get"}]},"a.if":{"permissions":[{"name":"a.things.get","condition":{}}]},"a.bare":{}}}}}`,
	}
}

func unpackFile(t *testing.T, files []file, name string) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f file) bool { return f.name == name })
	if i < 0 {
		t.Fatalf("there is no file %s", name)
	}
	zr, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	text, err := zr.DecodeAll(files[i].data, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

func TestCloudFiles(t *testing.T) {
	t.Parallel()
	operations := write(t, map[string]string{"operations.json": `[{"name":"Microsoft.A","operations":[{"name":"Microsoft.A/register/action","isDataAction":false}],
		"resourceTypes":[{"operations":[{"name":"Microsoft.A/things/blobs/read","isDataAction":true},{"name":"Microsoft.A/things/blobs/write","isDataAction":true},{"name":"Microsoft.A/things/keys/read","isDataAction":false}]}]}]`})
	files, err := cloudFiles(options{
		out: write(t, map[string]string{operationsFile: "c\tMicrosoft.A/{things,others}/listKeys/action\n"}), release: "2026-01-02",
		iann0036: write(t, cloudSources()), azureOperations: filepath.Join(operations, "operations.json"),
	})
	if err != nil {
		t.Fatal(err)
	}
	version := "2026-01-02-" + rulesVersion + "\n"
	for name, want := range map[string]string{
		"azure.txt.zst": "C\tazure\t" + version + "S\tMicrosoft.A\n" +
			"A\tMicrosoft.A/others/listKeys/action\tr\tHC\t\n" +
			"A\tMicrosoft.A/register/action\tw\tH\t\n" +
			"A\tMicrosoft.A/things/blobs/read\tr\tHDda\t\n" +
			"A\tMicrosoft.A/things/blobs/secret/action\tw\tHda\t\n" +
			"A\tMicrosoft.A/things/blobs/write\tw\tHda\t\n" +
			"A\tMicrosoft.A/things/delete\td\tH\t\n" +
			"A\tMicrosoft.A/things/keys/read\tr\tHDdb\t\n" +
			"A\tMicrosoft.A/things/listKeys/action\tr\tHC\t\n" +
			"A\tMicrosoft.A/things/read\tr\tu\t\n" +
			"A\tMicrosoft.A/things/wide/read\tr\tHDda\t\n",
		"roles_azure.txt.zst": "C\tazure\t" + version + "R\ta1\tOne\t\t\nB\tx y\n+\t*/read\n-\tMicrosoft.A/things/delete\n" +
			"R\tb2\tTwo\t\t\nB\t\n+\tMicrosoft.A/things/read\n+\tmicrosoft.a/things/*\n+\tMicrosoft.A/things/\n" +
			"d\tMicrosoft.A/things/keys/read\nd\tMicrosoft.A/things/blobs/read\nn\tMicrosoft.A/things/blobs/secret/action\n",
		"gcp.txt.zst":         "C\tgcp\t" + version + "S\ta\nA\ta.Things.get\tr\td\t\nA\ta.things.list\tl\td\t\nA\ta.things.update\tw\tH\t\n",
		"roles_gcp.txt.zst":   "C\tgcp\t" + version + "R\troles/a\tA\tBETA\t\nR\troles/b\tB\tGA\t0+1\n",
		"methods_gcp.txt.zst": "none\ta.free\ncall\ta.projects.things.patch\ta.things.update\n",
	} {
		if diff := cmp.Diff(want, unpackFile(t, files, name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCloudFilesReject(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, text, want string }{
		{"azure/built-in-roles-raw.json", `{`, "catalogue of azure: decode "},
		{"azure/built-in-roles-raw.json", `[{"name":"a","roleName":"A","assignableScopes":["/subscriptions/1"]}]`, `role "a" ("A") is not one that may be assigned everywhere`},
		{"azure/built-in-roles-raw.json", `[{"name":"a","roleName":"A","assignableScopes":["/"],"permissions":[{"actions":["a\tb"]}]}]`, "has a tab or a line break"},
		{"azure/map-2026-01-03.json", `{}`, "2 files, want one"},
		{"gcp/roles.ndjson", "{}\n{\n", "decode role 2 of "},
		{"gcp/roles.ndjson", `{"name":"a\tb"}`, "has a tab or a line break"},
		{"gcp/map.json", `[]`, "catalogue of gcp: decode "},
	} {
		files := cloudSources()
		files[tt.file] = tt.text
		_, err := cloudFiles(options{out: t.TempDir(), iann0036: write(t, files), release: "2026-01-02"})
		if !strings.Contains(message(err), tt.want) {
			t.Errorf("%s = %s: %v, want %q", tt.file, tt.text, err, tt.want)
		}
	}
	for _, tt := range []struct {
		o    options
		want string
	}{
		{options{out: t.TempDir()}, "make it with -iann0036"},
		{options{out: dataDir, azureOperations: "x"}, "-azure-operations needs -iann0036"},
		{options{out: dataDir, iann0036: "x"}, "-iann0036 needs -release"},
		{options{out: dataDir, iann0036: t.TempDir(), release: "x"}, "catalogue of azure: read the data set"},
		{options{out: dataDir, iann0036: write(t, cloudSources()), release: "x", azureOperations: "/nope"}, "read the operations of Azure: open /nope"},
		{options{out: dataDir, iann0036: write(t, cloudSources()), release: "x", azureOperations: t.TempDir()}, "0 files, want at least one"},
		{options{out: dataDir, iann0036: write(t, cloudSources()), release: "x", azureOperations: filepath.Join(write(t, map[string]string{"a.json": "x"}), "a.json")}, "decode "},
		{options{out: write(t, map[string]string{"azure.txt.zst": "x"})}, "decompress azure.txt.zst"},
		{options{out: write(t, map[string]string{"azure.txt.zst": packed("C\tazure\tv\n")})}, "no version or no actions"},
		{options{out: write(t, map[string]string{"azure.txt.zst": packed("C\tazure\tv-1\nA\tA/read\tr\t\t\n"), "roles_azure.txt.zst": packed("C\n")})}, "the committed file has no roles"},
		{options{out: write(t, map[string]string{"azure.txt.zst": packed("C\tazure\tv-1\nA\tA/read\tr\t\t\n"), operationsFile: "c\tA/x\nx\tA/y\n"})}, operationsFile + `:2: "x\tA/y" is not c or d`},
	} {
		if _, err := cloudFiles(tt.o); !strings.Contains(message(err), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.o, err, tt.want)
		}
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		"A/b/read":              "A/b/read",
		"A/{b,c}/{read,write}":  "A/b/read A/b/write A/c/read A/c/write",
		"A/sites{,/slots}/read": "A/sites/read A/sites/slots/read",
		"A/{b/read":             "error",
		"A/b}/read":             "error",
		"A.read":                "error",
		"A/b /read":             "error",
		"":                      "error",
	} {
		names, err := expand(pattern)
		got := strings.Join(names, " ")
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("expand(%q) = %s, want %s", pattern, got, want)
		}
	}
}

// Permissions written as ranges are read back as they were.
func TestRangesRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfNDistinct(rapid.IntRange(0, 200), 0, 60, rapid.ID[int]).Draw(t, "indices")
		slices.Sort(set)
		var got []int
		at := 0
		for field := range strings.SplitSeq(ranges(set), ",") {
			if field == "" {
				break
			}
			gap, more, _ := strings.Cut(field, "+")
			g, err := strconv.ParseInt(gap, 36, 64)
			m, _ := strconv.ParseInt("0"+more, 36, 64)
			if err != nil {
				t.Fatal(err)
			}
			at += int(g)
			for range m + 1 {
				got = append(got, at)
				at++
			}
		}
		if !slices.Equal(got, set) {
			t.Fatalf("read back %v, want %v", got, set)
		}
	})
}

// What our lists name is in the catalogues: a name mistyped is a rule that never
// holds.
func TestOurListsNameActions(t *testing.T) {
	t.Parallel()
	for _, name := range codeRunners() {
		if _, ok := catalog.Azure().Index(entitlement.Action(name)); !ok {
			t.Errorf("operation %q is not in the catalogue", name)
		}
	}
	for thing, verbs := range dataWrites() {
		if verbs == "*" && catalog.GCP().Match(thing+".*").Empty() {
			t.Errorf("%q has no permissions", thing)
		}
		for verb := range strings.FieldsSeq(strings.TrimSuffix(verbs, "*")) {
			if _, ok := catalog.GCP().Index(entitlement.Action(thing + "." + verb)); !ok {
				t.Errorf("permission %s.%s is not in the catalogue", thing, verb)
			}
		}
	}
	for name := range gcpTags() {
		if _, ok := catalog.GCP().Index(entitlement.Action(name)); !ok {
			t.Logf("tagged permission %q is not in the catalogue", name) // The data set's affair.
		}
	}
}

// The permissions reference, az and the REST API say the same.
func TestListedOperations(t *testing.T) {
	t.Parallel()
	const list = `[{"operations":[{"name":"Microsoft.A/register/action"}],"resourceTypes":[{"operations":[
		{"name":"Microsoft.A/things/read","isDataAction":false},{"name":"Microsoft.A/things/blobs/read","isDataAction":true},
		{"name":"Microsoft.A/things/read","isDataAction":true}]}]},{"operations":[{"name":"Microsoft.B/things/read"}]}]`
	dir := write(t, map[string]string{
		"az.json": list, "rest.json": `{"value":` + list + `}`,
		"pages/a.md": "# Permissions\n\n> [!div class=\"x\"]\n> | Action | Description |\n> | --- | --- |\n> | Microsoft.A/register/action | Registers. |\n" +
			"> | Microsoft.A/things/read | Reads a/b. |\n> | **DataAction** | **Description** |\n> | Microsoft.A/things/blobs/read |  |\n> | Microsoft.A/things/read | x |\n\n" +
			"> | Action | Description |\n> | Microsoft.B/things/read | See Microsoft.C/no/read |\n| Microsoft.D/no/read | no |\n",
	})
	want := []entry{
		{name: "Microsoft.A/register/action"},
		{name: "Microsoft.A/things/blobs/read", data: 'a'},
		{name: "Microsoft.A/things/read", data: 'b'},
		{name: "Microsoft.B/things/read"},
	}
	for _, path := range []string{"az.json", "rest.json", "pages"} {
		names := azureNames{map[string]map[string]int{}, map[string]map[string]int{}, map[string]planes{}}
		if err := names.addOperations(filepath.Join(dir, path)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, names.entries(), cmp.AllowUnexported(entry{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
