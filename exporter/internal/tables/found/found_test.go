package found_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/found"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

const (
	one = entitlement.SystemID("111111111111")
	two = entitlement.SystemID("222222222222")
)

// result is a system with findings that are written down.
func result(id entitlement.SystemID, totals map[entitlement.Category]int, findings ...entitlement.Finding) *collector.Result {
	at := tabletest.Now()
	for i := range findings {
		findings[i].System, findings[i].Cloud = id, entitlement.AWS
	}
	return &collector.Result{
		System: entitlement.System{Cloud: entitlement.AWS, ID: id, Name: "name of " + string(id)}, Attempted: at, Succeeded: at,
		Assessment: &assess.Assessment{
			System: entitlement.System{ID: id}, At: at, Findings: findings, Totals: totals,
			Sum: creep.Sum{Excess: 1, Identities: 1},
		},
	}
}

func snapshot() *collector.Snapshot {
	at := tabletest.Now()
	inactive := entitlement.Finding{
		ID: "f1", Category: entitlement.InactiveUser, Identity: "arn:aws:iam::111111111111:user/ana", Kind: entitlement.User, Name: "ana",
		Owner: "ops", PCI: 80.25, Impact: 3.5, Granted: 10, Used: 0, Created: at.AddDate(-1, 0, 0), FirstSeen: at.AddDate(0, 0, -3), Covered: 0.5,
		Evidence: []entitlement.Evidence{{Name: "Last active", Value: "never seen"}, {Name: "Logs cover", Value: "50% of 90 days"}},
	}
	over := entitlement.Finding{
		ID: "f2", Category: entitlement.OverprovisionedRole, Identity: "arn:aws:iam::111111111111:role/ci", Kind: entitlement.Role, Name: "ci",
		PCI: 33, Impact: 0.5, Granted: 9, Used: 4, LastActive: at.AddDate(0, 0, -1), FirstSeen: at, Covered: 1,
	}
	key := inactive
	key.ID, key.Category, key.Resource = "f3", entitlement.AccessKeyOld, "AKIA1"
	second := key
	second.ID, second.Resource = "f4", "AKIA2"
	bucket := entitlement.Finding{
		ID: "f5", Category: entitlement.BucketPublic, Resource: "arn:aws:s3:::open", Name: "open", Owner: "data", FirstSeen: at.AddDate(0, 0, -10),
	}
	exempt := bucket
	exempt.ID, exempt.Category = "f6", entitlement.ExcludedFromReports
	exempt.Evidence = []entitlement.Evidence{{Name: "Tag value", Value: "yes"}}
	group := entitlement.Finding{
		ID: "f7", Category: entitlement.OpenSecurityGroup, Resource: "arn:aws:ec2:us-east-1:222222222222:security-group/sg-1", FirstSeen: at,
	}
	outside := entitlement.Finding{ID: "f8", Category: entitlement.ExternalAccount, Resource: "999999999999", FirstSeen: at}
	return &collector.Snapshot{Results: []*collector.Result{
		result(one, map[entitlement.Category]int{
			entitlement.InactiveUser: 4, entitlement.OverprovisionedRole: 3, entitlement.AccessKeyOld: 2, entitlement.SuperUser: 4,
			entitlement.BucketPublic: 5,
		}, inactive, over, key, second, bucket, exempt),
		result(two, map[entitlement.Category]int{entitlement.InactiveUser: 6, entitlement.OpenSecurityGroup: 1, entitlement.ExternalAccount: 1}, group, outside),
	}}
}

