package plugin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// Resources are handed to the exporter's paths, with what may go along.
func TestResources(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]struct{ path, query, body string }{
		"GET systems":                                             {"/api/v1/systems", "", ""},
		"GET tables":                                              {"/api/v1/tables", "", ""},
		"GET fields":                                              {"/api/v1/audit/fields", "", ""},
		"GET triggers":                                            {"/api/v1/audit/triggers", "", ""},
		"GET reports":                                             {"/api/v1/reports", "", ""},
		"POST parse {}":                                           {"/api/v1/audit/parse", "", "{}"},
		`POST explain {"text":"*"}`:                               {"/api/v1/audit/explain", "", `{"text":"*"}`},
		"GET saved-queries?x=1":                                   {"/api/v1/audit/saved-queries", "", ""},
		"GET saved-queries/events":                                {"/api/v1/audit/saved-queries/events", "", ""},
		`POST saved-queries {"name":"a"}`:                         {"/api/v1/audit/saved-queries", "", `{"name":"a"}`},
		`PUT saved-queries/1 {"name":"a"}`:                        {"/api/v1/audit/saved-queries/1", "", `{"name":"a"}`},
		"DELETE saved-queries/1?version=3":                        {"/api/v1/audit/saved-queries/1", "version=3", ""},
		"POST saved-queries/1/duplicate":                          {"/api/v1/audit/saved-queries/1/duplicate", "", ""},
		"POST saved-queries/1/share {}":                           {"/api/v1/audit/saved-queries/1/share", "", "{}"},
		"POST tables/pci {}":                                      {"/api/v1/tables/pci", "", "{}"},
		"POST reports/access-key-entitlements {}":                 {"/api/v1/reports/access-key-entitlements", "", "{}"},
		"GET values?field=user&prefix=a&systems=1,2":              {"/api/v1/audit/values", "field=user&prefix=a&system=1&system=2", ""},
		"GET values?field=user&from=0&to=60000":                   {"/api/v1/audit/values", "field=user&from=1970-01-01T00%3A00%3A00Z&to=1970-01-01T00%3A01%3A00Z", ""},
		"GET table-values?table=pci&filter=by&prefix=a&folders=x": {"/api/v1/tables/pci/values", "filter=by&folder=x&prefix=a", ""},
		"GET values?field=user&systems=$__all&limit=5":            {"/api/v1/audit/values", "field=user&limit=5", ""},
	} {
		t.Run(url, func(t *testing.T) {
			t.Parallel()
			f := startFake(t, &fake{})
			method, rest, _ := strings.Cut(url, " ")
			address, body, _ := strings.Cut(rest, " ")
			got := connect(t, f.URL).call(method, address, body)
			last := f.last()
			if got.status >= 300 || last.path != want.path || last.query != want.query || last.body != want.body {
				t.Errorf("%d %s\nasked %s?%s %s", got.status, got.body, last.path, last.query, last.body)
			}
		})
	}
}

// A file comes as it is, however large, with its name.
func TestDownload(t *testing.T) {
	t.Parallel()
	s := connect(t, startFake(t, &fake{}).URL)
	for _, url := range []string{"tables/pci?format=csv", "reports/access-key-entitlements?format=csv"} {
		got := s.call("POST", url, "{}")
		if got.status != http.StatusOK || len(got.body) != 3<<20+len("csv") || !strings.HasSuffix(got.body, "xcsv") {
			t.Errorf("%s: %d, %d bytes", url, got.status, len(got.body))
		}
		if got.header("Content-Type") != "text/csv; charset=utf-8" || got.header("Content-Disposition") != `attachment; filename="a.csv"` {
			t.Errorf("%s: %v", url, got.headers)
		}
	}
}

