package web

import (
	"fmt"
	"net"
	"net/http"
	"os"

	"go.yaml.in/yaml/v3"
)

// Login tells how the listener makes sure of who calls.
type Login string

// The ways. The listener itself refuses callers who don't pass.
const (
	Typed       Login = "typed" // Not at all: people type their name.
	Basic       Login = "basic" // Basic authentication.
	Certificate Login = "certificate"
)

// LoginOf reads from exporter-toolkit's web configuration file how callers log
// in. No file means that they don't.
func LoginOf(webConfigFile string) (Login, error) {
	if webConfigFile == "" {
		return Typed, nil
	}
	text, err := os.ReadFile(webConfigFile)
	if err != nil {
		return "", err
	}
	var c struct {
		Users map[string]string `yaml:"basic_auth_users"`
		TLS   struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return "", fmt.Errorf("decode %s: %w", webConfigFile, err)
	}
	switch {
	case len(c.Users) > 0:
		return Basic, nil
	case c.TLS.ClientAuth == "RequireAndVerifyClientCert":
		return Certificate, nil
	}
	return Typed, nil
}

// who returns the name under which the caller logged in, "" where nobody does.
// A header that nobody has checked is not believed.
func (l Login) who(r *http.Request) string {
	switch l {
	case Basic:
		name, _, _ := r.BasicAuth()
		return name
	case Certificate:
		if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
			return r.TLS.VerifiedChains[0][0].Subject.CommonName
		}
	case Typed:
	}
	return ""
}

// local lets only requests through that name this machine. Without a login a
// listener on loopback is reachable for every web page that the user opens,
// once the page's own name is made to resolve to 127.0.0.1.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "without a login this listener answers only to the names localhost, 127.0.0.1 and [::1]", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
