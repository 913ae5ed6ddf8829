package schedule_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/leastward/leastward/exporter/internal/schedule"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/deliver/smtptest"
	"github.com/leastward/leastward/internal/report/render"
	"github.com/leastward/leastward/internal/testkit"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		os.Exit(child()) //nolint:forbidigo // The process that a test kills.
	}
	goleak.VerifyTestMain(m)
}

const patience = 20 * time.Second

func TestDailyReportByMail(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	db, c, dir := open(t, path(t)), newClock(morning().Add(-time.Hour)), t.TempDir()
	list := []string{"mailto:audit@example.org", "mailto:owner@example.org", "mailto:audit@example.org", "dir:" + dir}
	stop := start(t, options(t, db, s, c, daily(list...)))
	defer stop()

	c.set(morning())
	testkit.Eventually(t, patience, "both mails", func() bool { return len(s.Mails()) >= 2 })
	testkit.Eventually(t, patience, "the period is done", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == 1
	})
	r, _ := build(t.Context(), daily(), morning())
	want, err := render.Bytes(r, render.PDF)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, mail := range s.Mails() {
		m := mail.Parse(t)
		if !bytes.Equal(m.Files["permissions-analytics-20251031T070000Z.pdf"], want) {
			t.Errorf("the PDF for %s differs", mail.To)
		}
		if !strings.Contains(m.Text, "PCI: 87.4") {
			t.Errorf("the text has no key figure: %q", m.Text)
		}
		ids[m.Header.Get("Message-ID")] = true
	}
	if len(ids) != 1 {
		t.Errorf("got message ids %v, want one", ids)
	}
	file, err := os.ReadFile(filepath.Join(dir, "permissions-analytics-20251031T070000Z.pdf"))
	if err != nil || !bytes.Equal(file, want) {
		t.Errorf("the file in the directory differs: %v", err)
	}

	c.set(morning().Add(25 * time.Hour))
	testkit.Eventually(t, patience, "the next day's mails", func() bool { return len(s.Mails()) >= 4 })
	if n := len(s.Mails()); n != 4 {
		t.Errorf("got %d mails, want 4", n)
	}
}

// TestNothingIsDueBeforeAScheduleExists: the first run doesn't deliver the
// period before it.
func TestNothingIsDueBeforeAScheduleExists(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	db, c := open(t, path(t)), newClock(morning().Add(time.Hour))
	stop := start(t, options(t, db, s, c, daily("mailto:audit@example.org")))
	testkit.Eventually(t, patience, "the schedule is known", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_schedule`) == 1
	})
	stop()
	if n := query(t, db, `SELECT COUNT(*) FROM report_period`); n != 0 {
		t.Errorf("%d periods are due, want none", n)
	}
}

// TestMissedPeriods: after three days down only the latest report comes.
func TestMissedPeriods(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	file, c := path(t), newClock(morning().Add(-time.Hour))
	one := daily("mailto:audit@example.org")
	db := open(t, file)
	known := start(t, options(t, db, s, c, one))
	testkit.Eventually(t, patience, "the schedule is known", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_schedule`) == 1
	})
	known()
	c.set(morning().AddDate(0, 0, 3).Add(time.Hour))
	stop := start(t, options(t, db, s, c, one))
	defer stop()
	testkit.Eventually(t, patience, "the mail", func() bool { return len(s.Mails()) == 1 })
	testkit.Eventually(t, patience, "the period is done", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == 1
	})
	if _, ok := s.Mails()[0].Parse(t).Files["permissions-analytics-20251103T070000Z.pdf"]; !ok {
		t.Error("the mail has not the latest period's report")
	}
	if n := query(t, db, `SELECT COUNT(*) FROM report_period`); n != 1 {
		t.Errorf("%d periods, want 1", n)
	}
}

// TestFailuresAndRetry: a refusal is noted and not tried again, a temporary
// failure is, and those who have the report don't get it twice.
func TestFailuresAndRetry(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	s := &smtptest.Server{Rcpt: func(to string) error {
		switch {
		case to == "gone@example.org":
			return &smtp.SMTPError{Code: 550, Message: "no such user"}
		case to == "grey@example.org" && tries.Add(1) < 3:
			return &smtp.SMTPError{Code: 451, Message: "later"}
		}
		return nil
	}}
	s.Start(t, nil, false)
	db, c := open(t, path(t)), newClock(morning().Add(-time.Hour))
	o := options(t, db, s, c, daily("mailto:gone@example.org", "mailto:grey@example.org", "mailto:audit@example.org"))
	defer start(t, o)()
	c.set(morning())
	testkit.Eventually(t, patience, "the period is done", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == 1
	})
	if n := len(s.Mails()); n != 2 {
		t.Errorf("got %d mails, want one for each of two recipients", n)
	}
	if n := query(t, db, `SELECT COUNT(*) FROM report_delivery WHERE state = 'refused' AND error LIKE '%no such user%'`); n != 1 {
		t.Errorf("%d refusals noted, want 1", n)
	}
}

