package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// logServer is a running VictoriaLogs.
type logServer struct {
	cmd *exec.Cmd
	url string
}

func startServer(ctx context.Context, o options, data string) (*logServer, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	s := &logServer{url: "http://" + address}
	s.cmd = exec.CommandContext(ctx, filepath.Join(o.tools, "victoria-logs"), "-storageDataPath="+data,
		"-httpListenAddr="+address, "-retentionPeriod=100y", "-loggerLevel=ERROR")
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	return s, poll(ctx, 30*time.Second, func() (bool, error) {
		_, err := s.get(ctx, "/health")
		return err == nil, nil
	})
}

func (s *logServer) stop() (*os.ProcessState, error) {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	err := s.cmd.Wait()
	return s.cmd.ProcessState, err
}

func (s *logServer) insert(ctx context.Context, paths []string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for _, path := range paths {
		group.Go(func() error { return s.post(ctx, path) })
	}
	return group.Wait()
}

func (s *logServer) post(ctx context.Context, path string) error {
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	target := s.url + "/insert/jsonline?_time_field=eventTime&_msg_field=eventName&_stream_fields=recipientAccountId"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Encoding", "gzip")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("insert %s: %s", path, answer.Status)
	}
	return nil
}

// await returns when all events are answered.
func (s *logServer) await(ctx context.Context, total int64) error {
	return poll(ctx, time.Minute, func() (bool, error) {
		body, err := s.get(ctx, "/select/logsql/query?query="+url.QueryEscape("* | count() as n"))
		if err != nil {
			return false, err
		}
		var answer struct {
			N int64 `json:"n,string"`
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return false, err
		}
		return answer.N >= total, nil
	})
}

func (s *logServer) get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, answer.Status, body)
	}
	return body, err
}

// poll asks again and again, up to a limit, whether something is done.
func poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %s: %w", limit, ctx.Err())
		case <-tick.C:
		}
	}
}
