package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/testkit"
)

// write makes files below a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func dataFiles() map[string]string {
	return map[string]string{
		"package.json":                `{"name":"` + dataPackage + `","version":"` + dataVersion + `"}`,
		"data/services.json":          `["a","a-b"]`,
		"data/actions/a.json":         `{"putx":{"name":"PutX","accessLevel":"Write","resourceTypes":[{"name":"thing"}]},"getx":{"name":"GetX","accessLevel":"Read","resourceTypes":[]},"passx":{"name":"PassX","accessLevel":"Write","resourceTypes":[]}}`,
		"data/actions/a-b.json":       `{"tag":{"name":"Tag","accessLevel":"Tagging, Write","resourceTypes":[]}}`,
		"data/resourceTypes/a.json":   `{"thing":{"key":"thing","arn":"arn:thing"}}`,
		"data/resourceTypes/a-b.json": `{}`,
	}
}

func tables() map[string]string {
	return map[string]string{
		"sensitive_aws.txt":      "a:GetX\tCD\n",
		"sensitive_more_aws.txt": "a:PutX\tD\ta result\n",
		"dataplane_aws.txt":      "a:PutX\tT\n",
		"uncalled_aws.txt":       "a:PassX\na:PutX\na-b:*\n",
		"recorded_aws.txt":       "a-b:Tag\n",
		"azure.txt.zst":          packed("C\tazure\t2026-01-02-0\nS\tA\nA\tA/b/read\tr\t\t\nA\tA/b/c/read\tr\ta\t\n"),
		"roles_azure.txt.zst":    packed("C\tazure\t2026-01-02-0\nR\t0\tReader\t\t\nB\t\n+\t*/read\n"),
		"gcp.txt.zst":            packed("C\tgcp\t2026-01-02-0\nS\ta\nA\ta.b.get\tr\t\t\n"),
		"roles_gcp.txt.zst":      packed("C\tgcp\t2026-01-02-0\nR\troles/a\tA\tGA\t0\n"),
	}
}

func packed(text string) string {
	data, err := pack(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	data, out := write(t, dataFiles()), write(t, tables())
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-iam-data", data, "-out", out}, &stdout); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join(out, "aws.txt.zst"))
	if err != nil {
		t.Fatal(err)
	}
	zr, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	text, err := zr.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "C\t")
	want := "aws\t" + catalogVersion + "\nS\ta-b\nA\ta-b:Tag\tt\t\t\nS\ta\nR\tthing\tarn:thing\n" +
		"A\ta:GetX\tr\tHCD\t\nA\ta:PassX\tw\tHu\t\nA\ta:PutX\tw\tHDd\t0\n"
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("catalogue (-want +got):\n%s", diff)
	}

	// The same inputs give the same bytes; the check agrees.
	if err := run(t.Context(), []string{"-iam-data", data, "-out", out, "-check"}, &stdout); err != nil {
		t.Errorf("check after writing: %v", err)
	}
}

func TestCheckNamesTheFile(t *testing.T) {
	t.Parallel()
	files := tables()
	files["aws.txt.zst"] = "old"
	data, out := write(t, dataFiles()), write(t, files)
	err := run(t.Context(), []string{"-iam-data", data, "-out", out, "-check"}, new(bytes.Buffer))
	if err == nil || !strings.Contains(err.Error(), filepath.Join(out, "aws.txt.zst")+" differs") {
		t.Errorf("check: %v, want the name of the file", err)
	}
	if got, _ := os.ReadFile(filepath.Join(out, "aws.txt.zst")); string(got) != "old" {
		t.Error("check has changed the file")
	}
}

