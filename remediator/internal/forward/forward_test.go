package forward_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/forward"
	"github.com/leastward/leastward/remediator/internal/store"
)

// taken is a sink that knows ids, as the exporter does.
type taken struct {
	ids    map[string]bool
	order  []api.PlatformEvent
	before func() error // Before anything is taken.
	after  func() error // After it was.
}

func (s *taken) Append(_ context.Context, events []api.PlatformEvent) (*api.AppendAnswer, error) {
	if s.before != nil {
		if err := s.before(); err != nil {
			return nil, err
		}
	}
	answer := &api.AppendAnswer{}
	for _, e := range events {
		if s.ids[e.ID] {
			answer.Duplicate++
			continue
		}
		s.ids[e.ID] = true
		s.order = append(s.order, e)
		answer.New++
	}
	if s.after != nil {
		return answer, s.after()
	}
	return answer, nil
}

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "r.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func write(t *testing.T, s *store.Store, from, to int) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		for i := from; i < to; i++ {
			err := tx.Append(t.Context(), store.Event{
				Actor: "ana", Action: "leastward:ApplyStep", Outcome: auditlog.Success, Run: fmt.Sprintf("run-%d", i), Playbook: "quarantine",
				Target: entitlement.AWS, System: "111111111111", Identity: "arn:aws:iam::111111111111:user/ben",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every event arrives once and in order, whatever fails in between.
func TestForward(t *testing.T) {
	t.Parallel()
	s, sink := open(t), &taken{ids: map[string]bool{}}
	f := forward.New(forward.Options{Log: s, Sink: func() (forward.Sink, error) { return sink, nil }, Logger: slog.New(slog.DiscardHandler)})
	write(t, s, 0, 450) // More than two batches.
	down := errors.New("connection refused")
	sink.before = func() error { return down }
	if err := f.Forward(t.Context()); !errors.Is(err, down) || len(sink.order) != 0 {
		t.Errorf("while the exporter is away: %v, %d events", err, len(sink.order))
	}
	sink.before, sink.after = nil, func() error { return down } // The answer is lost.
	if err := f.Forward(t.Context()); !errors.Is(err, down) || len(sink.order) != 200 {
		t.Errorf("where the answer is lost: %v, %d events", err, len(sink.order))
	}
	sink.after = nil
	for range 2 {
		if err := f.Forward(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	write(t, s, 450, 451)
	if err := f.Forward(t.Context()); err != nil || len(sink.order) != 451 {
		t.Fatalf("%d events, %v, want 451", len(sink.order), err)
	}
	for i, e := range sink.order {
		if e.Session != fmt.Sprintf("run-%d", i) || len(e.Resources) != 3 || e.Resources[0].Type != "aws:identity" {
			t.Fatalf("event %d is %+v", i, e)
		}
	}
}

func TestForwardNowhere(t *testing.T) {
	t.Parallel()
	s := open(t)
	write(t, s, 0, 1)
	f := forward.New(forward.Options{Log: s, Sink: func() (forward.Sink, error) { return nil, nil }, Logger: slog.New(slog.DiscardHandler)})
	if err := f.Forward(t.Context()); err != nil {
		t.Error(err)
	}
	if seq, err := s.Forwarded(t.Context()); err != nil || seq != 0 {
		t.Errorf("forwarded = %d, %v, want 0", seq, err)
	}
}

// An answer that does not add up is no reason to go on.
func TestForwardCounts(t *testing.T) {
	t.Parallel()
	s := open(t)
	write(t, s, 0, 2)
	sink := short{}
	f := forward.New(forward.Options{Log: s, Sink: func() (forward.Sink, error) { return sink, nil }, Logger: slog.New(slog.DiscardHandler)})
	if err := f.Forward(t.Context()); err == nil || !strings.Contains(err.Error(), "1 of 2") {
		t.Errorf("Forward = %v", err)
	}
	if seq, err := s.Forwarded(t.Context()); err != nil || seq != 0 {
		t.Errorf("forwarded = %d, %v, want 0", seq, err)
	}
}

// short loses an event.
type short struct{}

func (short) Append(_ context.Context, events []api.PlatformEvent) (*api.AppendAnswer, error) {
	return &api.AppendAnswer{New: len(events) - 1}, nil
}

func TestEventOfLargeDetails(t *testing.T) {
	t.Parallel()
	e := store.Event{Seq: 1, Hash: "abc", Action: "leastward:Plan", Details: map[string]any{"x": strings.Repeat("y", api.MaxPlatformEventLen)}}
	got, err := forward.Event(&e)
	if err != nil || len(got.Details) > api.MaxPlatformEventLen || !strings.Contains(string(got.Details), "left_out") || got.Actor != "leastward" {
		t.Errorf("event = %.300s, %v", got.Details, err)
	}
}
