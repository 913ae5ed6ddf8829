package asked_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	one = entitlement.SystemID("111111111111")
	two = entitlement.SystemID("222222222222")
)

// snapshot has ana, who may delete buckets and did, bob, who may do nothing, and
// in another account cas, whom the policy of a bucket of the first one lets in.
func snapshot() *collector.Snapshot {
	first := &entitlement.Inventory{
		System:   entitlement.System{Cloud: entitlement.AWS, ID: one, Name: "first", Owner: "ops"},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{"p": {`"s3:DeleteBucket"`, "*"}}),
		Identities: []entitlement.Identity{
			{ID: "arn:aws:iam::111111111111:user/ana", Name: "ana", Kind: entitlement.User, System: one, Policies: []entitlement.PolicyID{"p"}},
			{ID: "arn:aws:iam::111111111111:user/bob", Name: "bob", Kind: entitlement.User, System: one},
		},
		Resources: []entitlement.Resource{{
			ID: "arn:aws:s3:::b", Type: "s3:bucket", Name: "b", Bucket: &entitlement.Bucket{}, Policy: []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
				"Principal":{"AWS":"arn:aws:iam::222222222222:user/cas"},"Action":"s3:DeleteBucket","Resource":"arn:aws:s3:::b"}]}`),
		}},
	}
	second := &entitlement.Inventory{
		System:   entitlement.System{Cloud: entitlement.AWS, ID: two, Name: "second"},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{"p": {`"s3:DeleteBucket"`, "*"}}),
		Identities: []entitlement.Identity{
			{ID: "arn:aws:iam::222222222222:user/cas", Name: "cas", Kind: entitlement.User, System: two, Policies: []entitlement.PolicyID{"p"}},
		},
		Problems: []entitlement.Problem{{Code: "AWS_SYSTEM_ROLE_POLICIES_COLLECTION_ERROR", Subject: "organizations", Message: "refused"}},
	}
	return &collector.Snapshot{Results: []*collector.Result{
		tabletest.Result(first, tabletest.Now(), &auditlog.Event{
			Time: tabletest.Now().AddDate(0, 0, -1), Identity: "arn:aws:iam::111111111111:user/ana", System: one,
			Outcome: auditlog.Success, Actions: []entitlement.Action{"s3:DeleteBucket"},
		}),
		tabletest.Result(second, tabletest.Now()),
	}}
}

func asker() *tabletest.Asker {
	return &tabletest.Asker{Definitions: asked.Definitions(asked.NewEstates()), Snapshot: snapshot()}
}

func seeing(id entitlement.SystemID) *access.Caller {
	return &access.Caller{Grant: access.Grant{Name: "x", Systems: []entitlement.SystemID{id}}}
}

func whoCan(t *testing.T, a *tabletest.Asker, ask api.TableQuestion) [][]string {
	t.Helper()
	ask.Filters = map[string][]string{"action": {"s3:DeleteBucket"}, "resource": {"arn:aws:s3:::b"}, "denied": ask.Filters["denied"]}
	ask.Columns = []string{"identity", "name", "type", "system", "verdict", "used", "last_used", "outside"}
	ask.Sort = []api.TableOrder{{By: "identity"}}
	return tabletest.Rows(a.Must(t, "who_can", ask))
}

func TestWhoCan(t *testing.T) {
	t.Parallel()
	ana := []string{"arn:aws:iam::111111111111:user/ana", "ana", "user", string(one), "allowed", "yes", "2026-05-31T12:00:00Z", "no"}
	bob := []string{"arn:aws:iam::111111111111:user/bob", "bob", "user", string(one), "implicitly_denied", "no", "", "no"}
	cas := []string{"arn:aws:iam::222222222222:user/cas", "cas", "user", string(two), "allowed", "no", "", "no"}
	root := []string{"arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:root", "root", string(one), "allowed", "", "", "no"}
	other := []string{"arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:root", "root", string(two), "implicitly_denied", "", "", "no"}
	if diff := cmp.Diff([][]string{root, ana, cas}, whoCan(t, asker(), api.TableQuestion{})); diff != "" {
		t.Errorf("of everybody (-want +got):\n%s", diff)
	}
	denied := api.TableQuestion{Filters: map[string][]string{"denied": {"yes"}}}
	if diff := cmp.Diff([][]string{root, ana, bob, other, cas}, whoCan(t, asker(), denied)); diff != "" {
		t.Errorf("with those who may not (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]string{root, ana}, whoCan(t, asker(), api.TableQuestion{Systems: []entitlement.SystemID{one}})); diff != "" {
		t.Errorf("of one system (-want +got):\n%s", diff)
	}
	// Whoever sees the first account alone knows cas from the bucket's policy, and
	// nothing more of him.
	a := asker()
	a.Caller = seeing(one)
	outsider := []string{"arn:aws:iam::222222222222:user/cas", "arn:aws:iam::222222222222:user/cas", "other", "", "conditional", "", "", "yes"}
	got := whoCan(t, a, api.TableQuestion{})
	if len(got) == 3 {
		outsider[2], outsider[4] = got[2][2], got[2][4] // What an estate of one account says of strangers.
	}
	if diff := cmp.Diff([][]string{root, ana, outsider}, got); diff != "" {
		t.Errorf("of who sees one system (-want +got):\n%s", diff)
	}
	// Whoever sees the second account alone learns nothing of the bucket's policy:
	// the answer is the same without it.
	a.Caller = seeing(two)
	b := asker()
	b.Caller, b.Snapshot.Results[0].Reading.Inventory.Resources = seeing(two), nil
	if diff := cmp.Diff(whoCan(t, b, denied), whoCan(t, a, denied)); diff != "" {
		t.Errorf("the policy of an unseen bucket changes the answer (-without +with):\n%s", diff)
	}
	for _, row := range whoCan(t, a, denied) {
		if row[3] != string(two) {
			t.Errorf("who sees the second system alone is told of %v", row)
		}
	}
}

func TestCan(t *testing.T) {
	t.Parallel()
	a := asker()
	q := api.TableQuestion{
		Columns: []string{"identity", "name", "system", "action", "resource", "verdict", "used"},
		Filters: map[string][]string{"identity": {"ana", "arn:aws:iam::111111111111:user/bob"}, "action": {"s3:DeleteBucket", "s3:CreateBucket"}, "resource": {"arn:aws:s3:::b"}},
	}
	got := a.Must(t, "can", q)
	const ana, bob = "arn:aws:iam::111111111111:user/ana", "arn:aws:iam::111111111111:user/bob"
	want := [][]string{
		{ana, "ana", string(one), "s3:CreateBucket", "arn:aws:s3:::b", "implicitly_denied", "no"},
		{ana, "ana", string(one), "s3:DeleteBucket", "arn:aws:s3:::b", "allowed", "yes"},
		{bob, "bob", string(one), "s3:CreateBucket", "arn:aws:s3:::b", "implicitly_denied", "no"},
		{bob, "bob", string(one), "s3:DeleteBucket", "arn:aws:s3:::b", "implicitly_denied", "no"},
	}
	if diff := cmp.Diff(want, tabletest.Rows(got)); diff != "" {
		t.Errorf("can (-want +got):\n%s", diff)
	}
	if len(got.Notices) != 1 || !strings.Contains(got.Notices[0], "second") {
		t.Errorf("notices %q, want one of the system whose policies could not be read", got.Notices)
	}
}

func TestBadQuestions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		table, path, want string
		filters           map[string][]string
	}{
		{"who_can", "filters.action", "give a value", nil},
		{"who_can", "filters.action", "nothing", map[string][]string{"action": {"nothing"}}},
		{"can", "filters.identity", "nobody", map[string][]string{"action": {"s3:GetObject"}, "identity": {"nobody"}}},
		{"can", "filters.identity", "20000 decisions", map[string][]string{"action": slices.Repeat([]string{"s3:GetObject"}, 200), "identity": slices.Repeat([]string{"ana"}, 100)}},
		{"can", "filters.action", "not an action", map[string][]string{"action": {"not an action"}, "identity": {"ana"}}},
	} {
		_, err := asker().Answer(t, tc.table, api.TableQuestion{Filters: tc.filters})
		bad, ok := errors.AsType[*tables.BadError](err)
		if !ok || bad.Path != tc.path || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s %v: %v; want %s about %s", tc.table, len(tc.filters), err, tc.path, tc.want)
		}
	}
}

// Everybody of the sample tenant, by the table and by what `who-can` of the
// command line answers with, for actions of all sorts.
func TestAgreesWithTheCommand(t *testing.T) {
	t.Parallel()
	s := tabletest.Tenant(t)
	a := &tabletest.Asker{Definitions: asked.Definitions(asked.NewEstates()), Snapshot: s}
	compiler := ask.NewCompiler()
	var accounts []*ask.Compiled
	for _, r := range s.Results {
		accounts = append(accounts, compiler.Compile(r.Reading.Inventory))
	}
	direct := ask.New(accounts...)
	bucket := "*"
	for _, r := range s.Results[0].Reading.Inventory.Resources {
		if r.Type == "s3:bucket" {
			bucket = string(r.ID)
		}
	}
	rows := 0
	for _, action := range []string{"iam:CreateUser", "s3:GetObject", "s3:DeleteBucket", "ec2:TerminateInstances", "sts:AssumeRole", "kms:Decrypt", "S3:PUTBUCKETPOLICY"} {
		resource := "*"
		if strings.HasPrefix(strings.ToLower(action), "s3:") {
			resource = bucket
		}
		want, err := direct.Who(t.Context(), ask.Question{Action: action, Resource: resource, Denied: true})
		if err != nil {
			t.Fatal(err)
		}
		var expected []string
		for _, h := range append(want.Identities, want.Others...) {
			expected = append(expected, h.Identity+" "+h.Verdict.String()+" "+strings.Join(h.Because, " ")+" "+strings.Join(h.Keys, ", "))
		}
		var got []string
		q := api.TableQuestion{Columns: []string{"identity", "verdict", "because", "keys"}, Filters: map[string][]string{"action": {action}, "resource": {resource}, "denied": {"yes"}}}
		for _, row := range tabletest.Rows(a.Must(t, "who_can", q)) {
			got = append(got, strings.Join(row, " "))
		}
		slices.Sort(expected)
		slices.Sort(got)
		rows += len(got)
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("%s (-command +table):\n%s", action, diff)
		}
	}
	if rows < 500 {
		t.Errorf("only %d rows were compared", rows)
	}
}

// Many ask at the same time while systems are read anew: every answer is of its
// snapshot, and what is no longer asked about is let go.
func TestEstatesWhileSystemsAreRead(t *testing.T) {
	t.Parallel()
	estates := asked.NewEstates()
	var mu sync.Mutex
	current := snapshot()
	var group errgroup.Group
	for i := range 8 {
		group.Go(func() error {
			for range 5 {
				mu.Lock()
				s := current
				mu.Unlock()
				a := &tabletest.Asker{Definitions: asked.Definitions(estates), Snapshot: s}
				if i%2 == 0 {
					a.Caller = seeing(one)
				}
				if got := whoCan(t, a, api.TableQuestion{Systems: []entitlement.SystemID{one}}); len(got) < 2 {
					t.Errorf("%d may, want root and ana", len(got))
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		for range 5 {
			next := snapshot()
			mu.Lock()
			current = next
			mu.Unlock()
			estates.Retain(next)
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