func TestWaitsForData(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	db, c := open(t, path(t)), newClock(morning().Add(-time.Hour))
	o := options(t, db, s, c, daily("mailto:audit@example.org"))
	var asked atomic.Int64
	o.Build = func(ctx context.Context, one schedule.Schedule, period time.Time) (*report.Report, error) {
		if asked.Add(1) < 3 {
			return nil, schedule.ErrNotReady
		}
		return build(ctx, one, period)
	}
	defer start(t, o)()
	c.set(morning())
	testkit.Eventually(t, patience, "the mail", func() bool { return len(s.Mails()) == 1 })
	if n := query(t, db, `SELECT COUNT(*) FROM river_job WHERE errors IS NOT NULL`); n != 0 {
		t.Errorf("waiting counts as a failure")
	}
}

// TestSuperseded: a report that can't be delivered gives way to the next one.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	var up atomic.Bool
	s := &smtptest.Server{Rcpt: func(string) error {
		if !up.Load() {
			return &smtp.SMTPError{Code: 421, Message: "down"}
		}
		return nil
	}}
	s.Start(t, nil, false)
	db, c := open(t, path(t)), newClock(morning().Add(-time.Hour))
	defer start(t, options(t, db, s, c, daily("mailto:audit@example.org")))()
	c.set(morning())
	testkit.Eventually(t, patience, "a failed attempt", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM river_job WHERE errors IS NOT NULL`) == 1
	})
	c.set(morning().AddDate(0, 0, 1))
	testkit.Eventually(t, patience, "the first period is given up", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'superseded'`) == 1
	})
	up.Store(true)
	testkit.Eventually(t, patience, "the second period is done", func() bool {
		return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == 1
	})
	if n := len(s.Mails()); n != 1 {
		t.Errorf("got %d mails, want 1", n)
	}
}

// TestTwoExportersOneDelivery: both look at the same database and the same
// clock for many hours.
func TestTwoExportersOneDelivery(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	file, c := path(t), newClock(morning().Add(-30*time.Minute))
	one := daily("mailto:audit@example.org")
	one.When = schedule.When{Cadence: schedule.Hourly}
	db := open(t, file)
	defer start(t, options(t, db, s, c, one))()
	defer start(t, options(t, open(t, file), s, c, one))()
	const hours = 5
	for i := range hours {
		c.set(morning().Add(time.Duration(i) * time.Hour))
		testkit.Eventually(t, patience, "the hour is done", func() bool {
			return query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`) == i+1
		})
	}
	ids := map[string]int{}
	for _, m := range s.Mails() {
		ids[m.Parse(t).Header.Get("Message-ID")]++
	}
	if len(ids) != hours || len(s.Mails()) != hours {
		t.Errorf("got %d mails with %d message ids, want %d", len(s.Mails()), len(ids), hours)
	}
}

func TestStopWaitsForTheDelivery(t *testing.T) {
	leaks(t)
	entered, release := make(chan struct{}), make(chan struct{})
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	db, c := open(t, path(t)), newClock(morning().Add(-time.Hour))
	o := options(t, db, s, c, daily("mailto:audit@example.org"))
	o.Build = func(ctx context.Context, one schedule.Schedule, period time.Time) (*report.Report, error) {
		close(entered)
		<-release
		return build(ctx, one, period)
	}
	stop := start(t, o)
	c.set(morning())
	<-entered
	close(release)
	stop()
	if n := query(t, db, `SELECT COUNT(*) FROM report_period WHERE state = 'done'`); n != 1 || len(s.Mails()) != 1 {
		t.Errorf("the delivery under way was not finished: %d done, %d mails", n, len(s.Mails()))
	}
}

func TestNewRefusesBadSchedules(t *testing.T) {
	t.Parallel()
	s := &smtptest.Server{}
	s.Start(t, nil, false)
	tests := map[string]func(*schedule.Schedule){
		`schedules[1].id: "par-daily" is empty or not unique`:                                       func(*schedule.Schedule) {},
		`schedules[1].formats: name at least one, such as pdf`:                                      func(s *schedule.Schedule) { s.ID, s.Formats = "b", nil },
		`schedules[1].formats: report format "doc" is not one of pdf, xlsx, csv, csv.zip, json`:     func(s *schedule.Schedule) { s.ID, s.Formats = "b", []render.Format{"doc"} },
		`schedules[1].recipients: name at least one`:                                                func(s *schedule.Schedule) { s.ID, s.Recipients = "b", nil },
		`schedules[1].recipients: recipient "x": it does not begin with mailto: or dir: as it must`: func(s *schedule.Schedule) { s.ID, s.Recipients = "b", []string{"x"} },
		`schedules[1].hour: 25 is not between 0 and 23`:                                             func(s *schedule.Schedule) { s.ID, s.When.Hour = "b", 25 },
	}
	for want, change := range tests {
		bad := daily("mailto:a@example.org")
		change(&bad)
		o := options(t, open(t, path(t)), s, newClock(morning()), daily("mailto:a@example.org"), bad)
		if _, err := schedule.New(t.Context(), o); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := schedule.New(t.Context(), schedule.Options{}); err == nil {
		t.Error("options without anything are accepted")
	}
	if !errors.Is(errors.Join(schedule.ErrNotReady), schedule.ErrNotReady) {
		t.Error("not ready is no error of its own")
	}
}
