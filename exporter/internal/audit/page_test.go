package audit_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
)

// look opens a page for people.
func (f *fixture) look(path, token string) *httptest.ResponseRecorder {
	f.t.Helper()
	w := httptest.NewRecorder()
	w.Header().Set("Content-Security-Policy", "default-src 'none'; form-action 'none'")
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, path, http.NoBody)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	f.handler.Page().ServeHTTP(w, r)
	return w
}

func TestPage(t *testing.T) {
	t.Parallel()
	f := start(t)
	f.fill(120)
	for path, want := range map[string][]string{
		"/audit":                              {"s3:ListAllMyBuckets", "next page", "Review access key usage", "Task Name"},
		"/audit?text=outcome:denied&since=":   {"authorization_failure", "AccessDenied", `value="outcome:denied"`},
		"/audit?text=*|+count+by+account":     {"111111111111", "120", "<th>count</th>"},
		"/audit?text=*|+series+1h+by+account": {"system: 111111111111", `class="bar"`},
		"/audit?text=user:user-1&since=1d":    {">denied<"},
		"/audit?saved=q4":                     {"AccessDenied", `value="outcome:authorization_failure"`},
		"/audit?text=outcome:":                {`role="alert"`, "^", `value="outcome:"`},
		"/audit?text=x&since=soon":            {"is not a duration"},
		"/audit?text=%3Cscript%3E":            {"&lt;script&gt;"},
	} {
		w := f.look(path, adminToken)
		for _, text := range want {
			if w.Code != 200 || !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s = %d without %s", path, w.Code, text)
			}
		}
		if strings.Contains(w.Body.String(), "<script") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "form-action 'self'") {
			t.Errorf("%s has a script, or a policy that stops the form", path)
		}
	}
	if w := f.look("/audit", ""); w.Code != 401 {
		t.Errorf("the page without a token = %d", w.Code)
	}
	if w := f.look("/audit", oneToken); strings.Contains(w.Body.String(), "222222222222") {
		t.Error("the page shows another's account")
	}
}

// The list leads to each event, with its record.
func TestPageOfAnEvent(t *testing.T) {
	t.Parallel()
	f := start(t)
	ev := event("111111111111", 1)
	ev.ID, ev.Raw = `a/b?c&d"`, []byte(`{"eventName":"ListBuckets","x":"<script>"}`)
	if _, err := f.store.Add(t.Context(), []auditlog.Event{ev}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := f.look("/audit", adminToken).Body.String()
	link := regexp.MustCompile(`href="(/audit/event\?[^"]*)"`).FindStringSubmatch(list)
	if link == nil {
		t.Fatalf("no link in %s", list)
	}
	path := html.UnescapeString(link[1])
	w := f.look(path, adminToken)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "&#34;eventName&#34;: &#34;ListBuckets&#34;") || strings.Contains(w.Body.String(), "<script>") {
		t.Errorf("%s = %d %s", path, w.Code, w.Body)
	}
	if w := f.look(path, folderToken); w.Code != 404 {
		t.Errorf("an event of another's account = %d", w.Code)
	}
	if w := f.look("/audit/event?id="+url.QueryEscape("x")+"&at=now", adminToken); w.Code != 400 {
		t.Errorf("a bad address = %d", w.Code)
	}
}
