package e2e_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// wire stands between the remediator and the account. It counts the writes that
// the account carried out, and after one of them keeps the answer back for
// good.
type wire struct {
	url   string
	proxy *httputil.ReverseProxy

	mu     sync.Mutex     // Guards the fields below: the remediator has several connections.
	writes map[string]int // By operation and what it is about.
	left   int            // Writes until the line is cut; 0 is never.
	cut    chan struct{}  // Closed when it is.
}

func newWire(t *testing.T, account string) *wire {
	t.Helper()
	target := must(url.Parse(account))(t)
	w := &wire{proxy: httputil.NewSingleHostReverseProxy(target), writes: map[string]int{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// cutAfter cuts the line once n more writes were carried out. The channel is
// closed then.
func (w *wire) cutAfter(n int) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.cut = n, make(chan struct{})
	return w.cut
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	w.proxy.ServeHTTP(answer, r)
	if answer.Code == http.StatusOK && w.count(string(body)) {
		<-r.Context().Done() // Until the remediator is gone.
		return
	}
	maps.Copy(rw.Header(), answer.Header())
	rw.WriteHeader(answer.Code)
	_, _ = rw.Write(answer.Body.Bytes())
}

// count notes a call that was carried out, and reports whether its answer is
// to be kept back.
func (w *wire) count(body string) (keep bool) {
	form, err := url.ParseQuery(body)
	action := form.Get("Action")
	if err != nil || strings.HasPrefix(action, "Get") || strings.HasPrefix(action, "List") {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes[describe(form)]++
	if w.left == 0 {
		return false
	}
	if w.left--; w.left > 0 {
		return false
	}
	close(w.cut)
	return true
}

// describe says what a write does to whom.
func describe(form url.Values) string {
	words := []string{form.Get("UserName"), form.Get("Action")}
	for _, name := range []string{"PolicyArn", "PolicyName", "GroupName", "Tags.member.1.Key"} {
		if value := form.Get(name); value != "" {
			words = append(words, value)
		}
	}
	return strings.Join(words, " ")
}

// done returns how often each write was carried out.
func (w *wire) done() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.writes)
}
