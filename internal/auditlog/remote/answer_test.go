package remote_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
)

// selectFrom runs a statement at a server that answers as the handler does.
func selectFrom(t *testing.T, handler http.HandlerFunc) (rows int, err error) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o := options(server.URL)
	o.Patience = 300 * time.Millisecond
	_, err = open(t, o).Select(t.Context(), auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error {
		rows++
		return nil
	})
	return rows, err
}

// An answer that is no whole answer is an error, never a short answer.
func TestGarbageAnswers(t *testing.T) {
	t.Parallel()
	raw := func(head, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			discard(r)
			conn, buf, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = buf.WriteString(head + "\r\n\r\n" + body)
			_ = buf.Flush()
			_ = conn.Close()
		}
	}
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		rows    int
		says    string
	}{
		{"a page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Sign in</html>\n") }, 0, "<html>Sign in</html>"},
		{"a row without end", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":"1"}`+"\n"+`{"id":"2"}`) }, 1, "unexpected EOF"},
		{"half a row", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"id":"1"}`+"\n"+`{"id":`+"\n")
		}, 1, "no row"},
		{"two rows in a line", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"id":"1"}{"id":"2"}`+"\n") }, 0, "something follows"},
		{"numbers", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"n":1}`+"\n") }, 0, "no row"},
		{"an array", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]\n") }, 0, "no row"},
		{"half an escape", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"a":"\u00"}`+"\n") }, 0, "no row"},
		{"no last chunk", raw(chunked, "b\r\n{\"id\":\"1\"}\n\r\n"), 1, "EOF"},
		{"half a chunk", raw(chunked, "ff\r\n{\"id\":\"1\"}\n"), 1, "EOF"},
		{"an error in the middle", raw(chunked, "b\r\n{\"id\":\"1\"}\n\r\n16\r\n\ncannot execute query\n\r\n\nthe connection has been aborted\n"), 1, "cannot execute query"},
		{"shorter than announced", raw("HTTP/1.1 200 OK\r\nContent-Length: 100", "{\"id\":\"1\"}\n"), 1, "EOF"},
		{"neither length nor chunks", raw("HTTP/1.0 200 OK", "{\"id\":\"1\"}\n"), 0, "HTTP/1.0"},
		{"redirection", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, 0, "redirections are not followed"},
		{"not found", http.NotFound, 0, "404"},
		{"too many", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, 0, "429"},
		{"nothing", raw("", ""), 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows, err := selectFrom(t, test.handler)
			if rows != test.rows || !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("%d rows and %v, want %d and ErrUnavailable that says %q", rows, err, test.rows, test.says)
			}
		})
	}
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{\"id\":\"1\"}\n", "\n{ \"id\" : \"1\" , \"a\":\"\\ud83e\\udd8a\\/\" }\r\n\n"} {
		rows, err := selectFrom(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
		if rows != 1 || err != nil {
			t.Errorf("%q: %d rows, %v", body, rows, err)
		}
	}
}

func TestServerThatIsBusyIsAskedAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(server.Close)
	_, err := open(t, options(server.URL)).Select(t.Context(), auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error { return nil })
	if err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

// A caller that goes away ends the request at the server too.
func TestCallerGoesAway(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		discard(r)
		_, _ = io.WriteString(w, "{\"id\":\"1\"}\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done() // Says nothing more.
		close(gone)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := open(t, options(server.URL)).Select(ctx, auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
	<-gone
}

func TestSilentServer(t *testing.T) {
	t.Parallel()
	for _, head := range []bool{false, true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			discard(r)
			if head {
				_ = http.NewResponseController(w).Flush()
			}
			<-r.Context().Done()
		}))
		t.Cleanup(server.Close)
		o := options(server.URL)
		o.Timeout, o.Patience, o.Settle, o.Visible = 200*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
		s := open(t, o)
		_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error { return nil })
		if !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), "silent for 200ms") {
			t.Errorf("select: %v", err)
		}
		if _, err := s.Add(t.Context(), made(1)); !errors.Is(err, auditlog.ErrUnavailable) {
			t.Errorf("add: %v", err)
		}
	}
}

// The time that the caller needs for a row is not the server's silence.
func TestSlowCaller(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := range 3 {
			_, _ = io.WriteString(w, fmt.Sprintf("{\"id\":\"%d\"}\n", i))
		}
	}))
	t.Cleanup(server.Close)
	o := options(server.URL)
	o.Timeout = 200 * time.Millisecond
	_, err := open(t, o).Select(t.Context(), auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error {
		<-time.After(150 * time.Millisecond)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	o := options(server.URL)
	o.Patience = 200 * time.Millisecond
	s := open(t, o)
	_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "*"}, func(auditlog.Row) error { return nil })
	_, addErr := s.Add(t.Context(), made(1))
	_, syncErr := s.Sync(t.Context())
	_, statsErr := s.Stats(t.Context())
	for call, err := range map[string]error{"select": err, "add": addErr, "sync": syncErr, "stats": statsErr} {
		if !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), "refused") {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// As many records as a page has, of ids much longer than a cloud's, are read
// although a server takes statements of 16 KiB alone.
func TestRecordsOfLongIDs(t *testing.T) {
	t.Parallel()
	s := open(t, options(start(t).url()))
	events := made(400)
	for i := range events {
		events[i].ID = fmt.Sprintf("%s-%d", strings.Repeat("x", 300), i)
		events[i].Raw = fmt.Appendf(nil, `{"n":%d}`, i)
	}
	if _, err := s.Add(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	var refs []auditlog.RawRef
	_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: "* | fields _time, id, raw"}, func(r auditlog.Row) error {
		at, err := time.Parse(time.RFC3339Nano, r.Get("_time"))
		refs = append(refs, auditlog.RawRef{Time: at, ID: strings.Clone(r.Get("id")), Ref: strings.Clone(r.Get("raw"))})
		return err
	})
	if err != nil || len(refs) != len(events) {
		t.Fatalf("%d events, %v", len(refs), err)
	}
	records, err := s.Raw(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range refs {
		if want := fmt.Sprintf(`{"n":%s}`, r.ID[strings.LastIndexByte(r.ID, '-')+1:]); string(records[i]) != want {
			t.Errorf("record of %.10s… is %q, want %q", r.ID, records[i], want)
		}
	}
}

func TestStatementThatIsTooLong(t *testing.T) {
	t.Parallel()
	s := open(t, options(start(t, "-search.maxQueryLen=16MB").url()))
	text := "name:=a" + strings.Repeat(" or name:=a", 50<<20/11)
	_, err := s.Select(t.Context(), auditlog.Statement{LogsQL: text}, func(auditlog.Row) error { return nil })
	if !errors.Is(err, auditlog.ErrStatement) || len(fmt.Sprint(err)) > 1000 {
		t.Errorf("got %.300q, want ErrStatement", fmt.Sprint(err))
	}
	text = "name:=a" + strings.Repeat(" or name:=a", 1<<18) // Long, and taken.
	if _, err := s.Select(t.Context(), auditlog.Statement{LogsQL: text}, func(auditlog.Row) error { return nil }); err != nil {
		t.Errorf("got %.300q, want an empty answer", fmt.Sprint(err))
	}
	_, err = s.Select(t.Context(), auditlog.Statement{LogsQL: text + " or ("}, func(auditlog.Row) error { return nil })
	if !errors.Is(err, auditlog.ErrStatement) || len(fmt.Sprint(err)) > 2000 {
		t.Errorf("got %d bytes, %.300q, want ErrStatement", len(fmt.Sprint(err)), fmt.Sprint(err))
	}
}
