package forward

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Event returns an event of the log as the exporter takes it. Its id is the
// event's hash, which no other event has: the hashes are a chain. Details that
// are larger than the exporter takes stay in the log, and the event says so.
func Event(e *store.Event) (api.PlatformEvent, error) {
	details, err := json.Marshal(e)
	if err != nil {
		return api.PlatformEvent{}, fmt.Errorf("encode event %d of the Platform log: %w", e.Seq, err)
	}
	if len(details) > api.MaxPlatformEventLen {
		short := *e
		short.Details = map[string]any{"left_out": fmt.Sprintf("%d bytes; they are in the remediator's own log", len(details))}
		if details, err = json.Marshal(&short); err != nil {
			return api.PlatformEvent{}, fmt.Errorf("encode event %d of the Platform log: %w", e.Seq, err)
		}
	}
	return api.PlatformEvent{
		ID: e.Hash, Time: e.Time, Actor: cmp.Or(e.Actor, "leastward"), Action: e.Action, Outcome: e.Outcome,
		Resources: resources(e), Session: e.Run, Details: details,
	}, nil
}

// resources are what the event was about.
func resources(e *store.Event) []api.AuditResource {
	var list []api.AuditResource
	kind := func(what string) string { return string(cmp.Or(e.Target, entitlement.Platform)) + ":" + what }
	if e.Identity != "" {
		list = append(list, api.AuditResource{ID: entitlement.ResourceID(e.Identity), Type: kind("identity")})
	}
	if e.System != "" {
		list = append(list, api.AuditResource{ID: entitlement.ResourceID(e.System), Type: kind("system")})
	}
	if e.Playbook != "" {
		list = append(list, api.AuditResource{ID: entitlement.ResourceID(e.Playbook), Type: "leastward:playbook"})
	}
	return list
}
