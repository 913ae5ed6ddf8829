package tables_test

import (
	"errors"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/history"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/asked"
	"github.com/leastward/leastward/exporter/internal/tables/creeping"
	"github.com/leastward/leastward/exporter/internal/tables/registry"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// estate is three accounts of the same shape that trust each other, and one that
// was not read yet.
func estate() *collector.Snapshot {
	s := &collector.Snapshot{}
	for i, id := range []entitlement.SystemID{"111111111111", "222222222222", "333333333333"} {
		s.Results = append(s.Results, tabletest.Result(account(id, i), tabletest.Now(), &auditlog.Event{
			Time: tabletest.Now().AddDate(0, 0, -1), System: id, Identity: entitlement.IdentityID("arn:aws:iam::" + string(id) + ":user/ana"),
			Actions: []entitlement.Action{"s3:CreateBucket"}, Outcome: auditlog.Success, Resources: []auditlog.Resource{{ID: "arn:aws:s3:::of-" + entitlement.ResourceID(id)}},
		}))
	}
	s.Results = append(s.Results, &collector.Result{System: entitlement.System{ID: "444444444444", Cloud: entitlement.AWS, Name: "later", Folders: []string{"odd"}}})
	return s
}

func account(id entitlement.SystemID, n int) *entitlement.Inventory {
	arn := func(name string) entitlement.IdentityID {
		return entitlement.IdentityID("arn:aws:iam::" + string(id) + ":" + name)
	}
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: id, Cloud: entitlement.AWS, Name: "name of " + string(id), Folders: []string{"all", []string{"odd", "even"}[n%2]}},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{
			"buckets": {`"s3:CreateBucket","s3:DeleteBucket"`, "*"}, "climb": {`"iam:*","sts:AssumeRole"`, "*"}, entitlement.PolicyID("only-" + id): {`"ec2:*"`, "*"},
		}),
		Problems: []entitlement.Problem{{Code: "denied", Subject: string(id), Message: "of " + string(id)}},
	}
	team := entitlement.Identity{ID: arn("group/team"), Kind: entitlement.Group, Name: "team", System: id, Policies: []entitlement.PolicyID{"buckets"}}
	ana := entitlement.Identity{
		ID: arn("user/ana"), Kind: entitlement.User, Name: "ana", System: id, Groups: []entitlement.IdentityID{team.ID},
		Policies: []entitlement.PolicyID{"climb", entitlement.PolicyID("only-" + id)}, Created: tabletest.Now().AddDate(-1, 0, 0),
		Keys: []entitlement.AccessKey{{ID: entitlement.AccessKeyID("AKIA" + id), Active: true, Created: tabletest.Now().AddDate(0, -6, 0), UseKnown: true}},
	}
	role := entitlement.Identity{
		ID: arn("role/entered"), Kind: entitlement.Role, Name: "entered", System: id, Policies: []entitlement.PolicyID{"buckets"},
		Trust: []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["111111111111","222222222222","333333333333"]},"Action":"sts:AssumeRole"}]}`),
	}
	work := entitlement.Identity{ID: entitlement.IdentityID("arn:aws:lambda:eu-west-1:" + string(id) + ":function:work"), Kind: entitlement.Function, Name: "work", System: id, RunsAs: role.ID}
	inv.Identities = []entitlement.Identity{team, ana, role, work}
	return inv
}

// Made once, for it takes a while; it does not change.
var estateOnce = sync.OnceValue(estate)

// pastOf is a history of the estate.
func pastOf(t *testing.T) *history.Store {
	t.Helper()
	store, err := history.Open(t.Context(), history.Options{
		Path: filepath.Join(t.TempDir(), "history.db"), Retention: func() time.Duration { return 730 * 24 * time.Hour },
		Now: tabletest.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for _, r := range estateOnce().Results {
		if r.Assessment != nil {
			store.Record(history.PointOf(r.Assessment, ""))
		}
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store
}

// drawQuestion draws a question about a table: of places that there are, with
// filters of values that there are.
func drawQuestion(t *rapid.T, d *tables.Definition) *api.TableQuestion {
	ask := &api.TableQuestion{Filters: map[string][]string{}, Limit: rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "limit")}
	for _, f := range d.Filters {
		if !f.Required && rapid.IntRange(0, 5).Draw(t, "leave out "+f.Name) > 0 {
			continue
		}
		ask.Filters[f.Name] = []string{rapid.SampledFrom(valuesOf(&f)).Draw(t, f.Name)}
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "systems") {
		ask.Systems = append(ask.Systems, rapid.SampledFrom([]entitlement.SystemID{"111111111111", "222222222222", "444444444444"}).Draw(t, "system"))
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "folders") {
		ask.Folders = append(ask.Folders, rapid.SampledFrom([]string{"all", "odd", "even"}).Draw(t, "folder"))
	}
	ask.Search = rapid.SampledFrom([]string{"", "", "", "ana", "2222"}).Draw(t, "search")
	return ask
}

func valuesOf(f *api.TableFilter) []string {
	switch {
	case len(f.Values) > 0:
		return f.Values
	case f.Kind == api.FilterNumber:
		return []string{"0", "1", "50"}
	}
	return map[string][]string{
		"identity": {"arn:aws:iam::111111111111:user/ana", "arn:aws:iam::222222222222:role/entered", "nobody"},
		"action":   {"s3:CreateBucket", "iam:PassRole"}, "resource": {"arn:aws:s3:::of-222222222222"}, "role": {"arn:aws:iam::222222222222:role/entered"},
		"by": {"arn:aws:iam::111111111111:user/ana", "333333333333"}, "from": {"222222222222"}, "policy": {"climb", "only-222222222222"},
		"access_key": {"AKIA222222222222"}, "": {"x"},
	}[known(f.Name)]
}

func known(name string) string {
	if slices.Contains([]string{"identity", "action", "resource", "role", "by", "from", "policy", "access_key"}, name) {
		return name
	}
	return ""
}

// Whoever may see some systems gets the answer of an exporter that has no
// others: the same rows, totals, notices and errors.
func TestNobodyLearnsOfOthers(t *testing.T) {
	t.Parallel()
	past := creeping.Options{History: pastOf(t), Older: func() time.Duration { return 48 * time.Hour }}
	made := func() []tables.Definition {
		all := registry.Definitions(registry.Options{Estates: asked.NewEstates(), PCI: past})
		return slices.DeleteFunc(all, func(d tables.Definition) bool { return d.Group == tables.Remediation }) // Which another program answers.
	}
	definitions := made()
	answered := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		d := &definitions[rapid.IntRange(0, len(definitions)-1).Draw(rt, "table")]
		ask, caller := drawQuestion(rt, d), &access.Caller{}
		few := &collector.Snapshot{}
		for _, r := range estateOnce().Results {
			if rapid.Bool().Draw(rt, "sees "+string(r.System.ID)) {
				caller.Grant.Systems = append(caller.Grant.Systems, r.System.ID)
				few.Results = append(few.Results, r)
			}
		}
		if len(few.Results) == 0 {
			return // Such a grant is of everything.
		}
		all := tabletest.Asker{Definitions: definitions, Snapshot: estateOnce(), Caller: caller}
		only := tabletest.Asker{Definitions: made(), Snapshot: few}
		got, gotErr := all.Answer(t, d.Name, *ask)
		want, wantErr := only.Answer(t, d.Name, *ask)
		if text(gotErr) != text(wantErr) {
			rt.Fatalf("%s %+v: error %q, want %q", d.Name, ask, text(gotErr), text(wantErr))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%s %+v (-want +got):\n%s", d.Name, ask, diff)
		}
		if got != nil && got.Rows > 0 {
			answered[d.Name] = true
		}
		hidden(rt, few, got)
	})
	t.Logf("%d of %d tables had rows: %s", len(answered), len(definitions), strings.Join(slices.Sorted(maps.Keys(answered)), " "))
	if len(answered) < 6 {
		t.Errorf("only %d tables had rows", len(answered))
	}
}

// hidden checks that nothing in an answer comes from a system that is not seen,
// but for accounts and roles that the seen ones name.
func hidden(rt *rapid.T, few *collector.Snapshot, got *api.Table) {
	if got == nil {
		return
	}
	for _, id := range []entitlement.SystemID{"111111111111", "222222222222", "333333333333"} {
		if few.Result(id) != nil {
			continue
		}
		for i := range got.Columns {
			for _, s := range got.Columns[i].Strings {
				if s != nil && (strings.Contains(*s, "name of "+string(id)) || strings.Contains(*s, "AKIA"+string(id)) || strings.Contains(*s, "only-"+string(id))) {
					rt.Fatalf("column %s has %q", got.Columns[i].Name, *s)
				}
			}
		}
	}
}

func text(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, tables.ErrNotReady):
		return "not ready"
	}
	return err.Error()
}

func TestTheRegistryIsSound(t *testing.T) {
	t.Parallel()
	set := &tables.Set{Definitions: registry.Definitions(registry.Options{})}
	if err := set.Check(); err != nil {
		t.Error(err)
	}
}