func asker() *tabletest.Asker {
	return &tabletest.Asker{Definitions: found.Definitions(), Snapshot: snapshot()}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	got := tabletest.Rows(asker().Must(t, "findings", api.TableQuestion{Sort: []api.TableOrder{{By: "finding"}}, Filters: map[string][]string{
		"finding": {"f1", "f2", "f3", "f5", "f6"},
	}}))
	const book = "https://github.com/leastward/leastward/blob/main/docs/runbooks/"
	system := []string{"aws", string(one), "name of 111111111111"}
	row := func(parts ...[]string) []string { return slices.Concat(parts...) }
	want := [][]string{
		row([]string{"f1", "inactive_user", "inactive", "Inactive users"}, system,
			[]string{"arn:aws:iam::111111111111:user/ana", "ana", "user", "", "", "ops", "80.25", "high", "3.5", "10", "0"},
			[]string{"", "2026-05-29T12:00:00Z", "3", "2025-06-01T12:00:00Z", "0.5", "no", "Last active: never seen; Logs cover: 50% of 90 days"},
			[]string{"inactive-user-read-only", "yes", book + "inactive-user-read-only.md", "warning"}),
		row([]string{"f2", "overprovisioned_role", "overprovisioned", "Over-provisioned active roles"}, system,
			[]string{"arn:aws:iam::111111111111:role/ci", "ci", "role", "", "", "", "33", "low", "0.5", "9", "4"},
			[]string{"2026-05-31T12:00:00Z", "2026-06-01T12:00:00Z", "0", "", "1", "no", ""},
			[]string{"overprovisioned-right-size", "no", book + "overprovisioned-right-size.md", ""}), // At the limit, not above it.
		row([]string{"f3", "access_key_old", "access_key", "Old access keys"}, system,
			[]string{"arn:aws:iam::111111111111:user/ana", "ana", "user", "AKIA1", "AKIA1", "ops", "80.25", "high", "3.5", "10", "0"},
			[]string{"", "2026-05-29T12:00:00Z", "3", "2025-06-01T12:00:00Z", "0.5", "no", "Last active: never seen; Logs cover: 50% of 90 days"},
			[]string{"access-key-rotate", "no", book + "access-key-rotate.md", "warning"}),
		row([]string{"f5", "bucket_public", "storage", "Public buckets"}, system,
			[]string{"", "open", "bucket", "arn:aws:s3:::open", "", "data", "", "", "", "", ""},
			[]string{"", "2026-05-22T12:00:00Z", "10", "", "", "no", ""}, []string{"bucket-review", "no", book + "bucket-review.md", "critical"}),
		row([]string{"f6", "excluded_from_reports", "exempt", "Excluded from reports"}, system,
			[]string{"", "open", "bucket", "arn:aws:s3:::open", "", "data", "", "", "", "", ""},
			[]string{"", "2026-05-22T12:00:00Z", "10", "", "", "yes", "Tag value: yes"}, []string{"", "", "", ""}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		filters map[string][]string
		want    string
	}{
		{nil, "f1 f2 f3 f4 f5 f6 f7 f8"},
		{map[string][]string{"category": {"inactive_user", "bucket_public"}}, "f1 f5"},
		{map[string][]string{"family": {"access_key"}}, "f3 f4"},
		{map[string][]string{"family": {"inactive"}, "category": {"bucket_public"}}, ""},
		{map[string][]string{"owner": {"data"}}, "f5 f6"},
		{map[string][]string{"identity": {"arn:aws:iam::111111111111:role/ci"}}, "f2"},
		{map[string][]string{"type": {"security_group", "account"}}, "f7 f8"},
		{map[string][]string{"type": {"bucket"}}, "f5 f6"},
		{map[string][]string{"min_impact": {"0.6"}}, "f1 f3 f4"},
		{map[string][]string{"min_impact": {"0"}}, "f1 f2 f3 f4 f5 f6 f7 f8"},
	} {
		ask := api.TableQuestion{Filters: tc.filters, Columns: []string{"finding"}, Sort: []api.TableOrder{{By: "finding"}}}
		var ids []string
		for _, row := range tabletest.Rows(asker().Must(t, "findings", ask)) {
			ids = append(ids, row[0])
		}
		if got := strings.Join(ids, " "); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.filters, got, tc.want)
		}
	}
}

func TestBadFilters(t *testing.T) {
	t.Parallel()
	for filter, value := range map[string]string{"category": "inactive_users", "family": "x", "min_impact": "many", "type": "human"} {
		_, err := asker().Answer(t, "findings", api.TableQuestion{Filters: map[string][]string{filter: {value}}})
		bad, ok := errors.AsType[*tables.BadError](err)
		if !ok || bad.Path != "filters."+filter || !strings.Contains(bad.Message, value) {
			t.Errorf("%s %s: %v", filter, value, err)
		}
	}
}

