package audit_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
)

func document(t *testing.T) map[string]any {
	t.Helper()
	text, err := audit.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	return decoded(text).(map[string]any)
}

// Every route is described, and everything that is described is a route.
func TestOpenAPIIsTheRoutes(t *testing.T) {
	t.Parallel()
	served := []string{"GET " + api.FindingPath, "GET " + api.DeniedPath, "GET " + api.OpenAPIPath, "GET " + api.OpenAPIYAMLPath, "GET " + api.SystemsPath, "GET " + api.TablesPath, "POST " + api.TablePath, "GET " + api.TableValuesPath, "GET " + api.ReportsPath, "POST " + api.ReportPath}
	for _, r := range audit.Routes() {
		served = append(served, r.Method+" "+r.Path)
	}
	var described []string
	ids := map[string]bool{}
	for path, item := range document(t)["paths"].(map[string]any) {
		for method, operation := range item.(map[string]any) {
			if method == "parameters" {
				continue
			}
			described = append(described, strings.ToUpper(method)+" "+path)
			id := operation.(map[string]any)["operationId"].(string)
			if ids[id] {
				t.Errorf("the operation %s stands twice", id)
			}
			ids[id] = true
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served    %v\ndescribed %v", served, described)
	}
}

// Every reference means something, and every schema is one that the test can
// check.
func TestOpenAPIIsWhole(t *testing.T) {
	t.Parallel()
	doc := document(t)
	var walk func(v any, base map[string]any)
	walk = func(v any, base map[string]any) {
		switch v := v.(type) {
		case map[string]any:
			if _, own := v["$id"]; own {
				base = v
			}
			if ref, ok := v["$ref"].(string); ok {
				resolve(base, ref)
			}
			for _, below := range v {
				walk(below, base)
			}
		case []any:
			for _, below := range v {
				walk(below, base)
			}
		}
	}
	walk(doc, doc)
}

func TestOpenAPIIsServed(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][2]string{
		api.OpenAPIPath: {"application/json", `"openapi":"3.1`}, api.OpenAPIYAMLPath: {"application/yaml", "openapi: 3.1"},
	} {
		w := httptest.NewRecorder()
		audit.OpenAPIHandler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if !strings.HasPrefix(w.Header().Get("Content-Type"), want[0]) || !strings.Contains(w.Body.String(), want[1]) {
			t.Errorf("%s = %s %.100s", path, w.Header().Get("Content-Type"), w.Body)
		}
	}
}

// called is a request whose answer must be what the description says, and the
// status that the request is made for.
type called struct {
	method, path string
	body         any
	status       int
	accept       string
}

func calls(saved string) []called {
	const event = `{"events": [{"id": "a", "time": "2026-06-01T11:00:00Z", "actor": "ana", "action": "leastward:ApplyStep",
		"resources": [{"id": "x", "type": "y"}], "details": {"a": [1, null, "b"]}}]}`
	return []called{
		{"GET", "/api/v1/audit/query?text=outcome:denied&raw=true&limit=3", nil, 200, ""},
		{"GET", "/api/v1/audit/query?text=*|+count,+unique(action),+first,+last+by+identity", nil, 200, ""},
		{"GET", "/api/v1/audit/query?text=*|+series+1h+by+identity+top+1", nil, 200, ""},
		{"GET", "/api/v1/audit/query?text=(", nil, 400, ""},
		{"POST", api.AuditQueryPath, `{"query": {"where": {"all": [{"field": "nothing"}, {"field": "x"}]}}}`, 400, ""},
		{"POST", api.AuditQueryPath, `{"text": "account:111111111111", "raw": true}`, 200, api.NDJSON},
		{"POST", api.AuditParsePath, `{"text": "outcome:denied | count by identity"}`, 200, ""},
		{"POST", api.AuditExplainPath, `{"text": "ip:10.0.0.0/8"}`, 200, ""},
		{"GET", api.AuditFieldsPath, nil, 200, ""},
		{"GET", api.AuditSchemaPath, nil, 200, ""},
		{"GET", "/api/v1/audit/values?field=identity&prefix=arn", nil, 200, ""},
		{"GET", api.AuditSavedPath, nil, 200, ""},
		{"POST", api.AuditSavedPath, `{"name": "x", "text": "outcome:denied", "range": {"last": "30d"}, "visibility": "shared"}`, 201, ""},
		{"POST", api.AuditSavedPath, `{"name": "mine", "text": "outcome:denied"}`, 409, ""},
		{"GET", "/api/v1/audit/saved-queries/" + saved, nil, 200, ""},
		{"GET", "/api/v1/audit/saved-queries/none", nil, 404, ""},
		{"PUT", "/api/v1/audit/saved-queries/" + saved, `{"name": "mine", "query": {"where": {"field": "outcome", "op": "is", "values": ["error"]}}, "version": 1}`, 200, ""},
		{"PUT", "/api/v1/audit/saved-queries/q1", `{"name": "mine too", "text": "x"}`, 403, ""},
		{"POST", "/api/v1/audit/saved-queries/q1/duplicate", nil, 201, ""},
		{"POST", "/api/v1/audit/saved-queries/" + saved + "/share", nil, 200, ""},
		{"DELETE", "/api/v1/audit/saved-queries/" + saved, nil, 204, ""},
		{"POST", api.AuditTracePath, `{"identity": "arn:aws:iam::111111111111:user/user-1", "max_events": 5}`, 200, ""},
		{"GET", api.AuditTriggersPath, nil, 200, ""},
		{"GET", "/api/v1/audit/triggers/denied/matches", nil, 200, ""},
		{"GET", api.AuditFirstTimePath, nil, 200, ""},
		{"GET", "/api/v1/audit/first-time/first-time-action/reports?since=90d", nil, 200, ""},
		{"GET", "/api/v1/audit/first-time/none/reports", nil, 404, ""},
		{"POST", api.AuditEventsPath, event, 200, ""},
		{"POST", api.AuditEventsPath, `{"events": [{}]}`, 400, ""},
		{"GET", api.AuditStatsPath, nil, 200, ""},
	}
}

