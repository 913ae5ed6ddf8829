package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/run"
)

func TestCheckListen(t *testing.T) {
	t.Parallel()
	users := write(t, "basic_auth_users: {alice: $2y$10$abc}\n")
	verified := write(t, "tls_server_config: {client_auth_type: RequireAndVerifyClientCert}\n")
	optional := write(t, "tls_server_config: {client_auth_type: VerifyClientCertIfGiven}\n")
	for _, tc := range []struct {
		name, address, config string
		allow                 bool
		want                  string // Part of the error, "" for none.
	}{
		{"loopback", "127.0.0.1:9186", "", false, ""},
		{"loopback v6", "[::1]:9186", "", false, ""},
		{"localhost", "localhost:9186", "", false, ""},
		{"every interface", ":9186", "", false, "without authentication"},
		{"every interface, meant", ":9186", "", true, ""},
		{"public", "192.0.2.1:9186", "", false, "--web.allow-unauthenticated"},
		{"a name that may resolve anywhere", "exporter.example.com:9186", "", false, "without authentication"},
		{"basic auth", "0.0.0.0:9186", users, false, ""},
		{"client certificates", "0.0.0.0:9186", verified, false, ""},
		{"optional certificates let anyone in", "0.0.0.0:9186", optional, false, "without authentication"},
		{"no port", "127.0.0.1", "", false, "is not host:port"},
		{"no file", ":9186", "/does/not/exist.yml", false, "web.config.file: open /does/not/exist.yml"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := run.CheckListen(tc.address, tc.config, tc.allow)
			if got := errorText(err); tc.want == "" && err != nil || !strings.Contains(got, tc.want) {
				t.Errorf("CheckListen(%q) = %q, want an error with %q", tc.address, got, tc.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "web.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
