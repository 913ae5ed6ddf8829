package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/reports"
	"github.com/leastward/leastward/exporter/internal/schedule"
	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/deliver"
	"github.com/leastward/leastward/internal/report/render"
)

// deliverReports delivers the generation's scheduled reports until the context
// ends.
func (a *app) deliverReports(ctx context.Context, g *generation) (err error) {
	options := schedule.Options{
		Schedules: g.schedules, Deliver: a.metrics.counting(router{g.config.SMTP}), Now: a.Now, Logger: a.Logger,
	}
	configured := map[string]*config.Report{}
	for _, r := range g.config.Reports {
		configured[r.Name] = r
	}
	options.Build = func(ctx context.Context, s schedule.Schedule, period time.Time) (*report.Report, error) {
		return a.build(ctx, g, configured[s.ID], period)
	}
	if options.DB, err = schedule.Open(filepath.Join(g.config.DataDir, "schedules.db")); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, options.DB.Close()) }()
	scheduler, err := schedule.New(ctx, options)
	if err != nil {
		return err
	}
	return scheduler.Run(ctx)
}

func scheduleOf(r *config.Report) (schedule.Schedule, error) {
	at, err := time.Parse("15:04", r.At)
	if err != nil {
		return schedule.Schedule{}, err
	}
	zone, err := time.LoadLocation(r.Timezone)
	if err != nil {
		return schedule.Schedule{}, err
	}
	day, _ := config.Weekday(r.Weekday)
	one := schedule.Schedule{
		ID: r.Name, Report: report.Kind(r.Report), Formats: []render.Format{render.Format(r.Format)},
		When: schedule.When{
			Cadence: schedule.Cadence(r.Cadence), Hour: at.Hour(), Minute: at.Minute(),
			Weekdays: []time.Weekday{day}, Day: r.Day, Zone: zone,
		},
	}
	for _, address := range r.Email {
		one.Recipients = append(one.Recipients, "mailto:"+address)
	}
	if r.Directory != "" {
		dir, err := filepath.Abs(r.Directory)
		if err != nil {
			return one, err
		}
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return one, fmt.Errorf("directory: %w", err)
		}
		one.Recipients = append(one.Recipients, "dir:"+dir)
	}
	return one, nil
}

// build makes the report of a period from the last snapshot, compared with the
// period before where the kind of report does that.
func (a *app) build(ctx context.Context, g *generation, r *config.Report, period time.Time) (*report.Report, error) {
	leave, err := a.gate.Wait(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	runs := reports.Runs{Dir: filepath.Join(g.config.DataDir, "reports")}
	before, err := runs.Before(r.Name, period)
	if err != nil {
		a.Logger.ErrorContext(ctx, "load the report's last run; it compares with nothing", "report", r.Name, "err", err)
	}
	built, err := a.builder(g).Build(ctx, &reports.Request{
		Kind: report.Kind(r.Report), Ask: question(r), Caller: &access.Caller{}, Whole: true, Previous: before,
	})
	if errors.Is(err, reports.ErrNotReady) {
		return nil, errors.Join(schedule.ErrNotReady, err)
	}
	if err != nil {
		return nil, err
	}
	if built.Run == nil {
		return built.Report, nil
	}
	return built.Report, runs.Save(r.Name, period, built.Run, before)
}

// router connects to the mail server anew for each message, so that a changed
// password file counts at once.
type router struct{ smtp *config.SMTP }

// Deliver sends the message to the recipient.
func (r router) Deliver(ctx context.Context, recipient string, m *deliver.Message) error {
	to := deliver.Router{Directory: deliver.Directory{}}
	if r.smtp != nil {
		mail, err := r.mail()
		if err != nil {
			return err
		}
		to.Mail = mail
	}
	return to.Deliver(ctx, recipient, m)
}

func (r router) mail() (*deliver.SMTP, error) {
	host, port, err := net.SplitHostPort(r.smtp.Address)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("smtp.address: port: %w", err)
	}
	password := r.smtp.Password
	if r.smtp.PasswordFile != "" {
		if password, err = shared.ReadSecret(r.smtp.PasswordFile); err != nil {
			return nil, fmt.Errorf("smtp.password_file: %w", err)
		}
	}
	return deliver.NewSMTP(deliver.SMTPOptions{
		Host: host, Port: number, From: r.smtp.From, TLS: deliver.TLSMode(r.smtp.TLS), AllowPlaintext: true,
		Username: r.smtp.Username, Password: password.Reveal(),
	})
}
