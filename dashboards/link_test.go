package dashboards_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/dashboards/internal/grafana"
)

func names(d *grafana.Dashboard) []string {
	var out []string
	for i := range d.Templating.List {
		out = append(out, d.Templating.List[i].Name)
	}
	return out
}

// Links lead to dashboards that there are, and set variables that those have.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	variables := map[string][]string{}
	all := dashboards(t)
	for i := range all {
		variables[all[i].UID] = names(&all[i])
	}
	seen := 0
	for i := range all {
		for _, link := range addresses(t, &all[i]) {
			seen++
			if err := leads(link, variables); err != nil {
				t.Errorf("%s: %s: %v", all[i].UID, link, err)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d links were looked at", seen)
	}
}

// addresses returns every url anywhere in a dashboard.
func addresses(t *testing.T, d *grafana.Dashboard) []string {
	t.Helper()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&tree); err != nil {
		t.Fatal(err)
	}
	var out []string
	walk(tree, func(name string, value any) {
		if s, ok := value.(string); ok && name == "url" {
			out = append(out, s)
		}
	})
	return out
}

// walk calls visit for every member at any depth.
func walk(node any, visit func(name string, value any)) {
	switch n := node.(type) {
	case map[string]any:
		for name, value := range n {
			visit(name, value)
			walk(value, visit)
		}
	case []any:
		for _, value := range n {
			walk(value, visit)
		}
	}
}

func leads(link string, variables map[string][]string) error {
	if link == "${__value.raw}" {
		return nil
	}
	if page, ok := strings.CutPrefix(link, "https://github.com/leastward/leastward/blob/main/"); ok {
		_, err := os.Stat("../" + page)
		return err
	}
	uid, query, ok := strings.Cut(strings.TrimPrefix(link, "/d/"), "?")
	if !ok || variables[uid] == nil {
		return fmt.Errorf("there is no dashboard %q", uid)
	}
	if !strings.Contains(query, "${__url_time_range}") {
		return fmt.Errorf("the range is lost")
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name == "${__url_time_range}" {
			continue
		}
		if name, ok := strings.CutPrefix(name, "var-"); !ok || !slices.Contains(variables[uid], name) {
			return fmt.Errorf("%s has no variable %q", uid, name)
		}
		if _, err := url.QueryUnescape(value); err != nil || value == "" {
			return fmt.Errorf("%q is no value", value)
		}
	}
	return nil
}

// macros are what Grafana itself puts values in the place of.
func macros() []string {
	return []string{"__rate_interval", "__interval", "__url_time_range", "__value", "__data", "__field", "__all"}
}

// Whatever looks like a variable is one of the dashboard or of Grafana.
func TestDollarsAreVariables(t *testing.T) {
	t.Parallel()
	reference := regexp.MustCompile(`\$(?:\{(\w+)[^}]*\}|(\w+)|.?)`)
	for _, d := range dashboards(t) {
		text, err := json.Marshal(&d)
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		known := append(names(&d), macros()...)
		for _, m := range reference.FindAllStringSubmatch(string(text), -1) {
			name := m[1] + m[2]
			if used[name] = true; !slices.Contains(known, name) && m[0] != `$/` {
				t.Errorf("%s: %s is no variable", d.UID, m[0])
			}
		}
		for _, name := range names(&d) {
			if !used[name] && name != "filters" {
				t.Errorf("%s: the variable %s is not used", d.UID, name)
			}
		}
	}
}

// From a red number to the identity, to the finding with its evidence, to the page
// on which the playbook is approved: three clicks.
func TestThreeClicksToTheDecision(t *testing.T) {
	t.Parallel()
	uid := "leastward-overview"
	for _, click := range []struct{ panel, column, to string }{
		{"Identities with the highest index", "pci", "leastward-identity"},
		{"Findings and their evidence", "title", "leastward-findings"},
		{"All runs", "url", "${__value.raw}"},
	} {
		link := linkOf(t, uid, click.panel, click.column)
		if uid = click.to; link != click.to && !strings.HasPrefix(link, "/d/"+click.to+"?") {
			t.Fatalf("%s: %s leads to %q, not to %s", click.panel, click.column, link, click.to)
		}
	}
	if link := linkOf(t, "leastward-identity", "Runs of playbooks", "url"); link != "${__value.raw}" {
		t.Errorf("the identity's runs lead to %q", link)
	}
}

// linkOf returns the first link of a column of a panel.
func linkOf(t *testing.T, uid, panel, column string) string {
	t.Helper()
	for _, d := range dashboards(t) {
		for i := range d.Panels {
			if d.UID != uid || d.Panels[i].Title != panel || d.Panels[i].FieldConfig == nil {
				continue
			}
			for _, o := range d.Panels[i].FieldConfig.Overrides {
				for _, p := range o.Properties {
					if list, ok := p.Value.([]any); ok && o.Matcher.Options == column && p.ID == "links" {
						url, _ := list[0].(map[string]any)["url"].(string)
						return url
					}
				}
			}
		}
	}
	return ""
}
