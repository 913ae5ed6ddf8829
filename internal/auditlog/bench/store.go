package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/usage"
)

// storePart measures the audit store in a process of its own.
func storePart(ctx context.Context, o options) (*figures, error) {
	dir, err := o.scratch("store")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-part", "store", "-dir", o.dir, "-work", dir, "-rounds", strconv.Itoa(o.rounds), "-cpuprofile", o.cpu)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var f figures
	if err := json.Unmarshal(out, &f); err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	f.Peak = max(f.Peak, peak(cmd.ProcessState))
	return &f, os.RemoveAll(dir)
}

// measureStore loads the files and asks the questions, and prints the figures.
func measureStore(ctx context.Context, o options) error {
	store, err := embedded.Open(embedded.Options{ //nolint:contextcheck // Opening takes none.
		Dir: o.work, Catalog: catalog.AWS(), Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	f := figures{Queries: map[string]timing{}}
	index := usage.New(catalog.AWS())
	if err := profiled(o.cpu, func() error { return f.load(ctx, o.dir, store, index) }); err != nil {
		return errors.Join(err, store.Close())
	}
	if err := f.ask(ctx, store, index, o.rounds); err != nil {
		return errors.Join(err, store.Close())
	}
	if err := store.Close(); err != nil {
		return err
	}
	if f.Bytes, err = size(o.work); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

// load reads the files as a collection does: into the usage index and, with
// their records, into the store.
func (f *figures) load(ctx context.Context, dir string, store auditlog.Store, index *usage.Index) error {
	start := time.Now()
	before, err := processor("self")
	if err != nil {
		return err
	}
	w := ingest.New(ctx, ingest.Options{Store: store})
	stats, problems, err := aws.ReadEvents(ctx, dir, aws.EventOptions{KeepRaw: true}, func(ev *auditlog.Event) error {
		index.Add(ev)
		return w.Add(ctx, ev)
	})
	if err == nil {
		err = w.Flush(ctx)
	}
	if err == nil {
		err = await(ctx, store, stats.In)
	}
	f.Load, f.Events = time.Since(start).Seconds(), stats.In
	after, known := processor("self")
	f.CPU = after - before
	if err = errors.Join(err, known); err == nil {
		err = w.Sync(ctx)
	}
	f.Durable = time.Since(start).Seconds()
	if added := w.Stats(); err == nil && (added.New != stats.In || len(problems) > 0) {
		err = fmt.Errorf("%d of %d events were stored, %d problems", added.New, stats.In, len(problems))
	}
	return errors.Join(err, w.Close())
}

// await returns once queries find all events, as the peer's part does.
func await(ctx context.Context, store auditlog.Store, total int64) error {
	return poll(ctx, time.Minute, func() (bool, error) {
		n := ""
		_, err := store.Select(ctx, auditlog.Statement{LogsQL: "* | count() as n"}, func(r auditlog.Row) error {
			n = strings.Clone(r.Get("n"))
			return nil
		})
		return n == strconv.FormatInt(total, 10), err
	})
}

// ask asks every question.
func (f *figures) ask(ctx context.Context, store auditlog.Store, index *usage.Index, rounds int) error {
	now := time.Now()
	var err error
	if f.Needle, err = findNeedle(ctx, store, now); err != nil {
		return err
	}
	searcher := search.New(search.Options{Store: store, Catalog: catalog.AWS()})
	for _, q := range questions() {
		run, err := q.prepared(searcher, index, f.Needle, now)
		if err != nil {
			return err
		}
		if f.Queries[q.name], err = repeat(rounds, func() (int, error) { return run(ctx) }); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}

// profiled runs do and writes where its time went to a file, unless that has no
// name.
func profiled(path string, do func() error) error {
	if path == "" {
		return do()
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return errors.Join(err, out.Close())
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, out.Close())
}

// replace puts the request id into a question's text.
func replace(text, needle string) string { return strings.ReplaceAll(text, "NEEDLE", needle) }