// Counts are of findings and of what was looked at, over all systems or by each;
// a subject with two findings of a category is affected once only where both
// are about the same thing.
func TestCounts(t *testing.T) {
	t.Parallel()
	columns := []string{"category", "findings", "subjects", "affected", "impact", "response", "system"}
	ask := func(by string, a *tabletest.Asker) [][]string {
		return tabletest.Rows(a.Must(t, "finding_counts", api.TableQuestion{Filters: map[string][]string{"by": {by}}, Columns: columns, Sort: []api.TableOrder{{By: "category"}, {By: "system"}}}))
	}
	want := [][]string{
		{"access_key_old", "2", "2", "2", "3.5", "access-key-rotate", ""},
		{"bucket_public", "1", "5", "1", "", "bucket-review", ""},
		{"excluded_from_reports", "1", "0", "1", "0", "", ""},
		{"external_access", "1", "1", "1", "", "external-access-review", ""},
		{"inactive_user", "1", "10", "1", "3.5", "inactive-user-read-only", ""},
		{"open_security_group", "1", "1", "1", "", "open-security-group-review", ""},
		{"overprovisioned_role", "1", "3", "1", "0.5", "overprovisioned-right-size", ""},
		{"super_user", "0", "4", "0", "", "super-identity-review", ""},
	}
	if diff := cmp.Diff(want, ask("category", asker())); diff != "" {
		t.Errorf("by category (-want +got):\n%s", diff)
	}
	total := 0
	for _, row := range ask("system", asker()) {
		n, err := strconv.Atoi(row[1])
		if err != nil || row[6] == "" {
			t.Errorf("row %v: %v", row, err)
		}
		total += n
	}
	if total != 8 {
		t.Errorf("by system there are %d findings, want 8", total)
	}
	scoped := asker()
	scoped.Caller = &access.Caller{Grant: access.Grant{Name: "x", Systems: []entitlement.SystemID{two}}}
	want = [][]string{
		{"external_access", "1", "1", "1", "", "external-access-review", ""},
		{"inactive_user", "0", "6", "0", "", "inactive-user-read-only", ""},
		{"open_security_group", "1", "1", "1", "", "open-security-group-review", ""},
	}
	if diff := cmp.Diff(want, ask("category", scoped)); diff != "" {
		t.Errorf("of the second system (-want +got):\n%s", diff)
	}
}

// What tags leave out: a user of the index, a role of findings, a group whose
// tag says no and a bucket.
func TestExemptions(t *testing.T) {
	t.Parallel()
	inv := &entitlement.Inventory{
		System:   entitlement.System{Cloud: entitlement.AWS, ID: one},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{"p": {`"s3:DeleteBucket"`, "*"}}),
		Identities: []entitlement.Identity{
			{ID: "arn:aws:iam::111111111111:user/ana", Name: "ana", Kind: entitlement.User, System: one, Policies: []entitlement.PolicyID{"p"}, Tags: map[string]string{entitlement.TagExcludeFromPCI: "break glass"}},
			{ID: "arn:aws:iam::111111111111:role/ci", Name: "ci", Kind: entitlement.Role, System: one, Owner: "ops", Tags: map[string]string{entitlement.TagExcludeFromReports: "true"}},
			{ID: "arn:aws:iam::111111111111:group/g", Name: "g", Kind: entitlement.Group, System: one, Tags: map[string]string{entitlement.TagExcludeFromPCI: "no"}},
		},
		Resources: []entitlement.Resource{{
			ID: "arn:aws:s3:::b", Type: "s3:bucket", Name: "b", Bucket: &entitlement.Bucket{Encryption: entitlement.EncryptionNone},
			Tags: map[string]string{entitlement.TagExcludeFromReports: "website"},
		}},
	}
	a := asker()
	a.Snapshot = &collector.Snapshot{Results: []*collector.Result{tabletest.Result(inv, tabletest.Now())}}
	columns := []string{"system", "identity", "name", "type", "resource", "owner", "left_out_of", "tag", "value", "granted"}
	got := tabletest.Rows(a.Must(t, "exemptions", api.TableQuestion{Columns: columns}))
	want := [][]string{
		{string(one), "", "b", "bucket", "arn:aws:s3:::b", "", "findings", entitlement.TagExcludeFromReports, "website", ""},
		{string(one), "arn:aws:iam::111111111111:role/ci", "ci", "role", "", "ops", "findings", entitlement.TagExcludeFromReports, "true", "0"},
		{string(one), "arn:aws:iam::111111111111:user/ana", "ana", "user", "", "", "pci", entitlement.TagExcludeFromPCI, "break glass", "1"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exemptions (-want +got):\n%s", diff)
	}
	if got := a.Must(t, "exemptions", api.TableQuestion{Filters: map[string][]string{"left_out_of": {"pci"}}}); got.Rows != 1 {
		t.Errorf("%d rows are left out of the index, want 1", got.Rows)
	}
}

// Every category belongs to a family, has a title, and its runbook is there.
func TestEveryCategory(t *testing.T) {
	t.Parallel()
	for _, c := range finding.Categories() {
		a := asker()
		f := entitlement.Finding{ID: "x", Category: c, FirstSeen: tabletest.Now()}
		if !alert.OfResource(c) {
			f.Identity, f.Kind = "arn:aws:iam::111111111111:user/x", entitlement.User
		}
		a.Snapshot = &collector.Snapshot{Results: []*collector.Result{result(one, nil, f)}}
		rows := tabletest.Rows(a.Must(t, "findings", api.TableQuestion{Columns: []string{"family", "title", "age"}}))
		if len(rows) != 1 || rows[0][0] == "" || rows[0][0] == string(c) && c != entitlement.ExternalAccount || rows[0][1] == string(c) {
			t.Errorf("%s: %v", c, rows)
		}
	}
}
