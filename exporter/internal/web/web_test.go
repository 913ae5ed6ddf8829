package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/web"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const ana = "arn:aws:iam::111111111111:user/ana"

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

var assessors = sync.OnceValue(func() *assess.Set { return clouds.NewSet(assess.DefaultSettings()) })

// snapshot has one read account, with an idle user whose call was refused
// yesterday, and one that failed.
func snapshot() *collector.Snapshot {
	inv := &entitlement.Inventory{
		System: entitlement.System{Cloud: entitlement.AWS, ID: "111111111111", Name: `<script>alert("x")</script>`},
		Policies: map[entitlement.PolicyID]entitlement.Policy{"p": {ID: "p", Document: []byte(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`)}},
		Identities: []entitlement.Identity{{
			ID: ana, Name: "ana", Kind: entitlement.User, System: "111111111111", Policies: []entitlement.PolicyID{"p"},
		}},
		Resources: []entitlement.Resource{{
			ID: "arn:aws:s3:::reports", Type: "s3:bucket", Name: "reports", Bucket: &entitlement.Bucket{Encryption: entitlement.EncryptionNone},
		}},
		FullHistoryFrom: now().AddDate(0, 0, -90),
		Problems:        []entitlement.Problem{{Code: "access_denied", Subject: "lambda", Message: "grant it", Permission: "lambda:ListFunctions"}},
	}
	index := usage.New(catalog.AWS())
	index.Add(&auditlog.Event{
		Time: now().AddDate(0, 0, -1), Identity: ana, Outcome: auditlog.AuthorizationFailure,
		Actions: []entitlement.Action{"s3:DeleteBucket"}, Mapping: auditlog.Mapped,
	})
	return &collector.Snapshot{Results: []*collector.Result{
		{
			System: inv.System, Attempted: now(), Succeeded: now(), Reading: &collector.Reading{},
			Assessment: assessors().Of(entitlement.AWS).Assess(inv, index, now(), nil),
		},
		{
			System: entitlement.System{Cloud: entitlement.AWS, ID: "222222222222"}, Attempted: now(),
			Err: errors.New("assume role: access denied"),
		},
	}}
}

func handler(s *collector.Snapshot, reload error) http.Handler {
	return web.Handler(web.Options{
		Snapshot: func() *collector.Snapshot { return s }, Assessors: assessors,
		Metrics: http.NotFoundHandler(), Reload: func() error { return reload },
		Version: "v1", Now: now, Logger: slog.New(slog.DiscardHandler),
	})
}

// What is wrong with the audit store stands on the page that people see first.
func TestTroublesOfTheAuditStore(t *testing.T) {
	t.Parallel()
	h := web.Handler(web.Options{
		Snapshot: snapshot, Assessors: assessors, Metrics: http.NotFoundHandler(), Version: "v1", Now: now, Logger: slog.New(slog.DiscardHandler),
		Troubles: func(context.Context) []string { return []string{"The audit store takes <no> events."} },
	})
	if w := do(t, h, http.MethodGet, "/"); w.Code != 200 || !strings.Contains(w.Body.String(), "The audit store takes &lt;no&gt; events.") {
		t.Errorf("the overview = %d %s", w.Code, w.Body)
	}
}

func do(t *testing.T, h http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
	return w
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	s := snapshot()
	pending := &collector.Snapshot{Results: []*collector.Result{{System: entitlement.System{ID: "111111111111", Cloud: entitlement.AWS}}}}
	var nothing collector.Snapshot
	for _, tc := range []struct {
		name         string
		h            http.Handler
		method, path string
		status       int
		want         string
	}{
		{"overview", handler(s, nil), "GET", "/", 200, "assume role: access denied"},
		{"overview escapes names", handler(s, nil), "GET", "/", 200, "&lt;script&gt;"},
		{"overview while running", handler(pending, nil), "GET", "/", 200, "not read yet"},
		{"overview of nothing", handler(&nothing, nil), "GET", "/", 200, "aws.accounts"},
		{"system", handler(s, nil), "GET", "/systems/aws/111111111111", 200, "lambda:ListFunctions"},
		{"finding about no identity", handler(s, nil), "GET", "/systems/aws/111111111111", 200, "reports (arn:aws:s3:::reports)"},
		{"system that failed", handler(s, nil), "GET", "/systems/aws/222222222222", 200, "failed"},
		{"system of another cloud", handler(s, nil), "GET", "/systems/gcp/111111111111", 404, ""},
		{"no such page", handler(s, nil), "GET", "/nothing", 404, ""},
		{"no such API", handler(s, nil), "GET", "/api/v1/nothing", 404, `{"error":"there is nothing at /api/v1/nothing"}`},
		{"healthy", handler(pending, nil), "GET", "/-/healthy", 200, "healthy"},
		{"ready", handler(s, nil), "GET", "/-/ready", 200, "ready"},
		{"not ready", handler(pending, nil), "GET", "/-/ready", 503, "first collection"},
		{"reload", handler(s, nil), "POST", "/-/reload", 200, "reloaded"},
		{"reload is no GET", handler(s, nil), "GET", "/-/reload", 405, ""},
		{"bad reload", handler(s, errors.New("assess.window: no")), "POST", "/-/reload", 400, "old configuration stays: assess.window: no"},
		{"denied without a time", handler(s, nil), "GET", "/api/v1/identities/x/denied", 400, "since"},
		{"denied while a system is unread", handler(s, nil), "GET", "/api/v1/identities/x/denied?since=2026-01-01T00:00:00Z", 503, "not every system"},
		{"denied of a stranger", handler(&collector.Snapshot{Results: s.Results[:1]}, nil), "GET", "/api/v1/identities/x/denied?since=2026-01-01T00:00:00Z", 404, "no system has"},
		{"finding that is gone", handler(&collector.Snapshot{Results: s.Results[:1]}, nil), "GET", "/api/v1/findings/0000", 404, "does not report"},
		{"finding while a system is unread", handler(s, nil), "GET", "/api/v1/findings/0000", 503, "not every system"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := do(t, tc.h, tc.method, tc.path)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.want) {
				t.Errorf("%s %s = %d\n%s\nwant %d with %q", tc.method, tc.path, w.Code, w.Body, tc.status, tc.want)
			}
			if w.Header().Get("Content-Security-Policy") == "" {
				t.Error("the answer has no content security policy")
			}
			if strings.Contains(w.Body.String(), "<script>") {
				t.Error("a name became markup")
			}
		})
	}
}

// A system that is read while the answer is made must not turn "not read yet"
// into "no longer reported".
func TestAnswerIsFromOneSnapshot(t *testing.T) {
	t.Parallel()
	s := snapshot()
	want := s.Results[0].Assessment.Findings[0]
	before := &collector.Snapshot{Results: []*collector.Result{{System: s.Results[0].System}}}
	after := &collector.Snapshot{Results: s.Results[:1]}
	asked := 0
	h := web.Handler(web.Options{
		Snapshot: func() *collector.Snapshot {
			if asked++; asked == 1 {
				return before
			}
			return after
		},
		Assessors: assessors, Metrics: http.NotFoundHandler(), Now: now, Logger: slog.New(slog.DiscardHandler),
	})
	if w := do(t, h, "GET", "/api/v1/findings/"+want.ID); w.Code == http.StatusNotFound {
		t.Errorf("finding = %d %s", w.Code, w.Body)
	}
}

// A page of another site cannot have a visitor's browser reload the exporter.
func TestReloadIsNotForOtherSites(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/-/reload", http.NoBody)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	handler(snapshot(), nil).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("reload from another site = %d, want 403", w.Code)
	}
}

func TestFinding(t *testing.T) {
	t.Parallel()
	s := snapshot()
	want := s.Results[0].Assessment.Findings[0]
	w := do(t, handler(s, nil), "GET", "/api/v1/findings/"+want.ID)
	var got api.Finding
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if got.ID != want.ID || got.Category != entitlement.InactiveUser || got.Identity != ana || got.Used != 0 || got.Covered != 1 || got.Exempt {
		t.Errorf("finding = %+v", got)
	}
}

func TestFindingAboutABucket(t *testing.T) {
	t.Parallel()
	s := snapshot()
	i := slices.IndexFunc(s.Results[0].Assessment.Findings, func(f entitlement.Finding) bool { return f.Category == entitlement.BucketUnencrypted })
	if i < 0 {
		t.Fatal("the bucket is not reported")
	}
	w := do(t, handler(s, nil), "GET", "/api/v1/findings/"+s.Results[0].Assessment.Findings[i].ID)
	var got api.Finding
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if got.Identity != "" || got.Resource != "arn:aws:s3:::reports" || got.Exempt || len(got.Evidence) == 0 || got.Evidence[0] != (api.Evidence{Name: "Encryption", Value: "none"}) {
		t.Errorf("finding = %+v", got)
	}
}

func TestDenied(t *testing.T) {
	t.Parallel()
	h := handler(snapshot(), nil)
	for since, want := range map[string]int{"2026-05-30T00:00:00Z": 1, "2026-06-01T00:00:00Z": 0} {
		w := do(t, h, "GET", "/api/v1/identities/"+url.PathEscape(ana)+"/denied?since="+since)
		var got api.Denials
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v", w.Body, err)
		}
		if len(got.Denied) != want || !got.Until.Equal(now()) {
			t.Errorf("since %s: %+v, want %d refused actions until %s", since, got, want, now())
		}
		if want == 1 && (got.Denied[0].Action != "s3:DeleteBucket" || got.Denied[0].Count != 1) {
			t.Errorf("denied = %+v", got.Denied[0])
		}
	}
}

// What an identity was refused is of one system, also where several have it.
func TestDeniedInSeveralSystems(t *testing.T) {
	t.Parallel()
	const user = "7fad839e-c19a-4f28-aa52-514d6006abb2"
	of := func(system entitlement.SystemID, actions ...entitlement.Action) *collector.Result {
		inv := &entitlement.Inventory{
			System: entitlement.System{Cloud: entitlement.Azure, ID: system}, FullHistoryFrom: now().AddDate(0, 0, -90),
			Identities: []entitlement.Identity{{ID: user, Name: "ana", Kind: entitlement.User, System: system}},
		}
		index := usage.New(catalog.Azure())
		index.Add(&auditlog.Event{
			Time: now().AddDate(0, 0, -1), Identity: user, Outcome: auditlog.AuthorizationFailure, Actions: actions, Mapping: auditlog.Mapped,
		})
		return &collector.Result{
			System: inv.System, Attempted: now(), Succeeded: now(), Reading: &collector.Reading{},
			Assessment: assessors().Of(entitlement.Azure).Assess(inv, index, now(), nil),
		}
	}
	const write, remove = "Microsoft.Compute/virtualMachines/write", "Microsoft.Compute/virtualMachines/delete"
	h := handler(&collector.Snapshot{Results: []*collector.Result{of("s1", write), of("s2", remove)}}, nil)
	const path = "/api/v1/identities/" + user + "/denied?since=2026-05-30T00:00:00Z"
	for system, want := range map[string]entitlement.Action{"s1": write, "s2": remove} {
		var got api.Denials
		if err := json.Unmarshal(do(t, h, "GET", path+"&system="+system).Body.Bytes(), &got); err != nil || len(got.Denied) != 1 || got.Denied[0].Action != want {
			t.Errorf("%s: %+v, %v", system, got, err)
		}
	}
	if w := do(t, h, "GET", path); w.Code != 400 || !strings.Contains(w.Body.String(), "system: 2 systems have the identity "+user+"; give one of s1, s2") {
		t.Errorf("without a system: %d %s", w.Code, w.Body)
	}
}
