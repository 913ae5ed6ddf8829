package schedule_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/leastward/leastward/exporter/internal/schedule"
	"github.com/leastward/leastward/internal/report/deliver"
	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/testkit"
)

// childVariable holds the database of the process that the test kills, and
// portVariable the port of its mail server.
const (
	childVariable = "LEASTWARD_TEST_SCHEDULE_CHILD"
	portVariable  = "LEASTWARD_TEST_SCHEDULE_PORT"
)

// child is an exporter's scheduler in a process of its own.
func child() int {
	if err := runChild(context.Background(), os.Getenv(childVariable), os.Getenv(portVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runChild(ctx context.Context, path, port string) error {
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	mail, err := deliver.NewSMTP(deliver.SMTPOptions{
		Host: "127.0.0.1", Port: n, From: "leastward@example.org", TLS: deliver.TLSNone, HELO: "localhost", Timeout: time.Minute,
	})
	if err != nil {
		return err
	}
	db, err := schedule.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s, err := schedule.New(ctx, schedule.Options{
		DB: db, Schedules: []schedule.Schedule{daily("mailto:audit@example.org")}, Build: build,
		Deliver: deliver.Router{Mail: mail}, Domain: "example.org", Interval: 20 * time.Millisecond, JobTimeout: time.Second,
		Now: morning, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// TestKilled kills an exporter at the two points that matter and lets another
// one go on with its database.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for River to find the killed process's job")
	}
	t.Parallel()
	tests := map[string]struct {
		server func(kill func()) *smtptest.Server
		mails  int
	}{
		"while it sends the report": {func(kill func()) *smtptest.Server {
			return &smtptest.Server{Data: func(*smtp.Conn) error { kill(); return nil }}
		}, 1},
		"after the server has it": {func(kill func()) *smtptest.Server {
			return &smtptest.Server{Accepted: func(*smtp.Conn) error { kill(); return nil }}
		}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			victims, killed := make(chan *exec.Cmd, 1), make(chan struct{})
			var once sync.Once // The server calls again for the other exporter.
			s := test.server(func() {
				once.Do(func() {
					victim := <-victims
					_ = victim.Process.Kill()
					_ = victim.Wait() // Says that it was killed.
					close(killed)
				})
			})
			s.Start(t, nil, false)
			file := path(t)
			victim := exec.CommandContext(t.Context(), os.Args[0])
			victim.Env = append(os.Environ(), childVariable+"="+file, portVariable+"="+strconv.Itoa(s.Port()))
			victim.Stderr = t.Output()
			if err := victim.Start(); err != nil {
				t.Fatal(err)
			}
			victims <- victim
			select {
			case <-killed:
			case <-time.After(patience):
				t.Fatalf("waited %s in vain: the process is killed", patience)
			}

			db := open(t, file)
			if n := query(t, db, `SELECT COUNT(*) FROM report_delivery`); n != 0 {
				t.Fatalf("the killed process noted %d deliveries", n)
			}
			o := options(t, db, s, newClock(morning()), daily("mailto:audit@example.org"))
			o.JobTimeout = time.Second
			defer start(t, o)()
			testkit.Eventually(t, 3*time.Minute, "the period is done", func() bool {
				return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == 1
			})
			ids := map[string]bool{}
			for _, m := range s.Mails() {
				ids[m.Parse(t).Header.Get("Message-ID")] = true
			}
			// The message that the server took before the kill can't be known to
			// us; it comes again under the same id.
			if len(s.Mails()) != test.mails || len(ids) != 1 {
				t.Errorf("got %d mails with ids %v, want %d with one", len(s.Mails()), ids, test.mails)
			}
		})
	}
}
