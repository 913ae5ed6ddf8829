package trigger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
	"github.com/leastward/leastward/internal/auditlog/trigger/follow"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// Match is one event that a trigger found.
type Match struct {
	Trigger   string                   `json:"trigger"`
	Event     string                   `json:"event"` // The event's id.
	Time      time.Time                `json:"time"`
	Cloud     entitlement.Cloud        `json:"cloud"`
	System    entitlement.SystemID     `json:"system"`
	Identity  entitlement.IdentityID   `json:"identity,omitempty"`
	Username  string                   `json:"username,omitempty"`
	Session   string                   `json:"session,omitempty"`
	AccessKey entitlement.AccessKeyID  `json:"access_key,omitempty"`
	Name      string                   `json:"name"` // The call as recorded.
	Actions   []entitlement.Action     `json:"actions,omitempty"`
	Resources []entitlement.ResourceID `json:"resources,omitempty"` // At most ten.
	Outcome   auditlog.Outcome         `json:"outcome"`
	Address   string                   `json:"address,omitempty"`
}

// maxResources bounds the resources of one match.
const maxResources = 10

// latest returns the latest matches of a span.
func (e *Engine) latest(ctx context.Context, s *follow.Span, filter string) ([]state.Match, error) {
	var list []state.Match
	pipes := "sort by (_time desc, id) limit " + strconv.Itoa(e.o.Keep) + " | delete _msg, raw, user_agent, error_text"
	_, err := e.o.Store.Select(ctx, s.Statement(filter, pipes), func(r auditlog.Row) error {
		ev, err := row.Decode(r)
		if err != nil {
			return err
		}
		list = append(list, state.Match{System: string(ev.System), Time: ev.Time, Detail: NewMatch(&ev)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the latest matches: %w", err)
	}
	slices.Reverse(list) // The latest is saved last, and so stands first among equal times.
	return list, nil
}

// NewMatch returns what is kept of an event.
func NewMatch(ev *auditlog.Event) *Match {
	m := &Match{
		Event: ev.ID, Time: ev.Time, Cloud: ev.Cloud, System: ev.System, Identity: ev.Identity, Username: ev.IdentityName, Session: ev.Session,
		AccessKey: ev.AccessKey, Name: ev.Name, Actions: ev.Actions, Outcome: ev.Outcome, Address: ev.Address,
	}
	for _, r := range ev.Resources[:min(len(ev.Resources), maxResources)] {
		m.Resources = append(m.Resources, r.ID)
	}
	return m
}

// Matches returns the latest matches of a trigger that are kept, with a time at
// or after since, the latest first: those in the systems that the caller may
// see, nil being all of them. A trigger that nobody knows has none.
func (e *Engine) Matches(ctx context.Context, trigger string, since time.Time, systems *[]entitlement.SystemID) ([]Match, error) {
	stored, err := e.o.State.Matches(ctx, prefix+trigger, since)
	if err != nil {
		return nil, err
	}
	var list []Match
	for _, s := range stored {
		if systems != nil && !slices.Contains(*systems, entitlement.SystemID(s.System)) {
			continue
		}
		m := Match{Trigger: trigger}
		text, _ := s.Detail.(json.RawMessage)
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, fmt.Errorf("decode a match of trigger %s: %w", trigger, err)
		}
		m.Trigger = trigger
		list = append(list, m)
	}
	return list, nil
}
