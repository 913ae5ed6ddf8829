package gcp

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// FileOptions tell how exports are read.
type FileOptions struct {
	// Now is when the exports count as collected. Zero means the time of the
	// reading.
	Now time.Time
	// MaxProblems bounds the problems kept for each reason. Zero means 50; the
	// rest is counted, and said so in one problem more.
	MaxProblems int
	Logger      *slog.Logger // Nil discards.
}

func (o FileOptions) withDefaults() FileOptions {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.MaxProblems == 0 {
		o.MaxProblems = 50
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Estate is what exports tell of all projects.
type Estate struct {
	Systems []*entitlement.Inventory // One for each project, by id.
	Stats   Stats
	// Problems are those of files and records, and of what belongs to no
	// project. Those of one project are with its inventory.
	Problems []entitlement.Problem
}

// ReadEntitlements reads who may do what from exported files: assets of Cloud
// Asset Inventory and answers of the APIs and of gcloud, as JSON documents, one
// after the other, one on each line, in arrays or in pages, compressed with gzip
// or not. They are listed in docs/files-gcp.md.
//
// What stands above projects, in organizations and folders, is given to each
// project below. What cannot be read or is of no project that is known is
// counted, reported as a problem and passed over; an error means that a path is
// wrong or that ctx ended.
func ReadEntitlements(ctx context.Context, paths []string, o FileOptions) (*Estate, error) {
	o = o.withDefaults()
	b := newBuilder(o)
	seen := map[string]bool{}
	for _, path := range paths {
		files, err := records.Files(path)
		if err != nil {
			return nil, fmt.Errorf("read exports of Google Cloud from %q: %w", path, err)
		}
		if len(files) == 0 {
			b.refuse(records.EmptyDirectory, path, "the directory holds no files; check the path and whether exports were copied there")
		}
		for _, f := range files {
			if ctx.Err() != nil {
				return nil, fmt.Errorf("read exports of Google Cloud from %q: %w", path, context.Cause(ctx))
			}
			if !seen[f.Path] {
				seen[f.Path] = true
				b.file(f)
			}
		}
	}
	estate := b.assemble()
	o.Logger.InfoContext(ctx, "read exports of Google Cloud", "projects", len(estate.Systems),
		"records", estate.Stats.In, "taken", estate.Stats.Taken, "problems", len(estate.Problems))
	return estate, nil
}

// refuse counts a file of which nothing can be read.
func (b *builder) refuse(reason records.Reason, name, message string) {
	b.stats.Refused[reason]++
	b.problems.add(reason, name, message)
}

// file reads one file.
func (b *builder) file(f records.File) {
	in, err := os.Open(f.Path)
	if err != nil {
		b.refuse(records.Unreadable, f.Path, fmt.Sprintf("%v; check the file's permissions", err))
		return
	}
	defer in.Close() //nolint:errcheck // opened for reading
	b.stats.Files++
	text, err := content(in, maxExport)
	b.stats.Bytes += int64(len(text))
	b.documents(f, text, err)
}

// documents reads the text of one file; err is why there is no more of it.
func (b *builder) documents(f records.File, text []byte, err error) {
	b.line = nil
	s := &stream{file: f.Path, b: text, visit: b.visit}
	s.fault = func(p place, reason records.Reason, message string) { b.reject(b.source(p), reason, "%s", message) }
	head := firstOf(text)
	switch {
	case head == 0 && err != nil:
		reason, message := endReason(err)
		b.refuse(reason, f.Path, message)
		return
	case head == 0:
		b.refuse(records.EmptyFile, f.Path, "the file is empty; export it again")
		return
	case head != '{' && head != '[' && f.Found && !namedLikeExport(f.Path):
		b.stats.Ignored++
		return
	case head != '{' && head != '[':
		b.refuse(records.NotJSON, f.Path, "is neither JSON nor gzip; export with --format=json")
		return
	}
	s.run()
	if err != nil {
		reason, message := endReason(err)
		b.reject(b.source(place{file: f.Path, n: s.n + 1, byte: len(text)}), reason, "%s", message)
	}
}

func firstOf(text []byte) byte {
	for _, c := range text {
		if !slices.Contains([]byte(" \t\r\n"), c) {
			return c
		}
	}
	return 0
}

// namedLikeExport reports whether a file's name promises an export.
func namedLikeExport(path string) bool {
	base := strings.ToLower(filepath.Base(path))
	switch filepath.Ext(strings.TrimSuffix(base, ".gz")) {
	case ".json", ".jsonl", ".ndjson":
		return !strings.HasPrefix(base, ".")
	}
	return strings.HasSuffix(base, ".gz") && !strings.HasPrefix(base, ".")
}
