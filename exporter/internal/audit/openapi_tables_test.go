package audit_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/exporter/internal/tables/entitle"
	"github.com/leastward/leastward/exporter/internal/tables/tabletest"
	"github.com/leastward/leastward/internal/entitlement"
)

// tablesOf serves the tables of a small account.
func tablesOf() http.Handler {
	inv := &entitlement.Inventory{
		System:   entitlement.System{ID: "111111111111", Cloud: entitlement.AWS, Name: "one"},
		Policies: tabletest.Policies(map[entitlement.PolicyID][2]string{"p": {`"s3:*"`, "*"}}),
		Identities: []entitlement.Identity{
			{ID: "arn:aws:iam::111111111111:user/ana", Kind: entitlement.User, Name: "ana", Owner: "ops", Policies: []entitlement.PolicyID{"p"}},
		},
	}
	unread := &collector.Result{System: entitlement.System{ID: "222222222222", Cloud: entitlement.AWS}}
	snapshot := &collector.Snapshot{Results: []*collector.Result{tabletest.Result(inv, tabletest.Now()), unread}}
	guard := access.New(access.Options{})
	mux := http.NewServeMux()
	(&tables.Handler{
		Set: &tables.Set{
			Definitions: entitle.Definitions(), Snapshot: func() *collector.Snapshot { return snapshot },
			Assessors: tabletest.Assessors, Now: tabletest.Now,
		},
		Guard: func() *access.Guard { return guard }, Logger: slog.New(slog.DiscardHandler),
	}).Register(mux)
	return mux
}

// The answers of tables are what the description says.
func TestTablesAreAsDescribed(t *testing.T) {
	t.Parallel()
	doc, handler := document(t), tablesOf()
	for _, c := range []called{
		{"GET", "/api/v1/tables", nil, 200, ""},
		{"POST", "/api/v1/tables/identities", `{}`, 200, ""},
		{"POST", "/api/v1/tables/permissions", `{"filters": {"identity": ["arn:aws:iam::111111111111:user/ana"]}, "clouds": ["aws"], "systems": ["111111111111"],
			"search": "bucket", "columns": ["action", "weight", "last_used"], "sort": [{"by": "action", "descending": true}], "limit": 3, "offset": 1}`, 200, ""},
		{"POST", "/api/v1/tables/permissions", `{}`, 400, ""},
		{"POST", "/api/v1/tables/nothing", `{}`, 404, ""},
		{"GET", "/api/v1/tables/identities/values?filter=owner", nil, 200, ""},
		{"GET", "/api/v1/tables/identities/values?filter=owner&limit=x", nil, 400, ""},
	} {
		body, _ := c.body.(string)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, c.path, bytes.NewReader([]byte(body))))
		got := answer{status: w.Code, body: w.Body.String(), header: w.Header()}
		if got.status != c.status {
			t.Errorf("%s %s = %d %.300s, want %d", c.method, c.path, got.status, got.body, c.status)
			continue
		}
		for _, problem := range mismatches(doc, pattern(doc, c.method, c.path), c, got) {
			t.Errorf("%s %s: %s", c.method, c.path, problem)
		}
	}
}
