package entitle_test

import (
	"strconv"
	"testing"

	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

// index is the PCI of one identity with so much excess, use and unobservable
// weight, as cells have it.
func index(excess, used float64) string {
	w := tabletest.Assessor().Model().Total()
	pci := creep.Sum{Excess: excess / w, Used: used / w, Identities: 1}.PCI()
	return strconv.FormatFloat(float64(int64(pci*1e4+0.5))/1e4, 'f', -1, 64)
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	ask := api.TableQuestion{
		Sort:    by("identity"),
		Columns: []string{"name", "type", "subtype", "owner", "granted", "granted_high", "used", "unused", "state", "in_pci", "exempt", "resources_used", "groups", "keys", "policies"},
	}
	check(t, "identities", ask, [][]string{
		{"team", "group", "local", "platform", "2", "2", "1", "1", "active", "no", "", "2", "0", "0", "1"},
		{"center", "role", "ed", "platform", "0", "0", "0", "0", "never", "yes", "", "0", "0", "0", "0"},
		{"guest", "role", "cross_account", "platform", "0", "0", "0", "0", "never", "yes", "", "0", "0", "0", "0"},
		{"job", "role", "service", "platform", "2", "2", "0", "1", "inactive", "yes", "", "0", "0", "0", "2"},
		{"named", "role", "local", "platform", "0", "0", "0", "0", "never", "yes", "", "0", "0", "0", "0"},
		{"people", "role", "saml", "platform", "0", "0", "0", "0", "never", "yes", "", "0", "0", "0", "0"},
		{"whole", "role", "local", "platform", "0", "0", "0", "0", "never", "yes", "", "0", "0", "0", "0"},
		{"ana", "user", "local", "payments", "2", "2", "1", "1", "active", "yes", "", "2", "1", "2", "0"},
		{"ben", "user", "local", "platform", "4", "4", "0", "3", "active", "no", "pci", "1", "1", "1", "2"},
		{"work", "function", "service", "platform", "2", "2", "0", "1", "never", "no", "", "0", "0", "0", "0"},
	})
	// Of ana's two actions of weight 1 one is used; ben holds 7 of weight that
	// could be seen, and a read of data in part that could not.
	ask = api.TableQuestion{
		Sort: by("name"), Filters: map[string][]string{"type": {"user"}},
		Columns: []string{"name", "pci", "pci_upper", "pci_lower", "band", "band_days", "mfa", "console", "super", "risky", "boundary", "last_active", "created", "tags", "system", "system_name"},
	}
	const made = "2025-08-05T12:00:00Z"
	check(t, "identities", ask, [][]string{
		{"ana", index(1, 1), index(1, 1), index(1, 1), "low", "0", "yes", "yes", "no", "no", "", "2026-06-01T11:00:00Z", made, "owner=payments", "111111111111", "prod"},
		{"ben", index(7, 0), index(7+2.5, 0), index(7, 2.5), "low", "0", "no", "", "no", "no", "limit", "2026-05-29T12:00:00Z", made, "ck_exclude_from_pci=yes", "111111111111", "prod"},
	})
}

func TestIdentityFilters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		filter string
		values []string
		want   []string
	}{
		{"type", []string{"group", "function"}, []string{"team", "work"}},
		{"subtype", []string{"ed", "saml"}, []string{"center", "people"}},
		{"state", []string{"inactive"}, []string{"job"}},
		{"band", []string{"high", "medium"}, nil},
		{"risky", []string{"yes"}, nil},
		{"super", []string{"yes"}, nil},
		{"in_pci", []string{"no"}, []string{"ben", "team", "work"}},
		{"mfa", []string{"no"}, []string{"ben"}},
		{"mfa", []string{"yes"}, []string{"ana"}},
		{"owner", []string{"payments"}, []string{"ana"}},
		{"identity", []string{string(arn("user/ben")), "nobody"}, []string{"ben"}},
		{"name", []string{"job"}, []string{"job"}},
		{"severity", []string{"delete"}, []string{"ana", "ben", "team"}},
	} {
		var want [][]string
		for _, name := range tc.want {
			want = append(want, []string{name})
		}
		ask := api.TableQuestion{Sort: by("name"), Columns: []string{"name"}, Filters: map[string][]string{tc.filter: tc.values}}
		check(t, "identities", ask, append([][]string{}, want...))
	}
	check(t, "identities", api.TableQuestion{
		Sort: by("name"), Columns: []string{"name", "granted", "used", "unused"}, Filters: map[string][]string{"severity": {"delete"}},
	}, [][]string{{"ana", "1", "0", "1"}, {"ben", "1", "0", "1"}, {"team", "1", "0", "1"}})
}

func TestSuperAndRiskyIdentities(t *testing.T) {
	t.Parallel()
	inv := small()
	boss, climber := identity("boss", entitlement.User, "scp"), identity("climber", entitlement.User, "climb")
	inv.Policies["climb"] = entitlement.Policy{ID: "climb", Name: "climb", Document: []byte(`{"Version":"2012-10-17","Statement":[{"Sid":"Up","Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*"}]}`)}
	inv.Identities = append(inv.Identities, boss, climber)
	a := asker()
	a.Snapshot.Results[0] = tabletest.Result(inv, now())
	ask := api.TableQuestion{Columns: []string{"name", "super", "band", "granted"}, Sort: by("name"), Filters: map[string][]string{"risky": {"yes"}}}
	all := strconv.Itoa(catalog.AWS().Len())
	want := [][]string{{"boss", "yes", "high", all}, {"climber", "no", "low", "1"}}
	got := tabletest.Rows(a.Must(t, "identities", ask))
	if len(got) != 2 || got[0][1] != want[0][1] || got[0][2] != want[0][2] || got[0][3] != want[0][3] || got[1][0] != "climber" || got[1][1] != "no" {
		t.Errorf("got %v, want %v", got, want)
	}
	ways := tabletest.Rows(a.Must(t, "escalations", api.TableQuestion{
		Columns: []string{"name", "rank", "path", "admin", "conditional", "steps", "target", "chain"}, Filters: map[string][]string{"identity": {string(climber.ID)}, "rank": {"1"}},
	}))
	if len(ways) != 1 || ways[0][0] != "climber" || ways[0][2] == "" || ways[0][3] != "yes" || ways[0][4] != "no" || ways[0][5] != "1" ||
		ways[0][6] != string(climber.ID) || ways[0][7] != "1. climber: iam:AttachUserPolicy on "+string(climber.ID) {
		t.Errorf("escalations of climber: %q", ways)
	}
}