func TestGenerateRejects(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file, text, want string
	}{
		{"package.json", `{"name":"` + dataPackage + `","version":"0.1.0"}`, "holds " + dataPackage + "@0.1.0, want"},
		{"package.json", `{`, "decode "},
		{"data/services.json", `["nope"]`, "read the data set: open "},
		{"data/actions/a-b.json", `{"x":{"name":"X","accessLevel":"Odd"}}`, `a-b:X has the unknown access level "Odd"`},
		{"data/resourceTypes/a.json", `{}`, `a:PutX names the unknown resource type "thing"`},
		{"data/actions/a.json", `{}`, `sensitive_aws.txt:1: "a:GetX" names no action`},
	} {
		files := dataFiles()
		files[tt.file] = tt.text
		out := tables()
		if tt.file == "data/actions/a-b.json" {
			out["uncalled_aws.txt"], out["recorded_aws.txt"] = "a:PassX\n", "a:PassX\n"
		}
		err := run(t.Context(), []string{"-iam-data", write(t, files), "-out", write(t, out)}, new(bytes.Buffer))
		if !strings.Contains(message(err), tt.want) {
			t.Errorf("%s = %s: %v, want %q", tt.file, tt.text, err, tt.want)
		}
	}
}

func TestUncalled(t *testing.T) {
	t.Parallel()
	calls := parseTable("calls", "prefix\tsrc\ta\ncall\ta:Odd\ta:Own,a:Extra\ncall\ta:Both\ta:Both,a:Checked\nnone\ta:Free\n")
	u := newUncalled(calls)
	for _, op := range []string{"Plain", "Odd", "Both", "Free"} {
		u.operation("src", op)
	}
	got := u.table([]string{"a:Both", "a:Checked", "a:Extra", "a:Free", "a:Odd", "a:Own", "a:Plain", "b:X", "b:Y"})
	_, rows, _ := strings.Cut(got, "calls_aws.txt.\n")
	if diff := cmp.Diff("a:Checked\na:Free\na:Odd\nb:*\n", rows); diff != "" {
		t.Errorf("uncalled (-want +got):\n%s", diff)
	}
}

func TestAddModels(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write([]byte(`{"metadata":{"endpointPrefix":"e","signingName":"s"},"operations":{"X":{},"Y":{}}}`)); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	u := newUncalled(&table{})
	if err := u.addModels(write(t, map[string]string{"svc/2020-01-01/service-2.json.gz": b.String()})); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"e:x", "e:y", "s:x", "s:y"} {
		if !u.called[name] {
			t.Errorf("%s is not called; called are %v", name, slices.Sorted(maps.Keys(u.called)))
		}
	}
	if err := u.addModels(t.TempDir()); err == nil || !strings.Contains(err.Error(), "botocore/data") {
		t.Errorf("an empty folder: %v, want a hint", err)
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	tw := tar.NewWriter(zw)
	for _, name := range []string{"package/package.json", "../evil.json", "package/readme.md"} {
		if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 2, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{tw, zw} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	dir := write(t, map[string]string{"in/a.tgz": b.String()})
	archive := filepath.Join(dir, "in", "a.tgz")
	if err := unpack(archive, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if diff := cmp.Diff([]string{"/in/a.tgz", "/out/package/package.json"}, got); err != nil || diff != "" {
		t.Errorf("files, %v (-want +got):\n%s", err, diff)
	}
	if err := checkIntegrity(archive); err == nil || !strings.Contains(err.Error(), "integrity of") {
		t.Errorf("checkIntegrity of another archive: %v", err)
	}
}

func TestSensitiveTableIsCurrent(t *testing.T) {
	t.Parallel()
	source := testkit.SharedData(t, "catalogues", "sensitive_iam_actions", "actions.yaml")
	got, err := sensitiveTable(source, embedded())
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../data/sensitive_aws.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("sensitive_aws.txt (-committed +made):\n%s", diff)
	}
}

// embedded returns the names of the embedded catalogue's actions.
func embedded() []string {
	c := catalog.AWS()
	actions := make([]string, c.Len())
	for i := range actions {
		actions[i] = string(c.Info(i).Action)
	}
	return actions
}
