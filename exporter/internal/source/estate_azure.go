package source

import (
	"context"
	"log/slog"
	"time"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// azureFiles reads what is exported of Azure.
type azureFiles struct{}

func (azureFiles) catalog() *catalog.Catalog { return catalog.Azure() }

func (azureFiles) entitlements(ctx context.Context, paths []string, now time.Time, logger *slog.Logger) (*exported, error) {
	e, err := azure.ReadEntitlements(ctx, paths, azure.FileOptions{Now: now, Logger: logger})
	if err != nil {
		return nil, err
	}
	s := &e.Stats
	return &exported{systems: e.Systems, problems: e.Problems, records: counted(s.In, s.Taken, s.Files, s.Ignored, s.Rejected, s.Refused)}, nil
}

func (azureFiles) events(ctx context.Context, path string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return azure.ReadEvents(ctx, path, o, sink)
}
