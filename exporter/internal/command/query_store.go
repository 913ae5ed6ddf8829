package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/usage"
)

// keepAll is a retention that removes nothing: how long events are kept is for
// the exporter to say.
const keepAll = 50 * 365 * 24 * time.Hour

// spare is the room that a store of files leaves on the disk.
const spare = 256 << 20

// openStore opens the store of an exporter that does not run.
func openStore(e *env, dir string) (*openSource, error) {
	if _, err := os.Stat(filepath.Join(dir, "engine")); err != nil {
		return nil, fmt.Errorf("--store: %s is not an audit store: %w; name the directory audit.store.directory of the exporter's configuration, "+
			"which is audit in its data_dir", dir, err)
	}
	store, err := openEmbedded(e, dir, -1)
	if errors.Is(err, auditlog.ErrUnavailable) {
		return nil, fmt.Errorf("--store: %w; a running exporter is asked with --url", err)
	}
	if err != nil {
		return nil, fmt.Errorf("--store: %w", err)
	}
	local := newLocalAudit(store, time.Now)
	return &openSource{auditSource: local, local: local, end: store.Close}, nil
}

func openEmbedded(e *env, dir string, free int64) (*embedded.Store, error) {
	return embedded.Open(embedded.Options{
		Dir: dir, Retention: keepAll, MinFreeBytes: free, Catalog: catalog.AWS(), Logger: slog.New(warnings{e.logger.Handler()}),
	})
}

// warnings passes on what is not mere information.
type warnings struct{ slog.Handler }

// Enabled tells whether a level is passed on.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the bound.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the bound.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

// readTrails reads files into a store of its own, which is gone afterwards.
// What is not said of the time is all that the files hold, and what is counted
// back is counted from their end.
func readTrails(ctx context.Context, e *env, logs *logFiles, ask *api.AuditQuestion) (_ *openSource, err error) {
	dir, err := os.MkdirTemp("", "exporter-query-*")
	if err != nil {
		return nil, fmt.Errorf("make a store for the files: %w", err)
	}
	remove := func() error { return os.RemoveAll(dir) }
	store, err := openEmbedded(e, dir, spare) //nolint:contextcheck // an empty one is open at once
	if err != nil {
		return nil, errors.Join(err, remove())
	}
	end := func() error { return errors.Join(store.Close(), remove()) }
	stats, err := storeTrails(ctx, e, store, logs, ask.Raw)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	now := time.Now()
	if last := stats.Latest.Add(1); !stats.Latest.IsZero() && last.Before(now) {
		now = last
	}
	if ask.Query.Range == (query.Range{}) && !stats.Earliest.IsZero() {
		ask.Query.Range = query.Range{From: stats.Earliest, To: stats.Latest.Add(1)}
	}
	local := newLocalAudit(store, func() time.Time { return now })
	return &openSource{auditSource: local, local: local, end: end}, nil
}

func storeTrails(ctx context.Context, e *env, store auditlog.Store, logs *logFiles, raw bool) (all records.Stats, err error) {
	w := ingest.New(ctx, ingest.Options{Store: store, Logger: e.logger, Patience: time.Second})
	defer func() { err = errors.Join(err, w.Close()) }()
	seen := usage.NewSeen()
	draw := progress(e.stderr)
	err = logs.each(func(path string, format records.Format) error {
		o := records.Options{Seen: seen, KeepRaw: raw, Logger: e.logger}
		if draw != nil {
			o.Progress = func(done, total int64) { draw(path, done, total) }
		}
		stats, problems, err := records.Read(ctx, path, o, format, w.Sink)
		all.Add(stats)
		for _, p := range problems {
			e.logger.WarnContext(ctx, "a file is incomplete", "code", p.Code, "subject", p.Subject, "message", p.Message)
		}
		return err
	})
	if err != nil {
		return all, err
	}
	return all, w.Sync(ctx)
}
