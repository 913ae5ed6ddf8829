package source

import (
	"context"
	"log/slog"
	"time"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// gcpFiles reads what is exported of Google Cloud.
type gcpFiles struct{}

func (gcpFiles) catalog() *catalog.Catalog { return catalog.GCP() }

func (gcpFiles) entitlements(ctx context.Context, paths []string, now time.Time, logger *slog.Logger) (*exported, error) {
	e, err := gcp.ReadEntitlements(ctx, paths, gcp.FileOptions{Now: now, Logger: logger})
	if err != nil {
		return nil, err
	}
	s := &e.Stats
	return &exported{systems: e.Systems, problems: e.Problems, records: counted(s.In, s.Taken, s.Files, s.Ignored, s.Rejected, s.Refused)}, nil
}

func (gcpFiles) events(ctx context.Context, path string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return gcp.ReadEvents(ctx, path, o, sink)
}
