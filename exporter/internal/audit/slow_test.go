package audit_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
)

// one lets one question in at a time.
func one() audit.Limits { return audit.Limits{Queries: 1, Timeout: time.Hour} }

// send opens a connection of its own, sends a request and reads nothing.
func (f *fixture) send(request string) net.Conn {
	f.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(f.t.Context(), "tcp", strings.TrimPrefix(f.url, "http://"))
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		f.t.Fatal(err)
	}
	return conn
}

// Whoever is slow to read his answer does not keep others from asking.
func TestSlowReadersHoldNoPlace(t *testing.T) {
	t.Parallel()
	found := make(chan struct{}, 2)
	f := start(t, func(o *audit.Options) { o.Searcher, o.Limits = &bulky{o.Searcher, found}, one })
	f.send("GET /api/v1/audit/query HTTP/1.1\nHost: x\nAuthorization: Bearer " + adminToken + "\n\n")
	<-found
	if got := f.do("GET", "/api/v1/audit/query?text=id:x", adminToken, nil); got.status != 200 {
		t.Errorf("a question while somebody does not read his answer = %d %.200s", got.status, got.body)
	}
}

// bulky finds more than fits into the buffers of a connection.
type bulky struct {
	audit.Searcher
	found chan<- struct{}
}

func (s *bulky) Events(context.Context, query.Query, search.Caller) (search.Page, error) {
	list := make([]auditlog.Event, 300)
	for i := range list {
		list[i] = event("111111111111", i)
		list[i].ErrorText = strings.Repeat("x", 100_000)
	}
	s.found <- struct{}{}
	return search.Page{Events: list}, nil
}

// Streams last as long as their clients like, so questions do not wait for them.
func TestStreamsHoldNoPlaceOfQuestions(t *testing.T) {
	t.Parallel()
	inside := make(chan struct{})
	f := start(t, func(o *audit.Options) { o.Searcher, o.Limits = &unending{o.Searcher, inside}, one })
	f.send("GET /api/v1/audit/query HTTP/1.1\nHost: x\nAccept: application/x-ndjson\nAuthorization: Bearer " + adminToken + "\n\n")
	<-inside
	if got := f.do("GET", "/api/v1/audit/query", adminToken, nil); got.status != 200 {
		t.Errorf("a question during a stream = %d %s", got.status, got.body)
	}
	if got := f.do("GET", "/api/v1/audit/query", adminToken, nil, "Accept", api.NDJSON); got.status != 503 {
		t.Errorf("a second stream = %d %s, want 503", got.status, got.body)
	}
}

type unending struct {
	audit.Searcher
	inside chan<- struct{}
}

func (s *unending) Each(ctx context.Context, _ query.Query, _ search.Caller, _ func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	s.inside <- struct{}{}
	<-ctx.Done()
	return auditlog.Outcomes{}, ctx.Err()
}

// What a folder holds that the caller may not see, a statement does not tell.
func TestExplainTellsNoOtherSystems(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, ask := range []api.AuditQuestion{
		{Text: "folder:test"}, {Text: "not folder:test"}, {Folders: []string{"test"}}, {Text: "folder:(test, none) | count by account"},
	} {
		got := f.do("POST", "/api/v1/audit/explain", oneToken, ask)
		if got.status != 200 || strings.Contains(got.body, "222222222222") {
			t.Errorf("%s of a caller who sees another account = %d %s", fmt.Sprint(ask.Text, ask.Folders), got.status, got.body)
		}
		if got := f.do("POST", "/api/v1/audit/explain", folderToken, ask); got.status != 200 || !strings.Contains(got.body, "222222222222") {
			t.Errorf("%s of its own caller = %d %s", fmt.Sprint(ask.Text, ask.Folders), got.status, got.body)
		}
	}
}
