package search_test

import (
	"context"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/ingest"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/tenant"
)

// questions are those of the store's benchmark, and what people type.
func questions() map[string]string {
	return map[string]string{
		"latest":          "",
		"latest refused":  "outcome:denied and (service:s3.amazonaws.com or name:Get*)",
		"oldest":          "| sort time",
		"by name":         "| sort name",
		"needle":          "request_id:NEEDLE",
		"nothing":         "request_id:x",
		"text, common":    "bucket",
		"text, rare":      "NEEDLE",
		"text, none":      "zzzqy",
		"contains":        "identity:~nobody",
		"pattern":         "action:iam:*xyz*",
		"top identities":  "| count by identity | limit 10",
		"refused by hour": "outcome:denied | series 1h",
		"series by name":  "| series 1d by name",
		"used":            "not outcome:denied | count, first, last by identity, action | limit 10000",
		"unique actions":  "| unique(action) by identity",
	}
}

// BenchmarkQuestions asks over 90 days of LEASTWARD_BENCH_EVENTS events, 20,000
// by default. They stay in LEASTWARD_BENCH_STORE, if set, for the next run.
func BenchmarkQuestions(b *testing.B) {
	n := 20_000
	if s, err := strconv.Atoi(os.Getenv("LEASTWARD_BENCH_EVENTS")); err == nil {
		n = s
	}
	store := benchStore(b, n)
	s := search.New(search.Options{Store: store, Catalog: catalog.AWS(), Now: tenantNow})
	needle := findNeedle(b, s)
	for name, text := range questions() {
		q, err := query.Parse(replaceNeedle(text, needle))
		if err != nil {
			b.Fatal(err)
		}
		q.Range.Last = config.Duration(90 * 24 * time.Hour)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := answer(s, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func tenantNow() time.Time { return time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC) }

func replaceNeedle(text, needle string) string {
	if i := len(text) - len("NEEDLE"); i >= 0 && text[i:] == "NEEDLE" {
		return text[:i] + needle
	}
	return text
}

func findNeedle(b *testing.B, s *search.Searcher) string {
	b.Helper()
	q := query.Query{Range: query.Range{From: tenantNow().AddDate(0, 0, -50)}, Limit: 1, Sort: []query.Order{{By: "time"}}}
	page, err := s.Events(context.Background(), q, search.Caller{})
	if err != nil || len(page.Events) == 0 {
		b.Fatalf("no event: %v", err)
	}
	return page.Events[0].RequestID
}

func answer(s *search.Searcher, q query.Query) error {
	var err error
	switch {
	case q.Group != nil:
		_, err = s.Groups(context.Background(), q, search.Caller{})
	case q.Series != nil:
		_, err = s.Series(context.Background(), q, search.Caller{})
	default:
		_, err = s.Events(context.Background(), q, search.Caller{})
	}
	return err
}

// benchStore returns a store with n events of the sample tenant.
func benchStore(b *testing.B, n int) auditlog.Store {
	b.Helper()
	dir := os.Getenv("LEASTWARD_BENCH_STORE")
	if dir == "" {
		dir = b.TempDir()
	}
	store, err := embedded.Open(embedded.Options{Dir: dir, MinFreeBytes: -1, Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: tenantNow})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := store.Close(); err != nil {
			b.Error(err)
		}
	})
	if stats, err := store.Stats(context.Background()); err == nil && stats.Events >= int64(n) {
		return store
	}
	files := b.TempDir()
	if err := tenant.Events(tenant.Options{Seed: 1}, n, tenant.Directory(files)); err != nil {
		b.Fatal(err)
	}
	load(b, store, files)
	return store
}

func load(b *testing.B, store auditlog.Store, files string) {
	b.Helper()
	ctx := context.Background()
	w := ingest.New(ctx, ingest.Options{Store: store})
	_, _, err := aws.ReadEvents(ctx, files, aws.EventOptions{}, w.Sink)
	if err == nil {
		err = w.Sync(ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}
