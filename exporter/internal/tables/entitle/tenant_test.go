package entitle_test

import (
	"log/slog"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/exporter/internal/tables/entitle"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/usage"
)

// sample is an account of the sample organisation.
type sample struct {
	*tabletest.Asker
	truth tenant.AccountTruth
	at    time.Time
	uses  *usage.Index
}

// generated makes the sample organisation and reads its first account.
func generated(tb testing.TB, size int) *sample {
	tb.Helper()
	dir := tb.TempDir()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: size, Seed: 1}); err != nil {
		tb.Fatal(err)
	}
	truth, _, err := tenant.ReadTruth(dir)
	if err != nil {
		tb.Fatal(err)
	}
	base := filepath.Join(dir, "aws", truth.Accounts[0].ID)
	files := &source.Files{
		Paths: config.Files{
			AuthorizationDetails: filepath.Join(base, "authorization-details.json"), CredentialReport: filepath.Join(base, "credential-report.csv"),
			Functions: filepath.Join(base, "functions.json"), Instances: filepath.Join(base, "instances.json"),
			Organization: filepath.Join(base, "organization.json"), SecurityGroups: filepath.Join(base, "security-groups.json"),
			ResourcePolicies: []string{filepath.Join(base, "buckets.json")},
			CloudTrail:       []string{filepath.Join(dir, "aws", "cloudtrail", "AWSLogs", truth.Accounts[0].ID)},
		},
		Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler),
	}
	reading, err := files.Read(tb.Context(), truth.Until)
	if err != nil {
		tb.Fatal(err)
	}
	result := &collector.Result{
		System: reading.Inventory.System, Attempted: truth.Until, Reading: reading,
		Assessment: tabletest.Assessor().Assess(reading.Inventory, reading.Usage, truth.Until, nil),
	}
	s := &sample{truth: truth.Accounts[0], at: truth.Until, uses: reading.Usage}
	s.Asker = &tabletest.Asker{Definitions: entitle.Definitions(), Snapshot: &collector.Snapshot{Results: []*collector.Result{result}}, At: truth.Until}
	reading.Usage = nil
	return s
}

// names returns the sorted values of a column, each once.
func (s *sample) names(tb testing.TB, table, column string, filters map[string][]string) []string {
	tb.Helper()
	found := map[string]bool{}
	for _, row := range tabletest.Rows(s.Must(tb, table, api.TableQuestion{Columns: []string{column}, Filters: filters})) {
		found[row[0]] = true
	}
	return slices.AppendSeq([]string{}, maps.Keys(found))
}

// Tables of the sample tenant say what its generator did.
func TestTenant(t *testing.T) {
	t.Parallel()
	s := generated(t, 1000)
	t.Run("truth", s.isTrue)
	t.Run("permissions", s.permissionsAddUp)
	t.Run("groups", s.groupsAreTheirMembers)
	t.Run("actions", s.actionsAddUp)
	t.Run("resources", s.resourcesAddUp)
}

