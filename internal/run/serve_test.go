package run_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/run"
)

// A request that is open when the context ends still gets its answer.
func TestServeLetsOpenRequestsFinish(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	inside, address := make(chan struct{}), make(chan net.Addr, 1)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-ctx.Done()
		_, _ = io.WriteString(w, "finished")
	})
	var group errgroup.Group
	group.Go(func() error {
		return run.Serve(ctx, run.ServeOptions{
			Handler: handler, Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { address <- a },
		})
	})
	group.Go(func() error { <-inside; stop(); return nil })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+(<-address).String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, _ := io.ReadAll(resp.Body); string(body) != "finished" {
		t.Errorf("body = %q, want finished", body)
	}
	if err := group.Wait(); err != nil {
		t.Errorf("Serve after the context ended: %v, want nil", err)
	}
}

// A caller that never comes to an end cannot make the program's end a failure.
func TestServeCutsOffWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	address := make(chan net.Addr, 1)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	var group errgroup.Group
	group.Go(func() error {
		return run.Serve(ctx, run.ServeOptions{
			Handler: handler, Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler),
			Ready: func(a net.Addr) { address <- a }, ShutdownTimeout: time.Millisecond,
		})
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+(<-address).String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Errorf("the request was answered with %s, want it cut off", resp.Status)
	}
	if err := group.Wait(); err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

func TestServeNamesTheAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	err = run.Serve(t.Context(), run.ServeOptions{Address: l.Addr().String(), Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		t.Fatal("Serve on a taken address = nil, want an error")
	}
}
