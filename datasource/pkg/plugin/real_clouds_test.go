package plugin_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// place is what is so of a subscription or project by construction.
type place struct {
	cloud, id            string
	users                int
	inactive, super      []string // Users.
	public, open         []string // Resources.
	exempt, exemptThings []string
	action, resource     string // An action that whoever may do everything may do there.
}

func (r *real) places() []place {
	var out []place
	for _, s := range r.truth.Azure[0].Subscriptions {
		out = append(out, place{
			"azure", s.ID, s.Counts.Users, s.Inactive.Users, s.Super.Users, s.Storage.Public, s.OpenSecurityGroups,
			s.ExcludedFromReports, s.ExemptResources, "Microsoft.Storage/storageAccounts/listKeys/action", "/subscriptions/" + s.ID,
		})
	}
	for _, p := range r.truth.GCP[0].Projects {
		out = append(out, place{
			"gcp", p.ID, p.Counts.Users, p.Inactive.Users, p.Super.Users, p.Buckets.Public, p.OpenFirewalls,
			p.ExcludedFromReports, p.ExemptResources, "storage.buckets.update", "//cloudresourcemanager.googleapis.com/projects/" + p.ID,
		})
	}
	return out
}

// Three clouds behind the plugin, with the numbers that are so by construction.
func TestThreeClouds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds and runs the exporter")
	}
	r := startReal(t, tenantOf{size: 120, clouds: true, within: 3 * time.Minute})
	for _, p := range r.places() {
		t.Run(p.cloud+"/"+p.id, func(t *testing.T) { r.place(t, &p) })
	}
	t.Run("by cloud", func(t *testing.T) { r.byCloud(t) })
	t.Run("audit", func(t *testing.T) { r.auditOfClouds(t) })
}

func (r *real) place(t *testing.T, p *place) {
	t.Helper()
	ask := func(table, filters, column string) []string {
		frames := r.got(t, fmt.Sprintf(`{"queryType":"entitlements","scope":{"clouds":[%q],"systems":[%q]},"table":{"name":%q,"filters":{%s}}}`, p.cloud, p.id, table, filters))
		if frames[0].Rows() == 0 {
			return nil
		}
		return slices.Sorted(slices.Values(texts(t, frames, column)))
	}
	users := r.got(t, fmt.Sprintf(`{"queryType":"entitlements","scope":{"systems":[%q]},"table":{"name":"identities","filters":{"type":["user"]}}}`, p.id))
	if users[0].Rows() != p.users {
		t.Errorf("%d users, want %d", users[0].Rows(), p.users)
	}
	links(t, users)
	same(t, "inactive users", without(p.inactive, p.exempt), ask("findings", `"category":["inactive_user"]`, "identity"))
	same(t, "public storage", without(p.public, p.exemptThings), ask("findings", `"category":["bucket_public"]`, "resource"))
	same(t, "open networks", without(p.open, p.exemptThings), ask("findings", `"category":["open_security_group"]`, "resource"))
	may := ask("who_can", fmt.Sprintf(`"action":[%q],"resource":[%q]`, p.action, p.resource), "identity")
	for _, id := range p.super {
		if !slices.Contains(may, id) {
			t.Errorf("%s may do everything, and is not among those who may %s", id, p.action)
		}
	}
}

// links are those of identities, whatever their ids look like.
func links(t *testing.T, frames data.Frames) {
	t.Helper()
	field, _ := frames[0].FieldByName("identity")
	if len(field.Config.Links) != 2 {
		t.Errorf("%d links of identities, want 2", len(field.Config.Links))
	}
}

func without(ids, exempt []string) []string {
	out := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(exempt, id) })
	slices.Sort(out)
	if len(out) == 0 {
		return nil
	}
	return out
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// byCloud has a row for each cloud, and systems of the clouds that are asked
// about alone.
func (r *real) byCloud(t *testing.T) {
	t.Helper()
	all := r.got(t, `{"queryType":"pci","table":{"name":"pci","columns":["key","systems"],"filters":{"by":["cloud"]},"sort":[{"by":"key"}]}}`)
	same(t, "clouds", []string{"aws", "azure", "gcp"}, texts(t, all, "key"))
	want := []float64{float64(len(r.truth.Accounts)), float64(len(r.truth.Azure[0].Subscriptions)), float64(len(r.truth.GCP[0].Projects))}
	if diff := cmp.Diff(want, numbersOf(t, backend.DataResponse{Frames: all})); diff != "" {
		t.Errorf("systems by cloud (-want +got):\n%s", diff)
	}
	var ids []string
	for _, s := range r.truth.Azure[0].Subscriptions {
		ids = append(ids, s.ID)
	}
	azure := r.got(t, `{"queryType":"pci","scope":{"clouds":["azure"],"systems":[".*"],"folders":[".*"]},"table":{"name":"pci","columns":["key"],"filters":{"by":["system"]},"sort":[{"by":"key"}]}}`)
	slices.Sort(ids)
	same(t, "subscriptions", ids, texts(t, azure, "key"))
}

// auditOfClouds asks for events of one cloud at a time: none is of a system of
// another, and refusals are told apart in each.
func (r *real) auditOfClouds(t *testing.T) {
	t.Helper()
	for _, cloud := range []string{"azure", "gcp"} {
		own := map[string]bool{"": true} // Of the tenant or organization.
		for _, p := range r.places() {
			own[p.id] = own[p.id] || p.cloud == cloud
		}
		groups := r.got(t, fmt.Sprintf(`{"scope":{"clouds":[%q]},"audit":{"text":"* | count by system"}}`, cloud))
		for _, id := range texts(t, groups, "system") {
			if !own[id] {
				t.Errorf("%s is no system of %s", id, cloud)
			}
		}
		if groups[0].Rows() < 3 {
			t.Errorf("events of %d systems of %s, want those of 3", groups[0].Rows(), cloud)
		}
		refused := r.got(t, fmt.Sprintf(`{"scope":{"clouds":[%q]},"audit":{"text":"outcome:denied | count"}}`, cloud))
		if n := sum(numbersOf(t, backend.DataResponse{Frames: refused})); n == 0 {
			t.Errorf("nothing was refused in %s", cloud)
		}
	}
}
