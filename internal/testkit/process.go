package testkit

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Process is a program that a test started.
type Process struct {
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan struct{}
}

// StartProcess runs a program until the test ends; its output is shown if the
// test fails.
func StartProcess(tb testing.TB, env []string, path string, args ...string) *Process {
	tb.Helper()
	p := &Process{cmd: exec.CommandContext(context.Background(), path, args...), log: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if env != nil {
		p.cmd.Env = append(p.cmd.Environ(), env...)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatalf("start %s: %v", path, err)
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	tb.Cleanup(func() {
		p.Stop()
		if tb.Failed() {
			tb.Logf("output of %s:\n%s", path, p.log)
		}
	})
	return p
}

// Stop ends the process, with SIGTERM first, and waits for it.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(10 * time.Second):
		p.Kill()
	}
}

// Kill ends the process at once, as a power cut would, and waits for it.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// Signal sends a signal, such as SIGSTOP to have the process hang.
func (p *Process) Signal(sig os.Signal) error { return p.cmd.Process.Signal(sig) }

// Output returns what the process has written so far, to both of its outputs.
func (p *Process) Output() string { return p.log.String() }

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// FreeAddress returns a loopback address that nothing listens on.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("find a free port: %v", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// AwaitHTTP waits until url answers 200.
func AwaitHTTP(tb testing.TB, url string, limit time.Duration) {
	tb.Helper()
	Eventually(tb, limit, url+" answers", func() bool {
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			tb.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// Eventually waits until ok holds and fails the test after the limit.
func Eventually(tb testing.TB, limit time.Duration, what string, ok func() bool) {
	tb.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			tb.Fatalf("waited %s in vain: %s", limit, what)
		case <-tick.C:
		}
	}
}

type lockedBuffer struct {
	mu  sync.Mutex // Guards buf: the process writes while the test reads.
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