func (s *sample) isTrue(t *testing.T) {
	only := func(pairs ...string) map[string][]string {
		filters := map[string][]string{}
		for i := 0; i < len(pairs); i += 2 {
			filters[pairs[i]] = append(filters[pairs[i]], pairs[i+1])
		}
		return filters
	}
	for about, tc := range map[string]struct{ got, want []string }{
		"super users":      {s.names(t, "identities", "identity", only("super", "yes", "type", "user")), append([]string{"arn:aws:iam::" + s.truth.ID + ":root"}, s.truth.Super.Users...)},
		"super roles":      {s.names(t, "identities", "identity", only("super", "yes", "type", "role")), s.truth.Super.Roles},
		"super groups":     {s.names(t, "groups", "identity", only("super", "yes")), s.truth.Super.Groups},
		"escalating users": {s.names(t, "escalations", "identity", only("type", "user")), s.truth.Escalating.Users},
		"escalating roles": {s.names(t, "escalations", "identity", only("type", "role")), s.truth.Escalating.Roles},
	} {
		slices.Sort(tc.got)
		want := slices.Sorted(slices.Values(tc.want))
		if diff := cmp.Diff(want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
	}
}

// permissionsAddUp holds the permissions of identities against their figures.
func (s *sample) permissionsAddUp(t *testing.T) {
	all := s.Must(t, "identities", api.TableQuestion{Columns: []string{"identity", "granted", "granted_high", "used", "unused", "pci"}, Sort: by("identity")})
	rows, excessive := tabletest.Rows(all), 0
	for i := 0; i < len(rows); i += 17 {
		p := s.Must(t, "permissions", api.TableQuestion{
			Columns: []string{"state", "severity", "points", "share", "in_catalog", "via"}, Filters: map[string][]string{"identity": {rows[i][0]}},
		})
		counts, points, share := map[string]int{}, 0.0, 0.0
		for _, row := range tabletest.Rows(p) {
			if row[4] == "no" {
				continue
			}
			counts["granted"]++
			counts[row[0]]++
			counts[row[1]]++
			points, share = points+number(t, row[2]), share+number(t, row[3])
			if row[5] == "" {
				t.Errorf("%s: no statement allows what it holds", rows[i][0])
			}
		}
		for n, of := range []string{"granted", "high", "used", "unused"} {
			if float64(counts[of]) != number(t, rows[i][n+1]) {
				t.Errorf("%s: %s %d by permissions, %s by identities", rows[i][0], of, counts[of], rows[i][n+1])
			}
		}
		pci, rounding := number(t, rows[i][5]), 1e-4*float64(1+p.Rows)
		if math.Abs(points-pci) > rounding || pci > 0 && math.Abs(share-1) > rounding {
			t.Errorf("%s: %g points and a share of %g in all, of an index of %g", rows[i][0], points, share, pci)
		}
		if pci > 0 {
			excessive++
		}
	}
	if excessive < 10 {
		t.Errorf("only %d of the identities looked at have an excess", excessive)
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// groupsAreTheirMembers holds what groups used against what members used.
func (s *sample) groupsAreTheirMembers(t *testing.T) {
	for _, g := range tabletest.Rows(s.Must(t, "groups", api.TableQuestion{Columns: []string{"identity", "used", "members", "resources_used"}})) {
		used, resources, members := map[string]bool{}, map[string]bool{}, s.names(t, "group_members", "identity", map[string][]string{"group": {g[0]}})
		holds := map[string]bool{}
		for _, a := range s.names(t, "permissions", "action", map[string][]string{"identity": {g[0]}}) {
			holds[a] = true
		}
		for _, m := range members {
			for _, a := range s.names(t, "permissions", "action", map[string][]string{"identity": {m}, "state": {"used"}}) {
				if holds[a] {
					used[a] = true
					s.touched(m, a, resources)
				}
			}
		}
		if number(t, g[1]) != float64(len(used)) || number(t, g[2]) != float64(len(members)) || number(t, g[3]) != float64(len(resources)) {
			t.Errorf("group %v: its %d members used %d actions on %d resources", g, len(members), len(used), len(resources))
		}
	}
}

// touched adds the resources on which an identity used an action.
func (s *sample) touched(id, action string, into map[string]bool) {
	uses, _ := s.uses.Resources(entitlement.IdentityID(id), entitlement.Action(action))
	for _, u := range uses {
		if u.Count > 0 {
			into[string(u.Resource)] = true
		}
	}
}

// actionsAddUp counts who holds and uses each action the plain way.
func (s *sample) actionsAddUp(t *testing.T) {
	granted, used, refused := map[string]int{}, map[string]int{}, map[string]uint64{}
	for _, one := range s.Snapshot.Results[0].Assessment.Identities {
		if one.Kind != entitlement.User && one.Kind != entitlement.Role {
			continue
		}
		for i := range one.Access.Granted().Indices() {
			granted[string(catalog.AWS().Info(i).Action)]++
		}
		for i, use := range one.Usage.Actions {
			refused[string(catalog.AWS().Info(i).Action)] += uint64(use.Denied)
			if one.Usage.Used.Has(i) {
				used[string(catalog.AWS().Info(i).Action)]++
			}
		}
	}
	rows := tabletest.Rows(s.Must(t, "actions", api.TableQuestion{Columns: []string{"action", "identities_granted", "identities_used", "denied"}}))
	for _, row := range rows {
		if number(t, row[1]) != float64(granted[row[0]]) || number(t, row[2]) != float64(used[row[0]]) || number(t, row[3]) != float64(refused[row[0]]) {
			t.Errorf("%v; want %d, %d and %d", row, granted[row[0]], used[row[0]], refused[row[0]])
		}
	}
	if len(rows) < len(granted) || len(used) < 20 {
		t.Errorf("%d rows, %d actions granted, %d used", len(rows), len(granted), len(used))
	}
}

// resourcesAddUp holds the resources of users and roles against the users and
// roles of resources.
func (s *sample) resourcesAddUp(t *testing.T) {
	byIdentity, byResource, least := 0.0, 0.0, 0
	for _, row := range tabletest.Rows(s.Must(t, "identities", api.TableQuestion{Columns: []string{"resources_used"}, Filters: map[string][]string{"type": {"user", "role"}}})) {
		byIdentity += number(t, row[0])
	}
	for _, row := range tabletest.Rows(s.Must(t, "resources", api.TableQuestion{Columns: []string{"identities_accessed", "identities_with_access", "resource_type", "actions_used", "uses", "resource"}})) {
		byResource += number(t, row[0])
		if number(t, row[1]) < number(t, row[0]) || row[2] == "" || number(t, row[3]) > number(t, row[4]) {
			t.Errorf("resource %v", row)
		}
		if number(t, row[0]) > 0 {
			least++
		}
	}
	if byIdentity != byResource || least < 50 {
		t.Errorf("%g uses by identity, %g by resource, of %d", byIdentity, byResource, least)
	}
}
