package logsql_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func options() logsql.Options {
	return logsql.Options{Now: start().Add(200 * time.Hour), Catalog: catalog.AWS(), Folders: folders, Tagged: tagged}
}

func folders(name string) []entitlement.SystemID {
	if name == "production" {
		return []entitlement.SystemID{"111122223333", `odd "system"`}
	}
	return nil
}

func tagged(f query.Field, key, _ string, _ query.Operator) ([]string, error) {
	switch {
	case key == "none":
		return nil, nil
	case f == query.IdentityTag:
		return []string{"arn:aws:iam::111122223333:role/Deploy"}, nil
	}
	return []string{"ana", "ci-1", "1", ",", `a"b`, "AKIA-7"}, nil
}

// resolved replaces what options resolve by what they resolve to.
func resolved(n query.Node) query.Node {
	for i := range n.All {
		n.All[i] = resolved(n.All[i])
	}
	for i := range n.Any {
		n.Any[i] = resolved(n.Any[i])
	}
	if n.Not != nil {
		inner := resolved(*n.Not)
		n.Not = &inner
	}
	if n.Field != query.Folder && n.Field != query.IdentityTag && n.Field != query.ResourceTag {
		return n
	}
	to := query.Node{Operator: query.In, Disabled: n.Disabled}
	for _, v := range slices.Concat(n.Values, []string{""}[:1-min(1, len(n.Values))]) {
		if n.Field == query.Folder {
			for _, s := range folders(v) {
				to.Values = append(to.Values, string(s))
			}
			to.Field = query.System
			continue
		}
		ids, _ := tagged(n.Field, v, "", "")
		to.Field = map[query.Field]query.Field{query.IdentityTag: query.Identity, query.ResourceTag: query.Resource}[n.Field]
		to.Values = append(to.Values, ids...)
	}
	if _, negated := n.Operator.Plain(); negated {
		to.Operator = query.NotIn
	}
	return to
}

// trees is how many random conditions are tried: LEASTWARD_TREES, or enough for
// every run of the tests.
func trees(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("LEASTWARD_TREES")); err == nil {
		return n
	}
	if testing.Short() {
		return 200
	}
	return 1000
}

// The engine answers every condition with exactly the events that its words
// mean.
func TestFilterMeansWhatItSays(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("LEASTWARD_SEED"), 10, 64); err == nil {
		seed = s
	}
	r := rand.New(rand.NewPCG(seed, 1))
	all, events := batches(r, 60)
	e := newEngine(t, all...)
	for range trees(t) {
		n := node(r, 3, events)
		text, _ := json.Marshal(n)
		filter, err := logsql.Filter(&n, options())
		if err != nil {
			t.Fatalf("seed %d: compile %s: %v", seed, text, err)
		}
		var want []string
		plain := resolved(n)
		for i := range events {
			if holds(&plain, &events[i]) {
				want = append(want, events[i].ID)
			}
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, e.ids(t, filter)); diff != "" {
			t.Fatalf("seed %d: %s\n%s\nevents differ (-want +got):\n%s", seed, text, filter, diff)
		}
	}
}
