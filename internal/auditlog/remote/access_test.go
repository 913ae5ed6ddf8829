package remote_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	web "github.com/prometheus/common/config"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/remote"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBasicAuthentication(t *testing.T) {
	t.Parallel()
	n := start(t, "-httpAuth.username=leastward", "-httpAuth.password=pass word")
	for _, test := range []struct {
		name string
		auth *web.BasicAuth
		ok   bool
	}{
		{"none", nil, false},
		{"wrong", &web.BasicAuth{Username: "leastward", Password: "wrong"}, false},
		{"right", &web.BasicAuth{Username: "leastward", Password: "pass word"}, true},
		{"from a file", &web.BasicAuth{Username: "leastward", PasswordFile: write(t, "password", "pass word\n")}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := options(n.url())
			o.HTTP = &web.HTTPClientConfig{BasicAuth: test.auth}
			o.Patience, o.Visible = 200*time.Millisecond, 50*time.Millisecond
			o.Tenant.Account = uint32(len(test.name))
			s := open(t, o)
			_, addErr := s.Add(t.Context(), made(3))
			_, _, err := count(t.Context(), s, false)
			if test.ok {
				if err := errors.Join(addErr, err); err != nil {
					t.Fatal(err)
				}
				wantStored(t, s, made(3))
				return
			}
			for _, err := range []error{addErr, err} {
				if !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), "check the credentials") || strings.Contains(fmt.Sprint(err), "wrong") {
					t.Errorf("got %v, want ErrUnavailable that points to the credentials and doesn't show them", err)
				}
			}
		})
	}
}

// authority makes certificates and keys, as PEM.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	template.Raw = der
	return &authority{template, key, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
}

func (a *authority) issue(t *testing.T, name string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, k.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// A gate with TLS, client certificates and a bearer token before the server.
func TestTLSAndToken(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	to, err := url.Parse(start(t).url())
	if err != nil {
		t.Fatal(err)
	}
	pass := httputil.NewSingleHostReverseProxy(to)
	gate := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer token-1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	serverCert, serverKey := ca.issue(t, "logs.example")
	pair, err := tls.X509KeyPair([]byte(serverCert), []byte(serverKey))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(ca.pem))
	gate.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert}
	gate.EnableHTTP2 = true
	gate.StartTLS()
	t.Cleanup(gate.Close)
	clientCert, clientKey := ca.issue(t, "client")
	right := func() *web.HTTPClientConfig {
		return &web.HTTPClientConfig{
			EnableHTTP2:   true,
			Authorization: &web.Authorization{CredentialsFile: write(t, "token", "token-1")},
			TLSConfig: web.TLSConfig{
				CAFile: write(t, "ca.pem", ca.pem), ServerName: "logs.example",
				CertFile: write(t, "cert.pem", clientCert), KeyFile: write(t, "key.pem", clientKey),
			},
		}
	}
	for _, test := range []struct {
		name   string
		change func(c *web.HTTPClientConfig)
		says   string
	}{
		{"right", func(*web.HTTPClientConfig) {}, ""},
		{"without HTTP/2", func(c *web.HTTPClientConfig) { c.EnableHTTP2 = false }, ""},
		{"unknown authority", func(c *web.HTTPClientConfig) { c.TLSConfig.CAFile = "" }, "unknown authority"},
		{"another name", func(c *web.HTTPClientConfig) { c.TLSConfig.ServerName = "other.example" }, "other.example"},
		{"no certificate", func(c *web.HTTPClientConfig) {
			c.EnableHTTP2, c.TLSConfig.CertFile, c.TLSConfig.KeyFile = false, "", "" // HTTP/2 would not say why.
		}, "certificate"},
		{"wrong token", func(c *web.HTTPClientConfig) { c.Authorization.CredentialsFile = write(t, "token", "token-2") }, "check the credentials"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := options(gate.URL)
			o.HTTP = right()
			o.Patience, o.Visible, o.Settle = 200*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
			o.Tenant.Account = uint32(len(test.name))
			test.change(o.HTTP)
			s := open(t, o)
			_, addErr := s.Add(t.Context(), made(3))
			if test.says == "" {
				if addErr != nil {
					t.Fatal(addErr)
				}
				wantStored(t, s, made(3))
				return
			}
			_, _, err := count(t.Context(), s, false)
			for _, err := range []error{addErr, err} {
				if !errors.Is(err, auditlog.ErrUnavailable) || !strings.Contains(fmt.Sprint(err), test.says) {
					t.Errorf("got %v, want ErrUnavailable that says %q", err, test.says)
				}
			}
		})
	}
}

// Tenants see nothing of each other, and several servers serve in turn.
func TestTenantsAndSeveralURLs(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	second := start(t, "-storageNode="+c.nodes[0].address, "-storageNode="+c.nodes[1].address)
	dead := start(t)
	dead.process.Kill()
	o := options(c.front.url() + " " + second.url() + " " + dead.url())
	evs := made(40)
	for i := range 2 {
		o.Tenant = remote.Tenant{Account: 7, Project: uint32(i)}
		o.Records = &remote.Tenant{Account: 8, Project: uint32(i)}
		s := open(t, o)
		for j := range 4 {
			if got := mustAdd(t, s, evs[i*20+j*5:i*20+j*5+5]); got.New != 5 {
				t.Errorf("added %+v", got)
			}
		}
		wantStored(t, s, evs[i*20:i*20+20])
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(o *remote.Options)
		says   string
	}{
		{"no server", func(o *remote.Options) { o.InsertURLs = nil }, "insert URLs: there is none"},
		{"no scheme", func(o *remote.Options) { o.InsertURLs = []string{"http://a:1", "logs:9428"} }, "insert URLs[1]"},
		{"a user", func(o *remote.Options) { o.SelectURLs = []string{"http://me:secret@logs:9428"} }, "give HTTP.BasicAuth instead"},
		{"an argument", func(o *remote.Options) { o.SelectURLs = []string{"http://logs:9428?a=b"} }, "select URLs[0]"},
		{"short retention", func(o *remote.Options) { o.Retention = time.Hour }, "retention: 1h0m0s is below a day"},
		{"records among events", func(o *remote.Options) { o.Records = &remote.Tenant{} }, "records: tenant 0:0"},
		{"short lines", func(o *remote.Options) { o.MaxLine = 100 }, "max line: 100"},
		{"negative", func(o *remote.Options) { o.Settle = -1 }, "below 0"},
		{"two kinds of authentication", func(o *remote.Options) {
			o.HTTP = &web.HTTPClientConfig{BasicAuth: &web.BasicAuth{}, Authorization: &web.Authorization{}}
		}, "at most one of"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := options("http://logs:9428")
			test.change(&o)
			_, err := remote.Open(o)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want an error that says %q", err, test.says)
			}
		})
	}
}
