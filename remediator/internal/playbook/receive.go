package playbook

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/store"
)

// Notice is one firing alert that a playbook of ours may answer.
type Notice struct {
	Labels alert.Labels
	Alert  store.Alert
}

// key makes the same alert, however often it is sent, one run.
func (n *Notice) key() string {
	return fmt.Sprintf("%s/%d", n.Alert.Fingerprint, n.Alert.StartsAt.UnixNano())
}

// Known reports whether a playbook is configured.
func (e *Engine) Known(p alert.Playbook) bool {
	_, ok := e.env.Load().Playbooks[p]
	return ok
}

// Receive starts a run for each alert, all or none, and returns what became of
// each. When it returns nil the runs survive a power cut.
func (e *Engine) Receive(ctx context.Context, notices []Notice) ([]store.Disposition, error) {
	env := e.env.Load()
	var done []store.Disposition
	err := e.store.Update(ctx, func(t *store.Tx) error {
		done = make([]store.Disposition, len(notices))
		var jobs []river.InsertManyParams
		for i := range notices {
			r := newRun(&notices[i], env)
			disposition, err := t.Insert(ctx, r)
			if err != nil {
				return err
			}
			done[i] = disposition
			if disposition != store.Started {
				continue
			}
			if err := t.Append(ctx, event(r, &outcome{action: "leastward:ReceiveAlert", details: details{"alertname": r.Alert.Labels["alertname"], "fingerprint": r.Alert.Fingerprint}})); err != nil {
				return err
			}
			jobs = append(jobs, river.InsertManyParams{Args: job{Run: r.ID, Seq: r.Seq}})
		}
		if len(jobs) == 0 {
			return nil
		}
		_, err := e.jobs.InsertManyFastTx(ctx, t.SQL(), jobs)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store %d alerts: %w", len(notices), err)
	}
	return done, nil
}

func newRun(n *Notice, env *Environment) *store.Run {
	l := &n.Labels
	return &store.Run{
		Key: n.key(), Playbook: l.Playbook, Mode: env.Playbooks[l.Playbook].Mode,
		Subject:  change.Subject{Cloud: l.Cloud, System: l.System, Identity: l.Identity},
		Category: l.Category, Finding: l.Finding, Owner: l.Owner, Alert: n.Alert,
	}
}
