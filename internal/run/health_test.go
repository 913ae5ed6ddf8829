package run_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/run"
)

const users = "basic_auth_users: {ana: $2a$04$m7zFEGYF4jNEsIXCoe5BiOYxuS1hbI82DadFsxo51qNS67Ss7cN0O}\n"

// Alive is who answers, also who asks back for a password or a certificate.
func TestCheckHealth(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keyPair(t, dir)
	encrypted := "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
	for name, config := range map[string]string{
		"plain":                  "",
		"wants a password":       users,
		"encrypted":              encrypted,
		"encrypted and password": encrypted + users,
		"wants a certificate":    "tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAnyClientCert}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := ""
			if config != "" {
				file = filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".yml")
				if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			address := strings.TrimPrefix(serve(t, file), "http://")
			if err := run.CheckHealth(t.Context(), address, file); err != nil {
				t.Error(err)
			}
			_, port, _ := strings.Cut(address, ":")
			for _, every := range []string{":" + port, "0.0.0.0:" + port} {
				if err := run.CheckHealth(t.Context(), every, file); err != nil {
					t.Errorf("as %s: %v", every, err)
				}
			}
		})
	}
}

func TestCheckHealthTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	ill := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "not at "+r.URL.Path, http.StatusInternalServerError)
	}))
	t.Cleanup(ill.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, tc := range []struct{ address, config, want string }{
		{strings.TrimPrefix(ill.URL, "http://"), "", "/-/healthy answers 500 Internal Server Error: not at /-/healthy"},
		{strings.TrimPrefix(gone.URL, "http://"), "", "connection refused"},
		{"9186", "", `web.listen-address: "9186" is not host:port`},
		{"127.0.0.1:1", "/does/not/exist.yml", "web.config.file: open /does/not/exist.yml"},
		{"127.0.0.1:1", write(t, "tls_server_config: []\n"), "web.config.file: decode"},
	} {
		if err := run.CheckHealth(context.Background(), tc.address, tc.config); !strings.Contains(errorText(err), tc.want) {
			t.Errorf("CheckHealth(%q) = %v, want an error with %q", tc.address, err, tc.want)
		}
	}
}

// keyPair writes cert.pem and key.pem, those of httptest.
func keyPair(t *testing.T, dir string) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	pair := s.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: pair.Certificate[0]},
		"key.pem":  {Type: "PRIVATE KEY", Bytes: key},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
