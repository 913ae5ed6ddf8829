package grafana_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/alert"
)

type policy struct {
	OrgID          int `yaml:"orgId"`
	Receiver       string
	GroupBy        []string      `yaml:"group_by"`
	GroupWait      time.Duration `yaml:"group_wait"`
	GroupInterval  time.Duration `yaml:"group_interval"`
	RepeatInterval time.Duration `yaml:"repeat_interval"`
	Matchers       [][3]string   `yaml:"object_matchers"`
	Mute           []string      `yaml:"mute_time_intervals"`
	Continue       bool
	Routes         []policy
}

func root(t *testing.T) policy {
	t.Helper()
	var f struct {
		APIVersion int `yaml:"apiVersion"`
		Policies   []policy
	}
	load(t, "alerting/policies.yaml", &f)
	if len(f.Policies) != 1 {
		t.Fatalf("%d trees of policies", len(f.Policies))
	}
	return f.Policies[0]
}

func TestPoliciesNameWhatThereIs(t *testing.T) {
	t.Parallel()
	var f contactPoints
	load(t, "alerting/contact-points.yaml", &f)
	used := map[string]bool{}
	var visit func(p policy)
	visit = func(p policy) {
		used[p.Receiver] = true
		for _, m := range p.Matchers {
			if !slices.Contains([]string{"=", "!=", "=~", "!~"}, m[1]) || m[0] == "" || m[2] == "" {
				t.Errorf("%s: matcher %q", p.Receiver, m)
			}
		}
		for _, name := range p.Mute {
			if !slices.Contains(mutes(t), name) {
				t.Errorf("%s: there is no mute timing %q", p.Receiver, name)
			}
		}
		for _, r := range p.Routes {
			visit(r)
		}
	}
	visit(root(t))
	for _, c := range f.ContactPoints {
		if !used[c.Name] {
			t.Errorf("no policy names %s", c.Name)
		}
		delete(used, c.Name)
	}
	for name := range used {
		t.Errorf("there is no contact point %s", name)
	}
}

func mutes(t *testing.T) []string {
	t.Helper()
	var f struct {
		APIVersion int `yaml:"apiVersion"`
		MuteTimes  []struct {
			OrgID     int `yaml:"orgId"`
			Name      string
			Intervals []struct {
				Times []struct {
					Start string `yaml:"start_time"`
					End   string `yaml:"end_time"`
				}
				Weekdays []string
				Location string
			} `yaml:"time_intervals"`
		} `yaml:"muteTimes"`
	}
	load(t, "alerting/mute-timings.yaml", &f)
	var out []string
	for _, m := range f.MuteTimes {
		out = append(out, m.Name)
		for _, i := range m.Intervals {
			for _, at := range i.Times {
				if at.Start >= at.End || len(at.Start) != 5 || len(at.End) != 5 {
					t.Errorf("%s: from %s to %s", m.Name, at.Start, at.End)
				}
			}
		}
	}
	return out
}

// The remediator gets the alerts of the playbooks that it runs, and no others.
func TestRemediatorPolicyNamesItsPlaybooks(t *testing.T) {
	t.Parallel()
	var automated []string
	for _, p := range alert.Playbooks() {
		if p.Automated() {
			automated = append(automated, string(p))
		}
	}
	routes := root(t).Routes
	i := slices.IndexFunc(routes, func(p policy) bool { return p.Receiver == "Leastward remediator" })
	if i < 0 {
		t.Fatal("the remediator gets nothing")
	}
	if want := [3]string{"playbook", "=~", strings.Join(automated, "|")}; len(routes[i].Matchers) != 1 || routes[i].Matchers[0] != want || !routes[i].Continue {
		t.Errorf("the remediator gets %v, continue %v; want %v", routes[i].Matchers, routes[i].Continue, want)
	}
	// What is about no alert of a rule never gets so far.
	if first := routes[0]; i == 0 || first.Matchers[0] != [3]string{"alertname", "=~", "DatasourceError|DatasourceNoData"} || first.Continue {
		t.Errorf("the first policy is %+v", first)
	}
}
