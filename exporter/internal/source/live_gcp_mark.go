package source

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// gcpMark is how far the logs of a scope were read, as [mark] is of an account.
type gcpMark struct {
	gcp.Checkpoint
	// Settled is the time before which nothing is delivered again.
	Settled time.Time `json:"settled,omitzero"`
	// Unconfirmed tells that messages were read and may come again.
	Unconfirmed bool `json:"unconfirmed,omitempty"`
	// Audit is the mark of the audit store that has every event up to the
	// checkpoint.
	Audit string `json:"audit,omitempty"`
	// CatchUp is how far events from before the checkpoint were read into a store
	// that lacks them.
	CatchUp *gcpCatchUp `json:"catch_up,omitempty"`
}

type gcpCatchUp struct {
	Audit      string         `json:"audit"` // The store's mark.
	Checkpoint gcp.Checkpoint `json:"checkpoint"`
}

// gcpProject is what is kept of one project besides its usage.
type gcpProject struct {
	// Since is from when on its events are kept: later than those of the scope
	// where it was chosen later. Zero is from the beginning.
	Since time.Time `json:"since,omitzero"`
	// Data tells that an entry of a Data Access log of its own was delivered.
	Data bool `json:"data,omitempty"`
}

// gcpUsage is the saved usage of a project, or of the scope.
type gcpUsage struct {
	store.Usage
	system  entitlement.System
	project gcpProject
	fresh   bool // Nothing was kept.
	changed bool // Since it was saved.
}

// loadUsage returns the saved usage of a system. Where it is damaged reading
// begins anew, and a problem says so.
func (s *gcpScope) loadUsage(system entitlement.System, mark any) (*gcpUsage, []entitlement.Problem) {
	u := &gcpUsage{system: system}
	var err error
	u.Usage, err = s.options.Store.LoadUsage(system, catalog.GCP())
	if u.fresh = err == nil && u.Checkpoint == nil; err == nil && !u.fresh {
		err = json.Unmarshal(u.Checkpoint, mark)
	}
	if err == nil {
		return u, nil
	}
	u.Usage, u.fresh = store.Usage{Index: usage.New(catalog.GCP()), Seen: usage.NewSeen()}, true
	return u, []entitlement.Problem{{
		Code: "usage_damaged", Subject: string(system.ID),
		Message: fmt.Sprintf("load the saved usage: %v; what was done before is unknown", err),
	}}
}

func (s *gcpScope) saveUsage(u *gcpUsage, mark any) error {
	data, err := json.Marshal(mark)
	if err != nil {
		return fmt.Errorf("encode the checkpoint: %w", err)
	}
	u.Checkpoint = data
	if err := s.options.Store.SaveUsage(u.system, u.Usage); err != nil {
		return err
	}
	u.changed = false
	return nil
}

// save keeps what was read: the events first, then the usage of each project,
// and the checkpoint last. After a crash in between events are delivered again
// that some of the projects have; these know them. It keeps nothing, and says
// so, where the audit store has not all events: they are read again.
func (t *gcpStream) save(ctx context.Context) (kept bool, err error) {
	if !t.keeper.sync(ctx) {
		return false, ctx.Err()
	}
	t.renew()
	for _, p := range t.projects {
		if !p.changed {
			continue
		}
		if err := t.scope.saveUsage(p.gcpUsage, p.project); err != nil {
			return false, err
		}
	}
	return true, t.scope.saveUsage(t.own, t.mark)
}
