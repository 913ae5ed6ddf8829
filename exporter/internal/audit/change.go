package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/state"
)

// RecordChange returns what state.Options.Record wants: it stores a change of a
// saved query as a Platform event, once, however often it is handed over.
func RecordChange(store auditlog.Store) func(context.Context, state.Change) error {
	return func(ctx context.Context, c state.Change) error {
		details, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("encode change %s: %w", c.ID, err)
		}
		ev, err := platformEvent(&api.PlatformEvent{
			ID: c.ID, Time: c.Time, Actor: c.Actor, Action: c.Action, Details: details,
			Resources: []api.AuditResource{{ID: entitlement.ResourceID(c.Query), Type: "leastward:saved-query"}},
		})
		if err != nil {
			return err
		}
		return keep(ctx, store, ev) // The change is forgotten when this returns.
	}
}
