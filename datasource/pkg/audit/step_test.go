package audit_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/datasource/pkg/audit"
	"github.com/leastward/leastward/datasource/pkg/model"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
)

// seen keeps the question.
type seen struct{ ask *api.AuditQuestion }

func (s *seen) Query(_ context.Context, ask *api.AuditQuestion) (*api.AuditAnswer, error) {
	s.ask = ask
	return &api.AuditAnswer{Kind: api.KindSeries, Series: &api.AuditSeries{Step: ask.Query.Series.Step.String()}}, nil
}

func (*seen) SavedQuery(context.Context, string) (*api.SavedQuery, error) {
	return nil, api.ErrNotFound
}

// Whatever time a panel looks at, and however narrow its intervals: the
// exporter takes the series, and its numbers are no more than it allows.
func TestStepIsTaken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		to := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
		span := time.Duration(rapid.Int64Range(1, int64(20*365*24*time.Hour)).Draw(t, "span"))
		top := rapid.IntRange(0, query.MaxTop).Draw(t, "top")
		step := time.Duration(rapid.Int64Range(0, 100_000).Draw(t, "step")) * time.Second
		client := &seen{}
		r := &audit.Runner{Client: client, MaxRows: 100}
		_, err := r.Run(t.Context(), &model.Query{
			Type: model.Audit, From: to.Add(-span), To: to, Alert: rapid.Bool().Draw(t, "alert"),
			Interval:      time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "interval")),
			MaxDataPoints: rapid.Int64Range(0, 1_000_000).Draw(t, "points"),
			Audit: model.AuditQuery{
				Editor: model.EditorBuilder, Format: model.FormatSeries,
				Query: &query.Query{Series: &query.Series{Step: config.Duration(step), Top: top, By: []query.Field{query.Identity}}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		s := client.ask.Query.Series
		lines := int64(s.Top)
		if lines == 0 {
			lines = query.DefaultTop
		}
		intervals := int64(span/s.Step.Std()) + 2
		if s.Step.Std() < step || intervals > query.MaxSteps || intervals*(lines+1) > 1_000_000 {
			t.Fatalf("a step of %s makes %d intervals of %d lines", s.Step, intervals, lines)
		}
	})
}
