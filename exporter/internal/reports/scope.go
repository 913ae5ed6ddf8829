package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

// scope finds the systems that the report is about, and fixes its time: that
// of the latest data.
func (m *maker) scope(ctx context.Context) error {
	if err := m.chooseClouds(); err != nil {
		return err
	}
	found, err := m.set.Answer(ctx, "systems", m.question(&api.TableQuestion{Columns: []string{"system"}}), m.request.Caller)
	if err != nil {
		return err
	}
	snapshot := m.set.Snapshot()
	for _, row := range found.Rows {
		r := snapshot.Result(entitlement.SystemID(row[0].Name()))
		if r.Assessment == nil {
			m.missing = append(m.missing, r)
		} else {
			m.results = append(m.results, r)
		}
	}
	if err := m.ready(); err != nil {
		return err
	}
	at := m.latest()
	m.set.Now = func() time.Time { return at }
	return nil
}

// chooseClouds keeps those clouds of the question that the report can be
// about.
func (m *maker) chooseClouds() error {
	m.clouds = m.ask.Clouds
	if len(m.clouds) == 0 {
		m.clouds = m.Clouds
		return nil
	}
	m.clouds = slices.DeleteFunc(slices.Clone(m.clouds), func(c entitlement.Cloud) bool { return !slices.Contains(m.Clouds, c) })
	if len(m.clouds) == 0 {
		return tables.Bad("clouds", "this report is about %s alone", listed(m.Clouds))
	}
	return nil
}

// ready returns an error where there is nothing to report on, or not enough.
func (m *maker) ready() error {
	switch {
	case len(m.results)+len(m.missing) == 0:
		return tables.Bad("systems", "there is no system of %s that you may see and that you ask about", listed(m.clouds))
	case len(m.results) == 0, m.request.Whole && len(m.missing) > 0:
		r := m.missing[0]
		return fmt.Errorf("system %s: %w", r.System.ID, joined(ErrNotReady, r.Err))
	}
	return nil
}

// question returns a question to a table about the systems of the report.
func (m *maker) question(q *api.TableQuestion) *api.TableQuestion {
	q.Clouds = m.clouds
	if len(q.Systems) == 0 {
		q.Systems, q.Folders = m.ask.Systems, m.ask.Folders
	}
	return q
}

func (m *maker) latest() time.Time {
	return slices.MaxFunc(m.results, func(a, b *collector.Result) int { return a.Assessment.At.Compare(b.Assessment.At) }).Assessment.At
}

func (m *maker) oldest() time.Time {
	return slices.MinFunc(m.results, func(a, b *collector.Result) int { return a.Assessment.At.Compare(b.Assessment.At) }).Assessment.At
}

// name returns what people call a system.
func name(s *entitlement.System) string {
	if s.Name == "" {
		return string(s.ID)
	}
	return s.Name + " (" + string(s.ID) + ")"
}

// listed returns the items as a text.
func listed[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return cmp.Or(strings.Join(texts, ", "), "none")
}
