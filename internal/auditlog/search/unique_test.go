package search_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// A boolean is false where an event does not say, so it has two values in a
// group that has both kinds of events.
func TestGroupsUniqueOfBooleans(t *testing.T) {
	t.Parallel()
	all := events(3, 4)
	for i := range all {
		all[i].ReadOnly, all[i].DataEvent, all[i].ByService = i%2 == 0, false, true
		all[i].IdentityName, all[i].Resources = "ana", all[i].Resources[:0]
	}
	s := search.New(options(newStore(t, all)))
	unique := func(f query.Field) query.Aggregate { return query.Aggregate{Function: query.Unique, Field: f} }
	q := query.Query{Range: everything(), Group: &query.Group{
		By:         []query.Field{query.Username, query.DataEvent, query.ResourceType},
		Aggregates: []query.Aggregate{unique(query.ReadOnly), unique(query.DataEvent), unique(query.ByService), unique(query.Resource)},
	}}
	got, err := s.Groups(context.Background(), q, search.Caller{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{{"ana", "false", "", "2", "1", "1", "0"}}, got.Rows); diff != "" {
		t.Errorf("numbers of different values (-want +got):\n%s", diff)
	}
}
