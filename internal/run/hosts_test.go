package run_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/run"
)

// A site that has its name lead to this machine is not answered, where a
// password does not keep it out.
func TestServeAnswersToItsOwnNames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		config, host string
		want         int
	}{
		{"", "127.0.0.1:9186", 200},
		{"", "127.0.0.1", 200},
		{"", "[::1]:9186", 200},
		{"", "[::1]", 200},
		{"", "192.0.2.1", 200}, // Whoever forwards to us by an address has no name to turn.
		{"", "localhost:9186", 200},
		{"", "LOCALHOST.:9186", 200},
		{"", "exporter.example.com", 200},
		{"", "Exporter.Example.com:443", 200},
		{"", "evil.example", 421},
		{"", "evil.example:9186", 421},
		{"", "localhost.evil.example", 421},
		{"", "127.0.0.1.evil.example", 421},
		{"", "exporter.example.com.evil.example", 421},
		{"basic_auth_users: {ana: $2a$04$m7zFEGYF4jNEsIXCoe5BiOYxuS1hbI82DadFsxo51qNS67Ss7cN0O}", "evil.example", 401},
	} {
		t.Run(fmt.Sprint(tc.host, tc.want), func(t *testing.T) {
			t.Parallel()
			config := ""
			if tc.config != "" {
				config = write(t, tc.config)
			}
			url := serve(t, config, "exporter.example.com")
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = tc.host
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			if resp.StatusCode != tc.want {
				t.Errorf("a request to %s = %s, want %d", tc.host, resp.Status, tc.want)
			}
		})
	}
}

// serve serves until the test ends and returns the URL.
func serve(t *testing.T, config string, hosts ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	address := make(chan net.Addr, 1)
	var group errgroup.Group
	group.Go(func() error {
		return run.Serve(ctx, run.ServeOptions{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }),
			Address: "127.0.0.1:0", WebConfigFile: config, Hosts: hosts, Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { address <- a },
		})
	})
	t.Cleanup(func() {
		stop()
		if err := group.Wait(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + (<-address).String()
}
