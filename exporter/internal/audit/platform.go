package audit

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// PlatformSystem is the system of the suite's own log.
const PlatformSystem entitlement.SystemID = "platform"

// Platform records what the exporter itself does.
type Platform struct {
	Store  auditlog.Store
	Now    func() time.Time
	Logger *slog.Logger
}

// Record adds an event; its id and time are set. An event that cannot be
// stored is logged whole, for it happened. A nil Platform records nothing.
func (p *Platform) Record(ctx context.Context, one api.PlatformEvent) {
	if p == nil {
		return
	}
	one.ID, one.Time = rand.Text(), p.Now()
	ev, err := platformEvent(&one)
	if err == nil {
		err = keep(context.WithoutCancel(ctx), p.Store, ev)
	}
	if err != nil {
		p.Logger.ErrorContext(ctx, "a platform event could not be stored", "action", one.Action, "actor", one.Actor,
			"outcome", one.Outcome, "details", string(one.Details), "err", err)
	}
}

// waits is how long whoever did something waits for its event to be stored.
const waits = 10 * time.Second

// keep returns once an event is on disk and found.
func keep(ctx context.Context, store auditlog.Store, ev auditlog.Event) error {
	ctx, cancel := context.WithTimeoutCause(ctx, waits, fmt.Errorf("the audit store took nothing for %s", waits))
	defer cancel()
	if _, err := store.Add(ctx, []auditlog.Event{ev}); err != nil {
		return err
	}
	_, err := store.Sync(ctx)
	return err
}

// The bounds of a Platform event.
const (
	maxID        = 200
	maxResources = 100
	maxText      = 4 << 10
)

// platformEvent checks an event and returns it as the store takes it. Ids of
// Platform events have a prefix: one that is appended must never stand in the
// way of a cloud's own.
func platformEvent(e *api.PlatformEvent) (auditlog.Event, error) {
	if err := checkPlatform(e); err != nil {
		return auditlog.Event{}, err
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return auditlog.Event{}, fmt.Errorf("encode event %s: %w", e.ID, err)
	}
	service, name, _ := strings.Cut(string(e.Action), ":")
	ev := auditlog.Event{
		ID: "platform/" + e.ID, Time: e.Time.UTC(), Cloud: entitlement.Platform, System: PlatformSystem,
		Identity: entitlement.IdentityID(e.Actor), IdentityName: e.Actor, IdentityType: "Platform", Session: e.Session,
		Source: service, Name: name, Actions: []entitlement.Action{e.Action}, Mapping: auditlog.Mapped,
		Outcome: e.Outcome, ErrorCode: e.ErrorCode, ErrorText: e.ErrorText, Address: e.Address, RequestID: e.RequestID,
		Detail: detail(e.Details), Raw: raw,
	}
	if ev.Outcome == "" {
		ev.Outcome = auditlog.Success
	}
	for _, r := range e.Resources {
		ev.Resources = append(ev.Resources, auditlog.Resource(r))
	}
	return ev, nil
}

func checkPlatform(e *api.PlatformEvent) error {
	service, name, found := strings.Cut(string(e.Action), ":")
	switch {
	case e.ID == "" || len(e.ID) > maxID:
		return badField("id", fmt.Sprintf("give one of 1 to %d bytes; the same event has always the same", maxID))
	case e.Time.IsZero():
		return badField("time", "is missing; give when it happened")
	case e.Actor == "" || len(e.Actor) > maxText:
		return badField("actor", "is missing or too long; give who acted")
	case !found || service == "" || name == "" || len(e.Action) > maxID || strings.ContainsAny(string(e.Action), " \t\r\n"):
		return badField("action", fmt.Sprintf("%.50q is not like leastward:ApplyStep", string(e.Action)))
	case e.Outcome != "" && e.Outcome != auditlog.Success && e.Outcome != auditlog.AuthorizationFailure && e.Outcome != auditlog.Error:
		return badField("outcome", fmt.Sprintf("%.50q is not one of success, authorization_failure, error", string(e.Outcome)))
	case len(e.Resources) > maxResources:
		return badField("resources", fmt.Sprintf("are more than %d", maxResources))
	case len(e.Details) > api.MaxPlatformEventLen:
		return badField("details", fmt.Sprintf("have more than %d bytes", api.MaxPlatformEventLen))
	}
	return checkTexts(e)
}

func checkTexts(e *api.PlatformEvent) error {
	for _, f := range []struct{ name, value string }{
		{"error_code", e.ErrorCode}, {"error_text", e.ErrorText}, {"session", e.Session}, {"request_id", e.RequestID}, {"address", e.Address},
	} {
		if len(f.value) > maxText {
			return badField(f.name, fmt.Sprintf("has more than %d bytes", maxText))
		}
	}
	for i, r := range e.Resources {
		if r.ID == "" || len(r.ID) > maxText || len(r.Type) > maxID {
			return badField(fmt.Sprintf("resources[%d]", i), "has no id, or one that is too long")
		}
	}
	return nil
}

// detail gathers the values in a JSON text for free-text search.
func detail(text json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out strings.Builder
	for out.Len() < auditlog.MaxDetail {
		token, err := d.Token()
		if err != nil {
			break
		}
		if _, isDelim := token.(json.Delim); isDelim || token == nil {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		fmt.Fprint(&out, token)
	}
	return strings.ToValidUTF8(out.String()[:min(out.Len(), auditlog.MaxDetail)], "")
}
