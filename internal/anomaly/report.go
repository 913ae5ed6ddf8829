package anomaly

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// Report is something that an identity did for the first time: the event, and
// what was new about it.
type Report struct {
	trigger.Match
	Rule string `json:"rule"`
	Kind Kind   `json:"kind"`
	// Value is the resource or the action that was new; "" where the identity
	// did anything at all.
	Value string `json:"value,omitempty"`
	// Last is when it was done before, in all that is stored; zero is never.
	Last time.Time `json:"last,omitzero"`
	// InactiveFor is the time since; zero is never.
	InactiveFor config.Duration `json:"inactive_for,omitzero"`
}

// describe reads the event behind a finding.
func (w *search) describe(ctx context.Context, f *first) (state.Match, error) {
	filter, err := w.engine.filter(&query.Node{Field: query.Identity, Operator: query.Is, Values: []string{string(f.identity)}})
	if err != nil {
		return state.Match{}, err
	}
	report := &Report{Rule: w.rule.Name, Kind: w.rule.Kind, Value: f.value, Last: f.last}
	if !f.last.IsZero() {
		report.InactiveFor = config.Duration(f.at.Sub(f.last).Truncate(time.Second))
	}
	statement := auditlog.Statement{LogsQL: w.filter + " " + filter + " | sort by (id) | delete _msg, raw, user_agent, error_text", From: f.at, To: f.at.Add(1)}
	err = w.ask(ctx, statement, func(r auditlog.Row) error {
		ev, err := row.Decode(r)
		if err == nil && report.Event == "" && f.of(&ev) {
			report.Match = *trigger.NewMatch(&ev)
		}
		return err
	})
	if err != nil {
		return state.Match{}, fmt.Errorf("read the event of a first time: %w", err)
	}
	return state.Match{System: string(f.system), Time: f.at, Detail: report}, nil
}

// of reports whether the event is one of the key.
func (k key) of(ev *auditlog.Event) bool {
	return ev.Cloud == k.cloud && ev.System == k.system && ev.Identity == k.identity && (k.value == "" ||
		slices.Contains(ev.Actions, entitlement.Action(k.value)) ||
		slices.ContainsFunc(ev.Resources, func(r auditlog.Resource) bool { return container(r.ID) == k.value }))
}

// Reports returns the latest reports of a rule that are kept, with a time at or
// after since, the latest first: those in the systems that the caller may see,
// nil being all of them.
func (e *Engine) Reports(ctx context.Context, rule string, since time.Time, systems *[]entitlement.SystemID) ([]Report, error) {
	stored, err := e.o.State.Matches(ctx, prefix+rule, since)
	if err != nil {
		return nil, err
	}
	var list []Report
	for _, s := range stored {
		if systems != nil && !slices.Contains(*systems, entitlement.SystemID(s.System)) {
			continue
		}
		var r Report
		text, _ := s.Detail.(json.RawMessage)
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("decode a report of rule %s: %w", rule, err)
		}
		list = append(list, r)
	}
	return list, nil
}
