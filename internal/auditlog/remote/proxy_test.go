package remote_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// proxy stands between a store and a server and treats the inserts as the
// function says; everything else passes.
type proxy struct {
	*httptest.Server
	inserts atomic.Int64
	pass    http.Handler
	insert  func(p *proxy, w http.ResponseWriter, r *http.Request)
}

func startProxy(tb testing.TB, to string, insert func(p *proxy, w http.ResponseWriter, r *http.Request)) *proxy {
	tb.Helper()
	u, err := url.Parse(to)
	if err != nil {
		tb.Fatal(err)
	}
	reverse := httputil.NewSingleHostReverseProxy(u)
	reverse.FlushInterval = -1
	p := &proxy{pass: reverse, insert: insert}
	p.Server = httptest.NewServer(p)
	tb.Cleanup(p.Close)
	return p
}

// ServeHTTP counts inserts and hands them to the function.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.Path, "/insert") {
		p.pass.ServeHTTP(w, r)
		return
	}
	p.inserts.Add(1)
	p.insert(p, w, r)
}

// forward passes a request on, with its answer thrown away.
func (p *proxy) forward(r *http.Request) int {
	answer := httptest.NewRecorder()
	p.pass.ServeHTTP(answer, r)
	return answer.Code
}

// half passes the first half of a request's lines on.
func (p *proxy) half(tb testing.TB, r *http.Request) {
	tb.Helper()
	unzip, err := zstd.NewReader(r.Body)
	if err != nil {
		tb.Errorf("read the request: %v", err)
		return
	}
	defer unzip.Close()
	text, err := io.ReadAll(unzip)
	if err != nil {
		tb.Errorf("read the request: %v", err)
		return
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	body := bytes.Join(lines[:len(lines)/2], nil)
	again := r.Clone(r.Context())
	again.Header.Del("Content-Encoding")
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	p.forward(again)
}

// drop cuts the connection without an answer.
func drop(tb testing.TB, w http.ResponseWriter) {
	tb.Helper()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		tb.Errorf("cut the connection: %v", err)
		return
	}
	_ = conn.Close()
}
