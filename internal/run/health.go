package run

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"go.yaml.in/yaml/v3"
)

// HealthPath answers 200 as long as a program lives.
const HealthPath = "/-/healthy"

// CheckHealth asks the program that listens at address, on this machine,
// whether it is alive: a check for containers that have no shell. One that wants
// to know first who asks, by a password or a certificate, is alive, too.
// WebConfigFile is the program's own; it says whether it speaks TLS.
func CheckHealth(ctx context.Context, address, webConfigFile string) error {
	url, err := healthURL(address, webConfigFile)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		// Its name is not that of the certificate, and there is nothing to keep
		// from others: a listener of this machine is asked for one word.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // See above.
	}
	resp, err := (&http.Client{Transport: transport, Timeout: 5 * time.Second}).Do(req)
	if refused, ok := errors.AsType[*net.OpError](err); ok && refused.Op == "remote error" {
		return nil // A TLS alert: it wants a certificate.
	}
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusUnauthorized {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 200))
	return fmt.Errorf("%s answers %s: %s", url, resp.Status, text)
}

// healthURL is the address as this machine reaches it.
func healthURL(address, webConfigFile string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("web.listen-address: %q is not host:port: %w", address, err)
	}
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	encrypted, err := encrypts(webConfigFile)
	if err != nil {
		return "", fmt.Errorf("web.config.file: %w", err)
	}
	scheme := "http"
	if encrypted {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + HealthPath, nil
}

// encrypts reads the part of the web configuration that says whether the
// listener speaks TLS.
func encrypts(file string) (bool, error) {
	if file == "" {
		return false, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	var web struct {
		TLS struct {
			Cert string `yaml:"cert"`
			File string `yaml:"cert_file"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(text, &web); err != nil {
		return false, fmt.Errorf("decode %s: %w", file, err)
	}
	return cmp.Or(web.TLS.Cert, web.TLS.File) != "", nil
}