// The answers of every operation are what the description says.
func TestAnswersAreAsDescribed(t *testing.T) {
	t.Parallel()
	f, doc := start(t), document(t)
	f.fill(20)
	mine, err := f.client(adminToken).Save(t.Context(), &api.SaveRequest{Name: "mine", Text: "outcome:denied"})
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{"GET " + api.AuditTailPath: true} // It has no end; TestTail looks at its lines.
	for _, c := range calls(mine.ID) {
		got := f.do(c.method, c.path, adminToken, c.body, "Accept", c.accept)
		if got.status != c.status {
			t.Errorf("%s %s = %d %.300s, want %d", c.method, c.path, got.status, got.body, c.status)
			continue
		}
		path := pattern(doc, c.method, c.path)
		asked[c.method+" "+path] = true
		for _, problem := range mismatches(doc, path, c, got) {
			t.Errorf("%s %s: %s", c.method, c.path, problem)
		}
	}
	for _, r := range audit.Routes() {
		if !asked[r.Method+" "+r.Path] {
			t.Errorf("%s %s was not asked", r.Method, r.Path)
		}
	}
}

// pattern returns the described path that a request's path fits.
func pattern(doc map[string]any, method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	for described, item := range doc["paths"].(map[string]any) {
		expression := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(described), `[^/]+`)
		_, has := item.(map[string]any)[strings.ToLower(method)]
		if has && regexp.MustCompile("^"+expression+"$").MatchString(path) {
			return described
		}
	}
	return ""
}

// mismatches returns what an answer, and the body of a request that succeeded,
// have that the description does not say.
func mismatches(doc map[string]any, path string, c called, got answer) []string {
	operation := doc["paths"].(map[string]any)[path].(map[string]any)[strings.ToLower(c.method)].(map[string]any)
	s := &schemas{}
	var problems []string
	if text, ok := c.body.(string); ok && got.status < 300 {
		schema := media(doc, operation["requestBody"].(map[string]any), "application/json")
		problems = append(problems, s.check(schema, decoded([]byte(text)), "request", doc)...)
	}
	responses := operation["responses"].(map[string]any)
	response, ok := responses[strconv.Itoa(got.status)].(map[string]any)
	if !ok {
		response = responses["default"].(map[string]any)
	}
	if got.status == http.StatusNoContent {
		return problems
	}
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	schema := media(doc, response, kind)
	if schema == nil {
		return append(problems, "the media type "+kind+" is not described")
	}
	answers := []string{got.body}
	if kind == api.NDJSON {
		answers = strings.Split(strings.TrimSpace(got.body), "\n")
	}
	for _, line := range answers {
		problems = append(problems, s.check(schema, decoded([]byte(line)), "answer", doc)...)
	}
	return problems
}

// media returns the schema of a request's or an answer's media type.
func media(doc, body map[string]any, kind string) map[string]any {
	if ref, ok := body["$ref"].(string); ok {
		body = resolve(doc, ref)
	}
	content, _ := body["content"].(map[string]any)
	one, _ := content[kind].(map[string]any)
	schema, _ := one["schema"].(map[string]any)
	return schema
}
