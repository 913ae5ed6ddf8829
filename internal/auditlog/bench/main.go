package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// options are the command line's.
type options struct {
	events int
	cache  string // Where generated files stay between runs.
	tools  string // Holds victoria-logs.
	python string // With DuckDB; "" leaves DuckDB out.
	rounds int
	cpu    string // File for a profile of the loading; "" is none.
	part   string // What a child process does; "" is the whole run.
	dir    string // What the child reads.
	work   string // Where it writes.
}

func main() {
	var o options
	flag.IntVar(&o.events, "events", 1_000_000, "how many events")
	flag.StringVar(&o.cache, "cache", ".cache/bench", "directory of generated files")
	flag.StringVar(&o.tools, "tools", "bin/tools", "directory of victoria-logs")
	flag.StringVar(&o.python, "python", ".cache/duckdb/bin/python", "Python that has DuckDB")
	flag.IntVar(&o.rounds, "rounds", 15, "how often each query is asked")
	flag.StringVar(&o.cpu, "cpuprofile", "", "write a profile of the audit store's loading to this file")
	flag.StringVar(&o.part, "part", "", "internal: what a child process does")
	flag.StringVar(&o.dir, "dir", "", "internal: the directory of files")
	flag.StringVar(&o.work, "work", "", "internal: the directory to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	switch o.part {
	case "store":
		return measureStore(ctx, o)
	case "":
		return measureAll(ctx, o)
	}
	return fmt.Errorf("-part: %q is not a part", o.part)
}

// measureAll runs every part over the same files and prints their figures.
func measureAll(ctx context.Context, o options) error {
	dir, err := generate(o.cache, o.events, time.Now())
	if err != nil {
		return fmt.Errorf("generate events: %w", err)
	}
	work, err := os.MkdirTemp(o.cache, "work-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	o.dir, o.work = dir, work
	var all report
	if all.store, err = storePart(ctx, o); err != nil {
		return fmt.Errorf("the audit store: %w", err)
	}
	if all.insert, err = insertPart(ctx, o); err != nil {
		return fmt.Errorf("VictoriaLogs: %w", err)
	}
	if all.peer, err = peerPart(ctx, o, all.store.Needle); err != nil {
		fmt.Println("without DuckDB:", err)
	}
	return all.print(os.Stdout)
}

// scratch makes a directory for one part below the run's.
func (o *options) scratch(name string) (string, error) {
	dir := filepath.Join(o.work, name)
	return dir, os.MkdirAll(dir, 0o750)
}
