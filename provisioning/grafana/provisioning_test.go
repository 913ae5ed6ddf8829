// Package grafana_test holds the files that Grafana provisions itself from
// against each other, the rules of Prometheus, and the programs of the suite.
package grafana_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"go.yaml.in/yaml/v3"
)

func load(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// fromOutside is a value that Grafana takes from its environment or a file.
var fromOutside = regexp.MustCompile(`^\$__(env\{[A-Z_]+\}|file\{/[^}]+\})(/webhook)?$`)

type datasources struct {
	APIVersion  int  `yaml:"apiVersion"`
	Prune       bool `yaml:"prune"`
	Datasources []struct {
		Name, UID, Type, Access, URL string
		Editable                     bool
		JSONData                     map[string]any    `yaml:"jsonData"`
		SecureJSONData               map[string]string `yaml:"secureJsonData"`
	}
}

func sources(t *testing.T) map[string]string {
	t.Helper()
	var f datasources
	load(t, "datasources/leastward.yaml", &f)
	out := map[string]string{}
	for _, s := range f.Datasources {
		if out[s.UID] != "" || s.UID == "" || s.Name == "" || s.Access != "proxy" || s.Editable || f.APIVersion != 1 {
			t.Errorf("%s: uid %q, access %s, editable %v", s.Name, s.UID, s.Access, s.Editable)
		}
		out[s.UID] = s.Type
		if !fromOutside.MatchString(s.URL) {
			t.Errorf("%s: the address %s is not taken from the environment", s.Name, s.URL)
		}
		for name, value := range s.SecureJSONData {
			if !fromOutside.MatchString(value) {
				t.Errorf("%s: the secret %s stands in the file", s.Name, name)
			}
		}
	}
	return out
}

func TestDataSources(t *testing.T) {
	t.Parallel()
	got := sources(t)
	for uid, plugin := range map[string]string{
		"leastward": "leastward-ciem-datasource", "leastward-prometheus": "prometheus", "leastward-alertmanager": "alertmanager",
	} {
		if got[uid] != plugin {
			t.Errorf("%s is of %q, want %s", uid, got[uid], plugin)
		}
	}
}

type providers struct {
	APIVersion int `yaml:"apiVersion"`
	Providers  []struct {
		Name, Folder, Type    string
		OrgID                 int  `yaml:"orgId"`
		DisableDeletion       bool `yaml:"disableDeletion"`
		AllowUIUpdates        bool `yaml:"allowUiUpdates"`
		UpdateIntervalSeconds int  `yaml:"updateIntervalSeconds"`
		Options               struct {
			Path                      string
			FoldersFromFilesStructure bool `yaml:"foldersFromFilesStructure"`
		}
	}
}

// The dashboards' folder is not that of the rules, which would make two folders
// of one title.
func TestDashboardsHaveAFolderOfTheirOwn(t *testing.T) {
	t.Parallel()
	var f providers
	load(t, "dashboards/leastward.yaml", &f)
	if len(f.Providers) != 1 || f.Providers[0].AllowUIUpdates || !fromOutside.MatchString(f.Providers[0].Options.Path) {
		t.Fatalf("%+v", f)
	}
	for _, g := range rules(t) {
		if strings.EqualFold(g.Folder, f.Providers[0].Folder) {
			t.Errorf("the rules of %s are in the dashboards' folder", g.Name)
		}
	}
}

type contactPoints struct {
	APIVersion    int `yaml:"apiVersion"`
	ContactPoints []struct {
		OrgID     int `yaml:"orgId"`
		Name      string
		Receivers []struct {
			UID, Type             string
			DisableResolveMessage bool `yaml:"disableResolveMessage"`
			Settings              map[string]any
		}
	} `yaml:"contactPoints"`
}

func TestContactPoints(t *testing.T) {
	t.Parallel()
	var f contactPoints
	load(t, "alerting/contact-points.yaml", &f)
	defined, uids := texts(t), map[string]bool{}
	for _, c := range f.ContactPoints {
		for _, r := range c.Receivers {
			if uids[r.UID] || !identifier.MatchString(r.UID) || len(r.UID) > 40 {
				t.Errorf("%s: uid %q", c.Name, r.UID)
			}
			uids[r.UID] = true
			for name, value := range r.Settings {
				text, _ := value.(string)
				switch name {
				case "url", "username", "password":
					if !fromOutside.MatchString(text) {
						t.Errorf("%s: %s stands in the file", c.Name, name)
					}
				case "addresses":
					if !strings.HasSuffix(text, "@example.com") {
						t.Errorf("%s: %s is somebody's address", c.Name, text)
					}
				case "subject", "message":
					named := regexp.MustCompile(`^\{\{ template "([\w.]+)" \. \}\}$`).FindStringSubmatch(text)
					if named == nil || !slices.Contains(defined, named[1]) {
						t.Errorf("%s: %s: there is no text %s", c.Name, name, text)
					}
				}
			}
		}
	}
}

// texts returns the names of the texts that the templates define.
func texts(t *testing.T) []string {
	t.Helper()
	var f struct {
		APIVersion int `yaml:"apiVersion"`
		Templates  []struct {
			OrgID          int `yaml:"orgId"`
			Name, Template string
		}
	}
	load(t, "alerting/templates.yaml", &f)
	var out []string
	for _, one := range f.Templates {
		parsed, err := template.New(one.Name).Parse(one.Template)
		if err != nil {
			t.Fatal(err)
		}
		for _, defined := range parsed.Templates() {
			out = append(out, defined.Name())
		}
	}
	return out
}
