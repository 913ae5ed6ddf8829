package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
	"golang.org/x/time/rate"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/usage"
)

// auditIngest brings files into an audit store. Events that are there already
// change nothing, so it may be interrupted and begun again.
func auditIngest(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := auditGroup(a).Command("ingest", "Bring exported events into an audit store. May be repeated: events that are there change nothing.")
	dir := c.Flag("store", "Directory of the audit store, which is made if need be; no exporter may be using it.").Required().String()
	logs := &logFiles{}
	logs.add(c, "")
	return c, func(ctx context.Context, e *env) (err error) {
		if !logs.given() {
			return errors.New("name the logs to bring in: --aws.cloudtrail, --azure.logs or --gcp.logs")
		}
		total, err := logs.bytes()
		if err != nil {
			return err
		}
		store, err := openEmbedded(e, *dir, spare) //nolint:contextcheck // opening takes no context
		if err != nil {
			return fmt.Errorf("--store: %w", err)
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		b := &backfill{env: e, store: store, total: total, meter: ingest.NewMeter(), draw: newBar(e, total)}
		return b.run(ctx, logs)
	}
}

// backfill is one run of auditIngest.
type backfill struct {
	*env
	store auditlog.Store
	total int64 // Bytes of all files.
	done  int64 // Bytes of the paths before.
	meter *ingest.Meter
	draw  func(ingest.Progress)
	stats records.Stats
}

func (b *backfill) run(ctx context.Context, logs *logFiles) (err error) {
	w := ingest.New(ctx, ingest.Options{Store: b.store, Meter: b.meter, Logger: b.logger})
	defer func() { err = errors.Join(err, w.Close()) }()
	seen := usage.NewSeen()
	begin := time.Now()
	b.meter.Read(begin, 0, b.total)
	err = logs.each(func(path string, format records.Format) error { return b.path(ctx, w, seen, path, format) })
	if err != nil {
		return err
	}
	if err := w.Sync(ctx); err != nil {
		return err
	}
	b.meter.Read(time.Now(), b.total, b.total)
	b.draw(b.meter.Progress())
	return b.report(time.Since(begin))
}

func (b *backfill) path(ctx context.Context, w *ingest.Writer, seen *usage.Seen, path string, format records.Format) error {
	o := records.Options{Seen: seen, KeepRaw: true, Logger: b.logger}
	var size int64
	o.Progress = func(done, total int64) {
		size = total
		b.meter.Read(time.Now(), b.done+done, b.total)
		b.draw(b.meter.Progress())
	}
	stats, problems, err := records.Read(ctx, path, o, format, func(ev *auditlog.Event) error { return w.Add(ctx, ev) })
	b.done += size
	b.stats.Add(stats)
	if err != nil {
		return err
	}
	for _, p := range problems {
		b.logger.WarnContext(ctx, "a file is incomplete", "code", p.Code, "subject", p.Subject, "message", p.Message)
	}
	return nil
}

// report tells what became of everything that was read.
func (b *backfill) report(took time.Duration) error {
	s := b.meter.Stats()
	perSecond := float64(s.In) / max(took.Seconds(), 1e-9)
	_, err := fmt.Fprintf(b.stdout, "%d records in %d files: %d stored, %d stored before, %d older than the retention, %d rejected; %.0f events/s\n",
		b.stats.In, b.stats.Files, s.New, s.Duplicate, s.Expired, b.stats.RejectedTotal(), perSecond)
	for _, reason := range records.Reasons() {
		if n := b.stats.Rejected[reason]; n > 0 && err == nil {
			_, err = fmt.Fprintf(b.stdout, "rejected  %s  %d\n", reason, n)
		}
	}
	return err
}

// newBar draws a bar on a terminal; elsewhere it logs where the backfill is now
// and then.
func newBar(e *env, total int64) func(ingest.Progress) {
	if file, ok := e.stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return terminalBar(file, total)
	}
	return loggedBar(e.logger)
}

func terminalBar(w io.Writer, total int64) func(ingest.Progress) {
	bar := progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(false), progressbar.OptionThrottle(100*time.Millisecond))
	return func(p ingest.Progress) {
		bar.Describe(p.String())
		_ = bar.Set64(p.Done) // A bar that cannot be drawn is no reason to stop.
	}
}

func loggedBar(logger *slog.Logger) func(ingest.Progress) {
	sometimes := rate.Sometimes{Interval: 10 * time.Second}
	sometimes.Do(func() {}) // Not at once.
	return func(p ingest.Progress) {
		sometimes.Do(func() {
			logger.Info("reading events", "done_bytes", p.Done, "total_bytes", p.Total, "events", p.Events,
				"events_per_second", int64(p.EventsPerSecond), "left", p.Left.Round(time.Second))
		})
	}
}
