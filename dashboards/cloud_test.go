package dashboards_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/entitlement"
)

// Somebody of Azure or Google Cloud may be in many systems: rows about an identity
// say in which, and lead there.
func TestIdentitiesAreLookedAtInTheirSystem(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, a := range asks(t) {
		columns := a.query.Table.Columns
		if a.panel.Type != "table" || !slices.Contains(columns, "identity") || !slices.Contains(columns, "name") {
			continue
		}
		seen++
		uid, _, _ := strings.Cut(a.where, ": ")
		link := linkOf(t, uid, a.panel.Title, "name")
		if !slices.Contains(columns, "system") || !strings.Contains(link, "var-system=${__data.fields.system:percentencode}") {
			t.Errorf("%s: the name leads to %q", a.where, link)
		}
	}
	if seen < 12 {
		t.Errorf("only %d tables of identities", seen)
	}
}

// Every dashboard can be narrowed to clouds, and so are the systems that one
// chooses from.
func TestDashboardsAreNarrowedToClouds(t *testing.T) {
	t.Parallel()
	for _, d := range dashboards(t) {
		clouds, systems := false, false
		for i := range d.Templating.List {
			v := &d.Templating.List[i]
			text, err := json.Marshal(v.Query)
			if err != nil {
				t.Fatal(err)
			}
			switch v.Name {
			case "cloud":
				clouds = true
				for _, c := range entitlement.Clouds() {
					clouds = clouds && strings.Contains(string(text), c.Title()+" : "+string(c))
				}
			case "system":
				systems = strings.Contains(string(text), `"clouds":["$cloud"]`)
			}
		}
		if !clouds || !systems {
			t.Errorf("%s: clouds %v, systems of these alone %v", d.UID, clouds, systems)
		}
	}
}

// Ids have quotes and other signs in them, and Grafana's own way of putting them
// into an expression takes an apostrophe for the end of a text.
func TestIdentitiesAreQuoted(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, d := range dashboards(t) {
		for i := range d.Panels {
			for _, target := range d.Panels[i].Targets {
				expr, _ := target.(map[string]any)["expr"].(string)
				seen += strings.Count(expr, "${identity:doublequote}")
				if strings.Contains(expr, "$identity") {
					t.Errorf("%s: %s: %s", d.UID, d.Panels[i].Title, expr)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no expression is about the identity")
	}
}
