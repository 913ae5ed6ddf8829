package source

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// azureMark is how far a subscription, or a tenant's own logs, were read: as
// [mark] is of an account.
type azureMark struct {
	azure.Checkpoint
	Audit   string        `json:"audit,omitempty"`
	CatchUp *azureCatchUp `json:"catch_up,omitempty"`
}

type azureCatchUp struct {
	Audit      string           `json:"audit"`
	Checkpoint azure.Checkpoint `json:"checkpoint"`
}

// azureKept is the saved usage with the mark that it stands at.
type azureKept struct {
	store.Usage
	mark  azureMark
	doubt bool // The store was not asked whether it has what its mark says.
}

// azureFeed reads the events of one system from where the last reading ended:
// those of a subscription, or of the tenant itself.
type azureFeed struct {
	live                        // Whose expect is the system that usage is kept for.
	of     entitlement.SystemID // "" is the tenant.
	tenant *azureTenant
	hub    azure.Hub // That all subscriptions share; nil where none is read.
}

// load returns the saved usage. Where it is damaged reading begins anew, and a
// problem says so.
func (f *azureFeed) load() (*azureKept, []entitlement.Problem) {
	known := &azureKept{}
	cat := catalog.Azure()
	var err error
	known.Usage, err = f.options.Store.LoadUsage(f.expect, cat)
	if err == nil && known.Checkpoint != nil {
		err = json.Unmarshal(known.Checkpoint, &known.mark)
	}
	if err != nil {
		fresh := store.Usage{Index: usage.New(cat), Seen: usage.NewSeen()}
		return &azureKept{Usage: fresh}, []entitlement.Problem{{
			Code: "usage_damaged", Subject: string(f.expect.ID),
			Message: fmt.Sprintf("load the saved usage: %v; all events of the window are read again", err),
		}}
	}
	return known, nil
}

// save keeps what was read, the events first. It keeps nothing where the audit
// store has not all of them: they are read again.
func (f *azureFeed) save(ctx context.Context, known *azureKept, k *keeper) error {
	if !k.sync(ctx) {
		return ctx.Err()
	}
	f.renew(known)
	data, err := json.Marshal(known.mark)
	if err != nil {
		return fmt.Errorf("encode the checkpoint: %w", err)
	}
	known.Checkpoint = data
	return f.options.Store.SaveUsage(f.expect, known.Usage)
}

// adoptStore finds out whether the audit store has what the checkpoint says that
// was read into it, as it does for accounts.
func (f *azureFeed) adoptStore(ctx context.Context, known *azureKept) {
	m := &known.mark
	before := m.Audit
	if m.CatchUp != nil {
		before = m.CatchUp.Audit
	}
	switch {
	case f.options.Audit.Store == nil:
		m.Audit, m.CatchUp = "", nil
	case !m.Begun():
		m.Audit, m.CatchUp = blank, nil
	default:
		has, err := f.has(ctx, before)
		switch {
		case err != nil: // Asked again by the next reading.
			known.doubt = true
			f.options.Logger.WarnContext(ctx, "the audit store does not tell what it has", "system", f.expect.ID, "err", err)
		case !has:
			m.Audit, m.CatchUp = "", &azureCatchUp{Audit: blank}
		}
	}
}

// renew puts the store's present mark in the place of the one before.
func (f *azureFeed) renew(known *azureKept) {
	if f.options.Audit.Store == nil || known.doubt {
		return
	}
	mark, m := f.options.Audit.mark(), &known.mark
	switch {
	case mark == blank: // The one before holds.
	case m.CatchUp != nil:
		m.CatchUp.Audit = mark
	case m.Audit != "":
		m.Audit = mark
	}
}
