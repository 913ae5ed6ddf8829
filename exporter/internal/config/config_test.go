package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/testkit"
)

func TestLoadGood(t *testing.T) {
	t.Parallel()
	c, err := config.Load("testdata/good.full.yml")
	if err != nil {
		t.Fatal(err)
	}
	files := c.AWS.Accounts[1].Files
	for _, got := range []struct{ what, got, want string }{
		{"a relative path is relative to the file", files.AuthorizationDetails, "testdata/aws/details.json"},
		{"a glob, too", files.CloudTrail[0], "testdata/aws/trail/**/*.json.gz"},
		{"data_dir, too", c.DataDir, "testdata/data"},
		{"an absolute path stays", c.Reports[0].Directory, "/var/lib/leastward/reports"},
		{"paths of Azure, too", strings.Join(c.Azure.Files.Logs, ","), "testdata/azure/activity/**/*.json.gz"},
		{"and of one project", strings.Join(c.GCP.Projects[1].Files.Entitlements, ","), "testdata/gcp/lab.json"},
		{"ids of subscriptions are in lower case", c.Azure.Subscriptions[0].ID, "11111111-aaaa-0000-0000-000000000001"},
		{"live region defaults", strings.Join(c.AWS.Accounts[0].Live.Regions, ","), "us-east-1"},
		{"format defaults", c.Reports[0].Format, "pdf"},
		{"tls defaults", c.SMTP.TLS, "mandatory"},
	} {
		if got.got != got.want {
			t.Errorf("%s: %q, want %q", got.what, got.got, got.want)
		}
	}
	if r := c.Audit.Rules(); len(r) != 3 || !r[1].Enabled || !r[1].IgnoreReads || r[1].Kind != "action" || r[1].Interval.String() != "30d" || r[0].Enabled {
		t.Errorf("first-time rules = %+v", r)
	}
	if azure, gcp := c.Azure.Section(), c.GCP.Section(); !azure.Automatic || gcp.Automatic || !gcp.Given() || len(c.Systems()) != 5 {
		t.Errorf("Azure automatic %v, Google Cloud %v, %d systems", azure.Automatic, gcp.Automatic, len(c.Systems()))
	}
	s := c.Assess.Settings()
	if s.Window != 30*24*time.Hour || s.KeyAge != 90*24*time.Hour || s.Weights.Permissions != 20 || s.Weights.Write != 1 {
		t.Errorf("settings = %+v", s)
	}
}

// An empty file is valid: it collects nothing.
func TestEmptyFileIsTheDefault(t *testing.T) {
	t.Parallel()
	c, err := config.Read(strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	if c.Collect.Interval.Std() != 4*time.Hour || c.Assess.Window.Std() != 90*24*time.Hour {
		t.Errorf("defaults = %+v", c)
	}
}

// Each bad file has, in its first line, the exact message that it must give.
func TestLoadBad(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/bad.*.yml")
	if err != nil || len(files) < 20 {
		t.Fatalf("bad files: %d, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		want := file + ": " + strings.TrimPrefix(first, "# ")
		if _, err := config.Load(file); err == nil || err.Error() != want {
			t.Errorf("Load(%s)\n got: %v\nwant: %s", file, err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("testdata/good.full.yml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("aws: {accounts: [null]}")
	f.Add("reports: [{}]\nsmtp: {}")
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = config.Read(strings.NewReader(text)) // It must not panic.
	})
}

// What docs/configuration.md shows is valid, and shows every field.
func TestDocumentedConfiguration(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```yaml\n")
	block, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("there is no YAML block")
	}
	if _, err := config.Read(strings.NewReader(block)); err != nil {
		t.Errorf("the documented configuration is not valid: %v", err)
	}
	for _, field := range fields(reflect.TypeFor[config.Config]()) {
		if !strings.Contains(string(text), field) {
			t.Errorf("the field %s is not documented", field)
		}
	}
}

// fields lists the names of all fields below a type. What belongs to a library
// is documented there.
func fields(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || !strings.HasPrefix(t.PkgPath(), "github.com/leastward/") {
		return nil
	}
	var names []string
	for field := range t.Fields() {
		if name := field.Tag.Get("yaml"); name == ",inline" {
			names = append(names, fields(field.Type)...)
		} else if name != "" {
			names = append(append(names, name), fields(field.Type)...)
		}
	}
	return names
}
