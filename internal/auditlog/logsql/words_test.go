package logsql_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// world is that of conditions on folders and tags.
func world() querytest.World {
	return querytest.World{
		Catalog: catalog.AWS(), Ingested: time.Date(2026, 1, 15, 10, 0, 0, 7, time.UTC),
		Folders: map[string][]string{"production": {"111122223333"}, "ana": {"000011112222", "x"}},
		Tags: map[string]map[string]string{
			"arn:aws:iam::111122223333:user/ana": {"team": "payments", "owner": ""}, "arn:aws:s3:::reports": {"team": "data", `odd "key"`: "a=b"},
			"ana": {"team": "payments"},
		},
	}
}

func worldly(w querytest.World) logsql.Options {
	return logsql.Options{
		Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Catalog: w.Catalog,
		Folders: func(name string) (out []entitlement.SystemID) {
			for _, s := range w.Folders[name] {
				out = append(out, entitlement.SystemID(s))
			}
			return out
		},
	}
}

// What the language's own package says of a condition is what the engine finds.
func TestFilterAgreesWithTheLanguage(t *testing.T) {
	t.Parallel()
	w := world()
	draw := querytest.Events()
	list := make([][]stored, 4)
	for i := range 400 {
		ev := stored{Event: draw.Example(i), Ingested: w.Ingested}
		ev.ID = fmt.Sprintf("%03d-%s", i, ev.ID)
		list[i%4] = append(list[i%4], ev)
	}
	e := newEngine(t, list...)
	fields := slices.DeleteFunc(query.Fields(), func(i query.Info) bool { return i.Kind == query.KindTag })
	names := make([]query.Field, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	nodes := querytest.Nodes(querytest.Options{Fields: names})
	for i := range trees(t) {
		n := nodes.Example(i)
		filter, err := logsql.Filter(n, worldly(w))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, ev := range slices.Concat(list...) {
			if querytest.Match(n, &ev.Event, w) {
				want = append(want, ev.ID)
			}
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, e.ids(t, filter)); diff != "" {
			text, _ := json.Marshal(n)
			t.Fatalf("%s\n%s\nevents differ (-want +got):\n%s", text, filter, diff)
		}
	}
}
