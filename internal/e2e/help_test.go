package e2e_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/testkit"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shipped returns a file of the repository with other addresses and waits: each
// pair is what stands there and what shall. What does not stand there fails the
// test, for then the file has changed and this would test something else.
func shipped(t *testing.T, path string, pairs ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), path))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s no longer has %q", path, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// site is a program's HTTP surface and how to log in there.
type site struct {
	t              *testing.T
	url            string
	user, password string
}

// call makes a request. It returns status 0 where nothing answers, as while
// the program is restarted. It does not end with the test, so that clean-up
// may use it.
func (s site) call(method, path, body string) (status int, text string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.user != "" {
		req.SetBasicAuth(s.user, s.password)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(data)
}

// get reads a page and fails the test unless it answers 200.
func (s site) get(path string) string {
	s.t.Helper()
	status, text := s.call(http.MethodGet, path, "")
	if status != http.StatusOK {
		s.t.Fatalf("GET %s%s: %d %s", s.url, path, status, text)
	}
	return text
}

// json decodes what get reads.
func (s site) json(path string, into any) {
	s.t.Helper()
	text := s.get(path)
	if err := json.Unmarshal([]byte(text), into); err != nil {
		s.t.Fatalf("GET %s%s: %v in %s", s.url, path, err, text)
	}
}

// awaitReady waits for the program at the site; one that has ended fails the
// test at once.
func (s site) awaitReady(p *testkit.Process, path string) {
	s.t.Helper()
	testkit.Eventually(s.t, startLimit, s.url+path+" answers", func() bool {
		select {
		case <-p.Done():
			s.t.Fatalf("the program at %s ended", s.url)
		default:
		}
		status, _ := s.call(http.MethodGet, path, "")
		return status == http.StatusOK
	})
}

// certificate returns a server's certificate for a client to trust.
func certificate(server *tls.Config) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificates[0].Certificate[0]}))
}
