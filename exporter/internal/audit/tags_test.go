package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// found is what the last collections found: a tagged user of each account, and
// a tagged bucket.
func found() *collector.Snapshot {
	one := func(system entitlement.SystemID, tags map[string]string) *collector.Result {
		return &collector.Result{
			System: entitlement.System{ID: system, Cloud: entitlement.AWS},
			Assessment: &assess.Assessment{Identities: []assess.Identity{{Identity: &entitlement.Identity{
				ID: entitlement.IdentityID("arn:aws:iam::" + string(system) + ":user/user-1"), Tags: tags,
			}}}},
			Reading: &collector.Reading{Tagged: []collector.TaggedResource{{
				ID: entitlement.ResourceID("arn:aws:s3:::bucket-" + string(system)), Tags: tags,
			}}},
		}
	}
	return &collector.Snapshot{Results: []*collector.Result{
		one("111111111111", map[string]string{"Team": "payments", "empty": ""}),
		one("222222222222", map[string]string{"team": "security", "critical": "yes"}),
		{System: entitlement.System{ID: "333333333333"}}, // Not read yet.
	}}
}

func TestTagged(t *testing.T) {
	t.Parallel()
	first, second := "arn:aws:iam::111111111111:user/user-1", "arn:aws:iam::222222222222:user/user-1"
	tagged := audit.Tagged(found, nil)
	for _, tc := range []struct {
		key, value string
		op         query.Operator
		want       []string
	}{
		{"", "", query.Exists, []string{first, second}},
		{"team", "", query.Is, []string{second}},
		{"Team", "payments", query.In, []string{first}},
		{"Team", "Payments", query.Is, nil},
		{"EA", "", query.Contains, []string{first, second}},
		{"team", "PAY", query.Contains, []string{first}},
		{"t*m", "", query.Matches, []string{first, second}},
		{"t??m", "sec*y", query.Matches, []string{second}},
		{"t?m", "", query.Matches, nil},
		{`t\*m`, "", query.Matches, nil},
		{"*", "*a*y*s", query.Matches, []string{first}},
		{"critical", "", query.Is, []string{second}},
		{"critical", "no", query.Is, nil},
	} {
		got, err := tagged(query.IdentityTag, tc.key, tc.value, tc.op)
		if err != nil || !slices.Equal(got, tc.want) {
			t.Errorf("%s=%s %s: %v, %v; want %v", tc.key, tc.value, tc.op, got, err, tc.want)
		}
		buckets, err := tagged(query.ResourceTag, tc.key, tc.value, tc.op)
		if err != nil || len(buckets) != len(tc.want) || len(buckets) > 0 && !strings.HasPrefix(buckets[0], "arn:aws:s3:::bucket-") {
			t.Errorf("buckets of %s=%s %s: %v, %v", tc.key, tc.value, tc.op, buckets, err)
		}
	}
	if _, err := tagged(query.IdentityTag, "a", "b", query.Greater); err == nil {
		t.Error("an operator that has no meaning was answered")
	}
	only := audit.Tagged(found, func(id entitlement.SystemID) bool { return id == "222222222222" })
	if got, err := only(query.IdentityTag, "", "", query.Exists); err != nil || !slices.Equal(got, []string{second}) {
		t.Errorf("tags of one account: %v, %v", got, err)
	}
}

// An identity of another account that acts in the caller's own does not tell
// how it is tagged there.
func TestTagsOfAnotherAccount(t *testing.T) {
	t.Parallel()
	f := start(t, func(o *audit.Options) {
		o.Searcher = audit.NewSearcher(search.Options{Store: o.Store, Catalog: catalog.AWS(), Folders: folders, Now: now}, found)
	})
	visitor := event("111111111111", 1)
	visitor.Identity = "arn:aws:iam::222222222222:user/user-1"
	own := event("111111111111", 4)
	if _, err := f.store.Add(t.Context(), []auditlog.Event{visitor, own}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]map[string]int{
		adminToken: {"identity_tag:critical": 1, "identity_tag:Team": 1, "not identity_tag:critical": 1},
		oneToken:   {"identity_tag:critical": 0, "identity_tag:Team": 1, "not identity_tag:critical": 2},
	} {
		for text, n := range want {
			got, err := f.client(token).Query(t.Context(), &api.AuditQuestion{Text: text, Raw: true})
			if err != nil || len(got.Events) != n {
				t.Errorf("%s asks %s: %+v, %v; want %d events", token, text, got, err, n)
			}
		}
	}
}
