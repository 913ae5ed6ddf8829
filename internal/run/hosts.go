package run

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
)

// guarded returns the handler, behind [OwnHosts] where nothing else keeps other
// sites' scripts out: on loopback, without authentication.
func (o *ServeOptions) guarded(at net.Addr) (http.Handler, error) {
	loopback, err := isLoopback(at.String())
	if err != nil {
		return nil, err
	}
	authenticated, err := authenticates(o.WebConfigFile)
	if err != nil {
		return nil, fmt.Errorf("web.config.file: %w", err)
	}
	if !loopback || authenticated {
		return o.Handler, nil
	}
	return OwnHosts(o.Handler, o.Hosts), nil
}

// OwnHosts answers requests that call the listener by an address, as localhost
// or by one of the names, and refuses others with 421. A browser on this machine
// sends those when a site whose script it runs has its own name lead to
// 127.0.0.1 (DNS rebinding): the script could read and do everything then.
// https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20
func OwnHosts(next http.Handler, names []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if own(hostOf(r.Host), names) {
			next.ServeHTTP(w, r)
			return
		}
		http.Error(w, fmt.Sprintf("this listener is not called %.100q; use its address or localhost, or start the program with --web.external-host=%.100s",
			hostOf(r.Host), hostOf(r.Host)), http.StatusMisdirectedRequest)
	})
}

// hostOf returns the name or address of a Host header without its port.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.Trim(header, "[]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// own reports whether a host is one of ours. HTTP/1.0 has none. A name that
// leads elsewhere cannot be an address.
func own(host string, names []string) bool {
	if host == "" || host == "localhost" || net.ParseIP(host) != nil {
		return true
	}
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(hostOf(name), host) })
}
