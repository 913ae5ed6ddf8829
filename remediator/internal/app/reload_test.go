package app_test

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/app"
)

// A good file is put in force; a bad one, or another state, leaves the old one.
func TestReload(t *testing.T) { //nolint:paralleltest // Sets environment variables.
	credentials(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "c.yml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := func(mode string) string {
		return "state: {path: " + filepath.Join(dir, "s.db") + "}\n" + config("http://"+testkit.FreeAddress(t), "", "mode: "+mode)
	}
	write(good("execute"))
	reload, address := make(chan os.Signal), make(chan net.Addr, 1)
	ctx, cancel := context.WithCancel(t.Context())
	var group errgroup.Group
	group.Go(func() error {
		return app.Run(ctx, app.Options{
			ConfigFile: file, ListenAddress: "127.0.0.1:0", Reload: reload, Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { address <- a },
		})
	})
	s := &server{t: t, url: "http://" + (<-address).String()}
	const dry, ok = `ciem_remediator_dry_run{playbook="inactive-user-read-only"} `, "ciem_remediator_config_last_reload_successful "
	for _, step := range []struct{ name, file, dry, ok string }{
		{"bad", "playbooks: [{name: x}]", "0", "0"},
		{"good", good("dry_run"), "1", "1"},
		{"another state", strings.Replace(good("execute"), "s.db", "other.db", 1), "1", "0"},
		{"good again", good("execute"), "0", "1"},
	} {
		write(step.file)
		reload <- syscall.SIGHUP
		testkit.Eventually(t, 10*time.Second, step.name+" shows in the metrics", func() bool {
			body := s.get("/metrics")
			return strings.Contains(body, dry+step.dry+"\n") && strings.Contains(body, ok+step.ok+"\n")
		})
	}
	cancel()
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
