package source

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/leastward/leastward/exporter/internal/store"
	aws "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// mark is how far an account was read: the checkpoint of the usage index, and
// what the audit store has.
type mark struct {
	aws.Checkpoint
	// Audit is the mark of the audit store that has every event up to the
	// checkpoint, as it was when the checkpoint was saved.
	Audit string `json:"audit,omitempty"`
	// CatchUp is how far events from before the checkpoint were read into a store
	// that lacks them.
	CatchUp *catchUpMark `json:"catch_up,omitempty"`
}

type catchUpMark struct {
	Audit      string         `json:"audit"` // The store's mark.
	Checkpoint aws.Checkpoint `json:"checkpoint"`
}

// begun reports whether anything was read before.
func (m *mark) begun() bool {
	return !m.From.IsZero() || len(m.Folders) > 0 || len(m.Regions) > 0
}

// kept is the saved usage with the mark that it stands at.
type kept struct {
	store.Usage
	mark  mark
	doubt bool // The store was not asked whether it has what its mark says.
}

// load returns the saved usage. Where it is damaged reading begins anew, and a
// problem says so.
func (l *live) load() (*kept, []entitlement.Problem) {
	known := &kept{}
	var err error
	known.Usage, err = l.options.Store.LoadUsage(l.expect, l.options.Catalog)
	if err == nil && known.Checkpoint != nil {
		err = json.Unmarshal(known.Checkpoint, &known.mark)
	}
	if err != nil {
		fresh := store.Usage{Index: usage.New(l.options.Catalog), Seen: usage.NewSeen()}
		return &kept{Usage: fresh}, []entitlement.Problem{{
			Code: "usage_damaged", Subject: string(l.expect.ID),
			Message: fmt.Sprintf("load the saved usage: %v; all events of the window are read again", err),
		}}
	}
	return known, nil
}

// save keeps what was read, the events first. It keeps nothing where the audit
// store has not all of them: they are read again.
func (l *live) save(ctx context.Context, known *kept, k *keeper) error {
	if !k.sync(ctx) {
		return ctx.Err()
	}
	l.renew(known)
	data, err := json.Marshal(known.mark)
	if err != nil {
		return fmt.Errorf("encode the checkpoint: %w", err)
	}
	known.Checkpoint = data
	return l.options.Store.SaveUsage(l.expect, known.Usage)
}
