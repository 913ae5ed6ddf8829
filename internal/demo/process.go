package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	startLimit = time.Minute
	stopLimit  = 2 * time.Second // Twice; mage itself waits 5 s after an interrupt.
)

// process is one program of the suite while it runs.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string // Path of its log file.
	done chan struct{}
}

// start runs a program in a process group of its own, so that a Ctrl-C at the
// terminal reaches the demo alone and the order of stopping is ours; for the
// same reason the end of the context does not end it. Env is added to the demo's
// own environment.
func start(ctx context.Context, env []string, name, log, path string, args ...string) (*process, error) {
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }() // The program has its own handle.
	p := &process{name: name, log: log, done: make(chan struct{})}
	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), path, args...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	return p, nil
}

// ready waits until url answers 200.
func (p *process) ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("%s did not become ready within %s", p.name, startLimit))
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !answers(ctx, url) {
		select {
		case <-p.done:
			return fmt.Errorf("%s ended: %s", p.name, p.tail())
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), errors.New(p.tail()))
		case <-tick.C:
		}
	}
	return nil
}

func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// tail returns the end of the program's log.
func (p *process) tail() string {
	const shown = 2000
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return p.log + " ends with:\n" + strings.TrimSpace(string(text[max(0, len(text)-shown):]))
}

// stop asks the program to end and, where it takes its time, ends it: nothing
// of the demo is kept.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // It may have ended already.
	select {
	case <-p.done:
	case <-time.After(stopLimit):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// address returns a loopback address with the usual port, or with a free one
// where the usual one is taken.
func address(ctx context.Context, port int) (string, error) {
	for _, candidate := range []string{fmt.Sprintf("127.0.0.1:%d", port), "127.0.0.1:0"} {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", candidate)
		if err != nil {
			continue
		}
		return l.Addr().String(), l.Close()
	}
	return "", errors.New("no free port on 127.0.0.1")
}

// lock makes sure that no other demo works on the same folder, which each
// clears at its start. The file goes unlocked with the process.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("a demo already runs in this folder (%s is locked: %w); stop it first", path, err), f.Close())
	}
	return f.Close, nil
}

func absolute(paths ...*string) error {
	for _, p := range paths {
		full, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = full
	}
	return nil
}
