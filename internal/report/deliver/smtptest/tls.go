package smtptest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http/httptest"
	"testing"
)

// Certificates returns the TLS configuration of a server on loopback and one of
// a client that trusts it.
func Certificates(tb testing.TB) (server, client *tls.Config) {
	tb.Helper()
	web := httptest.NewTLSServer(nil) // Has a certificate for 127.0.0.1.
	tb.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	server = &tls.Config{Certificates: web.TLS.Certificates, MinVersion: tls.VersionTLS12}
	return server, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}
