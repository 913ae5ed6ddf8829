package asked_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	startMachine = "Microsoft.Compute/virtualMachines/start/action"
	inGroup      = "/subscriptions/" + string(tabletest.Subscription) + "/resourceGroups/rg"
	shopFiles    = "//storage.googleapis.com/shop-files"
)

// threeClouds has two accounts of AWS, a subscription and a project.
func threeClouds() *tabletest.Asker {
	s := &collector.Snapshot{Results: append(snapshot().Results, tabletest.Clouds().Results...)}
	return &tabletest.Asker{Definitions: asked.Definitions(asked.NewEstates()), Snapshot: s}
}

func question(action, resource string, columns ...string) api.TableQuestion {
	return api.TableQuestion{
		Filters: map[string][]string{"action": {action}, "resource": {resource}}, Columns: columns, Sort: []api.TableOrder{{By: "identity"}},
	}
}

func TestWhoCanOnEveryCloud(t *testing.T) {
	t.Parallel()
	columns := []string{"identity", "type", "system", "verdict", "used", "outside"}
	azure, gcp := string(tabletest.Subscription), string(tabletest.Project)
	const deploy = "deploy@shop.iam.gserviceaccount.com"
	for _, test := range []struct {
		action, resource string
		want             [][]string
	}{
		{startMachine, inGroup, [][]string{
			{"ben", "user", azure, "allowed", "yes", "no"}, // By a group in a group.
			{"owner", "user", azure, "allowed", "no", "no"},
			{"visitor", "user", azure, "conditional", "no", "no"}, // Eligible.
		}},
		{"storage.objects.delete", "*", [][]string{
			{"//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work", "function", gcp, "allowed", "", "no"},
			{deploy, "service_account", gcp, "allowed", "", "no"},
		}},
	} {
		got := tabletest.Rows(threeClouds().Must(t, "who_can", question(test.action, test.resource, columns...)))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s on %s (-want +got):\n%s", test.action, test.resource, diff)
		}
	}
	got := tabletest.Rows(threeClouds().Must(t, "who_can", question("storage.objects.get", shopFiles, "identity", "type", "outside")))
	if !strings.Contains(strings.Join(flat(got), "|"), "allUsers anybody yes") {
		t.Errorf("who may read what is public: %v", got)
	}
}

func flat(rows [][]string) []string {
	var all []string
	for _, r := range rows {
		all = append(all, strings.Join(r, " "))
	}
	return all
}

// One question may be about identities and actions of one cloud each; a mixture
// that no cloud has says what is wrong.
func TestCanOnEveryCloud(t *testing.T) {
	t.Parallel()
	ask := api.TableQuestion{
		Filters: map[string][]string{"identity": {"ben", "visitor", "app"}, "action": {startMachine, "Microsoft.Compute/virtualMachines/delete"}, "resource": {inGroup}},
		Columns: []string{"identity", "action", "verdict", "system", "because"}, Sort: []api.TableOrder{{By: "identity"}, {By: "action"}},
	}
	rows := tabletest.Rows(threeClouds().Must(t, "can", ask))
	var got []string
	for _, r := range rows {
		got = append(got, r[0]+" "+r[1][len("Microsoft.Compute/virtualMachines/"):]+" "+r[2])
		if r[3] != string(tabletest.Subscription) || r[4] == "" {
			t.Errorf("row %v", r)
		}
	}
	want := []string{"app delete implicitly_denied", "app start/action implicitly_denied", "ben delete implicitly_denied", "ben start/action allowed", "visitor delete conditional", "visitor start/action conditional"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, test := range []struct{ identity, action, resource, want string }{
		{"nobody", startMachine, inGroup, `filters.identity: nobody ` + startMachine + ` ` + inGroup + `: the documents give no role to anybody called "nobody"`},
		{"ben", "Nothing", "*", `filters.action: ben Nothing *: "Nothing" is no action`},
		{"ben", startMachine, "elsewhere", `filters.resource: `},
		{"nobody", "storage.objects.get", "*", `filters.identity: `},
	} {
		bad := question(test.action, test.resource)
		bad.Filters["identity"], bad.Sort = []string{test.identity}, nil
		if _, err := threeClouds().Answer(t, "can", bad); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test, err, test.want)
		}
	}
}

// What a caller may not see takes no part in answers, whatever cloud it is of.
func TestCloudsThatACallerDoesNotSee(t *testing.T) {
	t.Parallel()
	a := threeClouds()
	a.Caller = &access.Caller{Grant: access.Grant{Name: "x", Systems: []entitlement.SystemID{one, tabletest.Project}}}
	if _, err := a.Answer(t, "who_can", question(startMachine, inGroup)); err == nil || !strings.Contains(err.Error(), "no subscription is among what was read") {
		t.Errorf("of a subscription that is not seen: %v", err)
	}
	if rows := a.Must(t, "who_can", question("storage.objects.delete", "*", "identity")); rows.Total == 0 {
		t.Error("nobody of the project that is seen")
	}
	// Systems that are not asked about are decided over and not listed.
	b := threeClouds()
	ask := question(startMachine, inGroup, "identity")
	ask.Systems = []entitlement.SystemID{one}
	if rows := tabletest.Rows(b.Must(t, "who_can", ask)); len(rows) > 0 {
		t.Errorf("of another system than asked for: %v", rows)
	}
}

// Where one of several projects is chosen, no resource means that project.
func TestTheChosenSystemIsTheResource(t *testing.T) {
	t.Parallel()
	a := threeClouds()
	for _, r := range a.Snapshot.Results {
		if r.System.Cloud == entitlement.GCP {
			other := *r.Reading.Inventory
			other.System = entitlement.System{ID: "empty-project", Cloud: entitlement.GCP, Name: "empty"}
			other.Grants, other.Resources, other.Identities = nil, nil, nil
			a.Snapshot.Results = append(a.Snapshot.Results, tabletest.Result(&other, tabletest.Now()))
			break
		}
	}
	for _, test := range []struct {
		system entitlement.SystemID
		want   int
		on     string
	}{
		{tabletest.Project, 2, "//cloudresourcemanager.googleapis.com/projects/" + string(tabletest.Project)},
		{"empty-project", 0, ""},
	} {
		q := question("storage.objects.delete", "*", "identity", "resource")
		q.Systems = []entitlement.SystemID{test.system}
		rows := tabletest.Rows(a.Must(t, "who_can", q))
		if len(rows) != test.want || test.want > 0 && rows[0][1] != test.on {
			t.Errorf("%s: %v", test.system, rows)
		}
	}
}