// Errors keep their status and their form.
func TestResourceErrors(t *testing.T) {
	t.Parallel()
	s := connect(t, startFake(t, &fake{}).URL)
	for url, want := range map[string]struct {
		status int
		text   string
	}{
		`POST parse {"text":"broken"}`:             {400, `{"error":"it is broken","path":"where.all[1]","offset":7,"problems":[{"path":"where.all[1]","error":"it is broken"}]}`},
		`POST parse {`:                             {400, "not JSON"},
		"POST parse " + strings.Repeat("1", 2<<20): {413, "more than 1048576 bytes"},
		"GET saved-queries/%2e%2e":                 {404, "nothing at GET"},
		"DELETE saved-queries/%2e%2e":              {404, "nothing at DELETE"},
		"POST tables/%2e%2e {}":                    {404, "nothing at POST"},
		"GET table-values?table=..":                {400, "there is no table"},
		"GET tea":                                  {404, "nothing at GET /tea"},
		"POST systems {}":                          {404, "nothing at POST /systems"},
		"GET saved-queries/gone":                   {404, "there is no such saved query"},
		"GET values?field=user&from=tea":           {400, "from: \\\"tea\\\" is neither milliseconds"},
		"GET table-values?filter=state":            {400, "table: is missing"},
	} {
		method, rest, _ := strings.Cut(url, " ")
		address, body, _ := strings.Cut(rest, " ")
		if got := s.call(method, address, body); got.status != want.status || !strings.Contains(got.body, want.text) {
			t.Errorf("%.60s: %d %s", url, got.status, got.body)
		}
	}
	broken := connect(t, "").call("GET", "systems", "")
	if broken.status != 400 || !strings.Contains(broken.body, "URL of the exporter is missing") {
		t.Errorf("%d %s", broken.status, broken.body)
	}
	page := connect(t, serving(t, 200, "text/html; charset=utf-8", "<html>")).call("GET", "systems", "")
	if page.status != 502 || !strings.Contains(page.body, "not the Leastward exporter's API") {
		t.Errorf("%d %s", page.status, page.body)
	}
}

// Only editors change what is saved; everybody reads it.
func TestSavedQueriesNeedAnEditor(t *testing.T) {
	t.Parallel()
	for role, may := range map[string]bool{"Viewer": false, "Editor": true, "Admin": true, "None": false, "": false, "anonymous": false} {
		f := startFake(t, &fake{})
		s := connect(t, f.URL)
		s.pc.User = &backend.User{Login: "ana", Role: role}
		if role == "anonymous" {
			s.pc.User = nil // A public dashboard, or an alert rule.
		}
		for _, url := range []string{"POST saved-queries", "PUT saved-queries/1", "DELETE saved-queries/1", "POST saved-queries/1/share", "POST saved-queries/1/duplicate"} {
			method, path, _ := strings.Cut(url, " ")
			if got := s.call(method, path, "{}"); (got.status < 300) != may || !may && got.status != http.StatusForbidden {
				t.Errorf("%s as %q: %d %s", url, role, got.status, got.body)
			}
		}
		if !may && len(f.asked) > 0 {
			t.Errorf("as %q the exporter was asked %v", role, f.asked)
		}
		if got := s.call("GET", "saved-queries", ""); got.status != http.StatusOK {
			t.Errorf("read as %q: %d", role, got.status)
		}
	}
}

// Who asks goes to the exporter as the settings say.
func TestWhoAsks(t *testing.T) {
	t.Parallel()
	basic := func(s *backend.DataSourceInstanceSettings) {
		s.BasicAuthEnabled, s.BasicAuthUser = true, "grafana"
		s.DecryptedSecureJSONData["basicAuthPassword"] = "pw"
	}
	header := setting(func(s *backend.DataSourceInstanceSettings) { s.DecryptedSecureJSONData["httpHeaderValue1"] = "blue" })
	for name, tc := range map[string]struct {
		set  []setting
		want map[string]string
	}{
		"token":   {nil, map[string]string{"Authorization": "Bearer " + token, "X-Leastward-Token": "", "X-Leastward-User": ""}},
		"both":    {[]setting{basic}, map[string]string{"Authorization": "Basic Z3JhZmFuYTpwdw==", "X-Leastward-Token": token}},
		"user":    {[]setting{jsonData(`{"forwardUser":true}`)}, map[string]string{"X-Leastward-User": "ana"}},
		"headers": {[]setting{jsonData(`{"httpHeaderName1":"X-Team"}`), header}, map[string]string{"X-Team": "blue"}},
	} {
		f := startFake(t, &fake{})
		s := connect(t, f.URL, tc.set...)
		check := func(what string) {
			for header, want := range tc.want {
				if got := f.last().header.Get(header); got != want {
					t.Errorf("%s, %s: %s is %q, want %q", name, what, header, got, want)
				}
			}
		}
		if got := s.panel(`{"audit":{"text":"*"}}`); got.Error != nil {
			t.Errorf("%s: %v", name, got.Error)
		}
		check("query")
		s.call("GET", "fields", "")
		check("resource")
		s.health()
		check("health")
	}
}
