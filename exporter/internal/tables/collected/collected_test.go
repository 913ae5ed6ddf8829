package collected_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/collected"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// asker has a system with two problems whose last collection failed, and one
// that was never read.
func asker() *tabletest.Asker {
	read := tabletest.Result(&entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.AWS, ID: "111111111111", Name: "one", Owner: "ops", Folders: []string{"prod"}},
		Problems: []entitlement.Problem{
			{Code: "AWS_LAMBDA_COLLECTION_ERROR", Subject: "eu-west-1", Permission: "lambda:ListFunctions", Message: "refused"},
			{Code: "file", Subject: "users.json", Message: "line 3: no user; leave it out"},
		},
	}, tabletest.Now())
	read.Err = errors.New("no such role")
	read.Attempted = tabletest.Now().AddDate(0, 0, 1)
	return &tabletest.Asker{
		Definitions: []tables.Definition{collected.Systems(), collected.Problems()},
		Snapshot: &collector.Snapshot{Results: []*collector.Result{
			read, {System: entitlement.System{Cloud: entitlement.AWS, ID: "222222222222"}},
		}},
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	columns := []string{"system", "system_name", "owner", "code", "subject", "permission", "message", "remedy", "time"}
	got := tabletest.Rows(asker().Must(t, "problems", api.TableQuestion{Columns: columns}))
	want := [][]string{
		{
			"111111111111", "one", "ops", "AWS_LAMBDA_COLLECTION_ERROR", "eu-west-1", "lambda:ListFunctions", "refused",
			"Grant lambda:ListFunctions to the role that reads the system; docs/permissions-aws.md has the whole policy.", "2026-06-01T12:00:00Z",
		},
		{
			"111111111111", "one", "ops", "collection_failed", "111111111111", "", "no such role",
			"The system keeps its last figures until a collection succeeds; see the exporter's log.", "2026-06-02T12:00:00Z",
		},
		{"111111111111", "one", "ops", "file", "users.json", "", "line 3: no user; leave it out", "", "2026-06-01T12:00:00Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if got := asker().Must(t, "problems", api.TableQuestion{Filters: map[string][]string{"code": {"file"}}}); got.Rows != 1 {
		t.Errorf("%d problems of files, want 1", got.Rows)
	}
}

func TestSystems(t *testing.T) {
	t.Parallel()
	columns := []string{"system", "state", "last_collected", "problems", "identities"}
	want := [][]string{{"111111111111", "failed", "2026-06-01T12:00:00Z", "2", "0"}, {"222222222222", "pending", "", "", ""}}
	if diff := cmp.Diff(want, tabletest.Rows(asker().Must(t, "systems", api.TableQuestion{Columns: columns}))); diff != "" {
		t.Errorf("systems (-want +got):\n%s", diff)
	}
	a := asker()
	a.Caller = &access.Caller{Grant: access.Grant{Name: "x", Systems: []entitlement.SystemID{"222222222222"}}}
	for _, table := range []string{"systems", "problems"} {
		for _, row := range tabletest.Rows(a.Must(t, table, api.TableQuestion{Columns: []string{"system"}})) {
			if row[0] != "222222222222" {
				t.Errorf("%s shows %s to who may not see it", table, row[0])
			}
		}
	}
}
