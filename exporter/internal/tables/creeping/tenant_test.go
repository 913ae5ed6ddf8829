package creeping_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ofTenant asks about the sample tenant.
func ofTenant(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	b.Snapshot = tabletest.Tenant(t)
	return b
}

// The rows of the index and of its distribution add up to the identities that
// count, each counted here by itself.
func TestTenantAddsUp(t *testing.T) {
	t.Parallel()
	b := ofTenant(t)
	excess, used, inPCI, high, users := 0.0, 0.0, 0, 0, 0
	for _, r := range b.Snapshot.Results {
		for i := range r.Assessment.Identities {
			if one := &r.Assessment.Identities[i]; one.InPCI {
				excess, used, inPCI = excess+one.Score.Excess, used+one.Score.Used, inPCI+1
				if math.Floor(one.Score.PCI()+0.5) >= 68 {
					high++
				}
				if one.Kind == entitlement.User {
					users++
				}
			}
		}
	}
	all := tabletest.Rows(b.Must(t, "pci", api.TableQuestion{
		Filters: map[string][]string{"by": {"all"}}, Columns: []string{"pci", "identities", "high", "human", "workload"},
	}))[0]
	total := tabletest.Assessor().Model().Total()
	if want := index(excess*total, used*total, inPCI); math.Abs(number(t, all[0])-want) > 0.0002 {
		t.Errorf("index %s, want %v", all[0], want)
	}
	want := []string{strconv.Itoa(inPCI), strconv.Itoa(high), strconv.Itoa(users), strconv.Itoa(inPCI - users)}
	if !slices.Equal(all[1:], want) {
		t.Errorf("counts %v, want %v", all[1:], want)
	}
	for _, by := range []string{"all", "system", "cloud"} {
		n := 0.0
		for _, row := range tabletest.Rows(b.Must(t, "pci_distribution", api.TableQuestion{Filters: map[string][]string{"by": {by}}, Columns: []string{"identities"}})) {
			n += number(t, row[0])
		}
		if int(n) != inPCI {
			t.Errorf("distribution by %s is of %v identities, want %d", by, n, inPCI)
		}
	}
}

// What an identity's index is made of adds up to it, for every identity.
func TestTenantContributions(t *testing.T) {
	t.Parallel()
	b := ofTenant(t)
	r := b.Snapshot.Results[0]
	looked := 0
	for i := range r.Assessment.Identities {
		one := &r.Assessment.Identities[i]
		if i%5 != 0 {
			continue
		}
		rows := tabletest.Rows(b.Must(t, "pci_contributions", api.TableQuestion{
			Filters: map[string][]string{"identity": {string(one.ID)}}, Columns: []string{"points", "share", "state", "action"},
		}))
		points, share := 0.0, 0.0
		for _, row := range rows {
			p := number(t, row[0])
			points, share = points+p, share+number(t, row[1])
			index, _ := tabletest.Assessor().Catalog().Index(entitlement.Action(row[3]))
			if used := one.Usage.Used.Has(index); used != (row[2] == "used") || p > 0 && row[2] != "unused" {
				t.Errorf("%s of %s is %s with %v points; used: %v", row[3], one.ID, row[2], p, used)
			}
		}
		if slack := 0.00006 * float64(len(rows)); math.Abs(points-one.Score.PCI()) > slack+1e-6 {
			t.Errorf("%s: points add up to %v, its index is %v", one.ID, points, one.Score.PCI())
		}
		if one.Score.Excess > 0 && math.Abs(share-1) > 0.000001*float64(len(rows)) {
			t.Errorf("%s: shares add up to %v", one.ID, share)
		}
		looked += len(rows)
	}
	if looked < 1000 {
		t.Errorf("only %d rows were looked at", looked)
	}
}

// The six summaries by their definitions, action by action.
func TestTenantSummaries(t *testing.T) {
	t.Parallel()
	b := ofTenant(t)
	user := func(one *assess.Identity) bool { return one.Kind == entitlement.User && !one.Root }
	resource := func(one *assess.Identity) bool {
		return one.Kind == entitlement.Function || one.Kind == entitlement.Instance
	}
	high := func(i *catalog.Info) bool { return i.Severity == catalog.High }
	deletes := func(i *catalog.Info) bool { return i.Type == catalog.Delete }
	row := func(name string, total, active int) []string {
		return []string{name, strconv.Itoa(total), strconv.Itoa(total - active), strconv.Itoa(active)}
	}
	holders := func(name string, of func(*assess.Identity) bool, what func(*catalog.Info) bool) []string {
		total, active := 0, 0
		b.each(of, func(one *assess.Identity) {
			has, uses := false, false
			b.eachAction(one, what, func(_ string, used bool) { has, uses = true, uses || used })
			if has {
				total++
			}
			if uses {
				active++
			}
		})
		return row(name, total, active)
	}
	actions := func(name string, what func(*catalog.Info) bool) []string {
		granted, used := map[string]bool{}, map[string]bool{}
		b.each(user, func(one *assess.Identity) {
			b.eachAction(one, what, func(action string, uses bool) {
				granted[string(one.System)+action] = true
				if uses {
					used[string(one.System)+action] = true
				}
			})
		})
		return row(name, len(granted), len(used))
	}
	want := [][]string{
		holders("users_high", user, high), holders("users_delete", user, deletes),
		actions("actions_high", high), actions("actions_delete", deletes),
		holders("resources_high", resource, high), holders("resources_delete", resource, deletes),
	}
	got := tabletest.Rows(b.Must(t, "summaries", api.TableQuestion{Columns: []string{"summary", "total", "inactive", "active"}}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summaries (-want +got):\n%s", diff)
	}
	for _, row := range got {
		if row[1] == "0" {
			t.Errorf("%s is about nothing in the sample tenant", row[0])
		}
	}
}

func (b *bundle) each(of func(*assess.Identity) bool, do func(*assess.Identity)) {
	for _, r := range b.Snapshot.Results {
		for i := range r.Assessment.Identities {
			if one := &r.Assessment.Identities[i]; of(one) {
				do(one)
			}
		}
	}
}

// eachAction calls do with each action that an identity is granted.
func (b *bundle) eachAction(one *assess.Identity, what func(*catalog.Info) bool, do func(action string, used bool)) {
	cat := tabletest.Assessor().Catalog()
	for i := range cat.Len() {
		if one.Access.Reach(i) != entitlement.ReachNone && what(cat.Info(i)) {
			do(string(cat.Info(i).Action), one.Usage.Used.Has(i))
		}
	}
}
