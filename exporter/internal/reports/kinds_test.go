package reports_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

func arn(rest string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::" + first + ":" + rest)
}

// organisation has in its first account:
//
//	ada, user of the group team, which may delete buckets; she deleted one and
//	     was refused to create one. Her key is 100 days old.
//	ben, user who may read objects of one bucket, and did not.
//	guest, role that another account may enter, and which may do what ada may.
//	job, role of a function.
//
// The second account has one user, eve, who may do what ada may.
func organisation() *collector.Snapshot {
	at := tabletest.Now()
	identity := func(id entitlement.IdentityID, k entitlement.Kind, name string, policies ...entitlement.PolicyID) entitlement.Identity {
		return entitlement.Identity{ID: id, Name: name, Kind: k, System: first, Created: at.AddDate(0, 0, -200), Policies: policies}
	}
	trust := func(principal string) []byte {
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}]}`)
	}
	ada := identity(arn("user/ada"), entitlement.User, "ada")
	ada.Groups = []entitlement.IdentityID{arn("group/team")}
	ada.Keys = []entitlement.AccessKey{{ID: "AKIA1", Created: at.AddDate(0, 0, -100), Active: true, LastUsed: at.AddDate(0, 0, -1), UseKnown: true}}
	guest, job := identity(arn("role/guest"), entitlement.Role, "guest", "delete"), identity(arn("role/job"), entitlement.Role, "job")
	guest.Trust, job.Trust = trust(`{"AWS":"999999999999"}`), trust(`{"Service":"lambda.amazonaws.com"}`)
	one := &entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.AWS, ID: first, Name: "one", Owner: "ops", Folders: []string{"prod"}}, CollectedAt: at,
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{
			"delete": {`"s3:DeleteBucket","s3:CreateBucket"`, "*"}, "read": {`"s3:GetObject"`, "arn:aws:s3:::data/*"}, "spare": {`"s3:GetObject"`, "*"},
		}),
		Identities: []entitlement.Identity{identity(arn("group/team"), entitlement.Group, "team", "delete"), ada, identity(arn("user/ben"), entitlement.User, "ben", "read"), guest, job},
	}
	two := &entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.AWS, ID: second, Name: "beta2", Folders: []string{"prod"}}, CollectedAt: at,
		Policies:   tabletest.Policies(map[entitlement.PolicyID][2]string{"delete": {`"s3:DeleteBucket","s3:CreateBucket"`, "*"}}),
		Identities: []entitlement.Identity{{ID: "arn:aws:iam::" + second + ":user/eve", Name: "eve", Kind: entitlement.User, System: second, Policies: []entitlement.PolicyID{"delete"}}},
	}
	event := func(action entitlement.Action, outcome auditlog.Outcome) *auditlog.Event {
		return &auditlog.Event{Time: at.AddDate(0, 0, -1), Identity: ada.ID, System: first, Outcome: outcome, Actions: []entitlement.Action{action}}
	}
	return &collector.Snapshot{Results: []*collector.Result{
		tabletest.Result(one, at, event("s3:DeleteBucket", auditlog.Success), event("s3:CreateBucket", auditlog.AuthorizationFailure)), tabletest.Result(two, at),
	}}
}

// over returns what makes reports of a snapshot, a day and more after it was
// taken.
func over(s *collector.Snapshot, o registry.Options) *reports.Builder {
	return &reports.Builder{Tables: &tables.Set{
		Definitions: registry.Definitions(o), Snapshot: func() *collector.Snapshot { return s },
		Assessors: tabletest.Assessors, Now: func() time.Time { return tabletest.Now().AddDate(0, 1, 0) },
	}}
}

// cells returns some columns of a table as texts.
func cells(t *report.Table, columns string) []string {
	var out []string
	for _, row := range t.Rows {
		var list []string
		for name := range strings.FieldsSeq(columns) {
			i := slices.IndexFunc(t.Columns, func(c report.Column) bool { return c.ID == name })
			if i < 0 {
				return []string{"there is no column " + name}
			}
			list = append(list, row[i].Human(t.Columns[i].Digits))
		}
		out = append(out, strings.Join(list, " "))
	}
	return out
}

// What each report says of the organisation.
func TestEachReport(t *testing.T) {
	t.Parallel()
	b := over(organisation(), registry.Options{})
	for _, tc := range []struct {
		kind    report.Kind
		filters filters
		table   string
		columns string
		want    []string
	}{
		{report.UserEntitlements, nil, "identities", "system name type granted used band", []string{
			first + " ada user 2 1 low", first + " ben user 1 0 low", first + " guest role 2 0 low", first + " job role 0 0 low", second + " eve user 2 0 low",
		}},
		{report.UserEntitlements, filters{"type": {"group"}}, "identities", "name", []string{"team"}},
		{report.UserEntitlements, filters{"part": {"detailed"}, "type": {"user"}}, "identity_assignments", "name policy way through granted used", []string{
			"ada delete group " + string(arn("group/team")) + " 2 1", "ben read direct  1 0", "eve delete direct  2 0",
		}},
		{report.UserEntitlements, filters{"part": {"permissions"}, "state": {"active"}}, "assignments", "name policy", []string{"ada delete"}},
		{report.GroupEntitlements, nil, "groups", "name members members_active granted used", []string{"team 1 1 2 1"}},
		{report.GroupEntitlements, nil, "group_assignments", "name policy way", []string{"team delete direct"}},
		{report.AccessKeyEntitlements, nil, "access_keys", "access_key name status age_days age_bucket use", []string{"AKIA1 ada active 100 91-180 used"}},
		{report.AccessKeyEntitlements, filters{"part": {"detailed"}}, "access_keys_detailed", "access_key granted used", []string{"AKIA1 2 1"}},
		{report.IdentityPermissions, filters{"action": {"s3:DeleteBucket"}}, "holders", "action system name granted state uses denied", []string{
			"s3:DeleteBucket " + first + " ada yes used 1 0", "s3:DeleteBucket " + first + " guest yes unused 0 0",
			"s3:DeleteBucket " + first + " team yes used 0 0", "s3:DeleteBucket " + second + " eve yes unused 0 0",
		}},
		{report.IdentityPermissions, filters{"action": {"S3:?reateBucket"}, "type": {"user"}}, "holders", "action name state denied", []string{
			"s3:CreateBucket ada unused 1", "s3:CreateBucket eve unused 0",
		}},
		{report.IdentityPermissions, nil, "actions", "action identities_granted identities_used", []string{"s3:CreateBucket 3 0", "s3:DeleteBucket 3 1", "s3:GetObject 1 0"}},
		{report.AllPermissionsOfOne, filters{"identity": {string(arn("user/ada"))}}, "permissions", "name action state denied", []string{
			"ada s3:CreateBucket unused 1", "ada s3:DeleteBucket used 0",
		}},
		{report.RolePolicyDetails, nil, "policies", "system policy kind assigned used identities", []string{
			first + " delete custom yes yes 2", first + " read custom yes no 1", first + " spare custom no no 0", second + " delete custom yes no 1",
		}},
		{report.RolePolicyDetails, filters{"assigned": {"no"}}, "policies", "policy", []string{"spare"}},
		{report.CrossAccountAccess, nil, "external_access", "system from role_name method trusts_all", []string{first + " 999999999999 guest direct yes"}},
		{report.AWSRolePolicyAudit, nil, "assumable_roles", "role_name by how", []string{
			"guest 999999999999 trust", "job lambda.amazonaws.com trust",
		}},
	} {
		t.Run(fmt.Sprint(tc.kind, tc.filters), func(t *testing.T) {
			t.Parallel()
			r, err := b.Build(t.Context(), &reports.Request{Kind: tc.kind, Ask: &api.ReportQuestion{Filters: tc.filters}, Caller: &access.Caller{}})
			must(t, r, err)
			found := tablesOf(r)[tc.table]
			if found == nil {
				t.Fatalf("there is no table %s in %v", tc.table, tablesOf(r))
			}
			if diff := cmp.Diff(tc.want, cells(found, tc.columns)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A report about an action that there isn't is a mistake, not an empty report.
func TestUnknownActions(t *testing.T) {
	t.Parallel()
	b := over(organisation(), registry.Options{})
	for action, want := range map[string]string{"s3:DeleteBuckets": "is no action that is known", "delete": "is no action such as", "nothing:*": "is no action that is known"} {
		_, err := b.Build(t.Context(), &reports.Request{
			Kind: report.IdentityPermissions, Ask: &api.ReportQuestion{Filters: filters{"action": {action}}}, Caller: &access.Caller{},
		})
		if bad := tables.AsBad(err); bad == nil || bad.Path != "filters.action" || !strings.Contains(bad.Message, want) {
			t.Errorf("%s: %v, want %q", action, err, want)
		}
	}
}

// The history has the last point of each month, and a chart of it.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := organisation()
	store, err := history.Open(t.Context(), history.Options{
		Path: t.TempDir() + "/history.db", Retention: func() time.Duration { return 10_000 * time.Hour }, Now: tabletest.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for days := range 70 {
		p := history.PointOf(s.Results[0].Assessment, "")
		p.At = p.At.AddDate(0, 0, -days)
		store.Record(p)
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := over(s, registry.Options{PCI: creeping.Options{History: store, Older: func() time.Duration { return 48 * time.Hour }}})
	r, err := b.Build(t.Context(), &reports.Request{Kind: report.PCIHistory, Ask: &api.ReportQuestion{}, Caller: &access.Caller{}})
	must(t, r, err)
	want := []string{"2026-03-31 00:00 " + first, "2026-04-30 00:00 " + first, "2026-05-31 00:00 " + first, "2026-06-01 12:00 " + first}
	if diff := cmp.Diff(want, cells(tablesOf(r)["pci_history"], "time key")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	charts := r.Sections[0].Charts
	if len(charts) != 1 || charts[0].Title != "PCI of one ("+first+")" || !slices.Equal(charts[0].Labels, []string{"2026-03", "2026-04", "2026-05", "2026-06"}) {
		t.Errorf("charts: %+v", charts)
	}
	r, err = b.Build(t.Context(), &reports.Request{Kind: report.PCIHistory, Ask: &api.ReportQuestion{
		From: tabletest.Now().AddDate(0, -1, 0), Filters: filters{"by": {"folder"}},
	}, Caller: &access.Caller{}})
	must(t, r, err)
	if diff := cmp.Diff([]string{"2026-05-31 00:00 prod", "2026-06-01 12:00 prod"}, cells(tablesOf(r)["pci_history"], "time key")); diff != "" {
		t.Errorf("by folder (-want +got):\n%s", diff)
	}
}
