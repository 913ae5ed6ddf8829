// Package run is what the programs share of their life: who may listen where,
// serving HTTP until a context ends, and the checks that a supervisor makes.
package run

import (
	"fmt"
	"net"
	"os"

	"go.yaml.in/yaml/v3"
)

// CheckListen refuses an address that other machines can reach while the web
// configuration file asks callers for nothing, unless allow says that this is
// meant. A file authenticates when it names basic_auth_users or requires
// client certificates.
func CheckListen(address, webConfigFile string, allow bool) error {
	loopback, err := isLoopback(address)
	if err != nil {
		return fmt.Errorf("web.listen-address: %w", err)
	}
	if loopback || allow {
		return nil
	}
	authenticated, err := authenticates(webConfigFile)
	if err != nil {
		return fmt.Errorf("web.config.file: %w", err)
	}
	if !authenticated {
		return fmt.Errorf("web.listen-address: %s can be reached from other machines without authentication: "+
			"give a --web.config.file with basic_auth_users or tls_server_config.client_auth_type, "+
			"listen on 127.0.0.1, or say --web.allow-unauthenticated", address)
	}
	return nil
}

// isLoopback reports whether only this machine can reach the address.
func isLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("%q is not host:port: %w", address, err)
	}
	if host == "localhost" {
		return true, nil
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback(), nil
}

// authenticates reads the part of the web configuration that says who may
// call: https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
func authenticates(file string) (bool, error) {
	if file == "" {
		return false, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	var web struct {
		Users map[string]string `yaml:"basic_auth_users"`
		TLS   struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(text, &web); err != nil {
		return false, fmt.Errorf("decode %s: %w", file, err)
	}
	certificates := web.TLS.ClientAuth == "RequireAnyClientCert" || web.TLS.ClientAuth == "RequireAndVerifyClientCert"
	return len(web.Users) > 0 || certificates, nil
}
