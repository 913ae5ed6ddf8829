package playbook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"

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

// direct is how many alerts of one notification are sorted at once. More are
// acknowledged first, in the inbox, and sorted in portions of this size, so
// that a burst keeps nobody waiting.
const direct = 20

// letter is one notification on its way into the store.
type letter struct {
	notices []Notice
	done    []store.Disposition
	err     error
	settled bool
}

// post is where notifications that arrive at the same time meet, so that they
// share one transaction and with it one wait for the disk.
type post struct {
	mu      sync.Mutex // Guards waiting.
	waiting []*letter
	carrier sync.Mutex // Held by the one that carries for all.
}

// Receive takes alerts in, all or none, and returns what became of each; nil
// where they were kept to be sorted later. When it returns without an error
// the alerts survive a power cut.
func (e *Engine) Receive(ctx context.Context, notices []Notice) ([]store.Disposition, error) {
	l := &letter{notices: notices}
	e.post.mu.Lock()
	e.post.waiting = append(e.post.waiting, l)
	e.post.mu.Unlock()
	e.post.carrier.Lock() // Also makes what an earlier carrier wrote visible.
	defer e.post.carrier.Unlock()
	if !l.settled {
		e.carry(context.WithoutCancel(ctx)) // Others' letters must not fail with this request.
	}
	return l.done, l.err
}

// carry stores every notification that waits, in one transaction.
func (e *Engine) carry(ctx context.Context) {
	e.post.mu.Lock()
	letters := e.post.waiting
	e.post.waiting = nil
	e.post.mu.Unlock()
	err := e.store.Urgent(ctx, func(t *store.Tx) (err error) {
		for _, l := range letters {
			if len(l.notices) > direct {
				err = e.keep(ctx, t, l.notices)
			} else {
				l.done, err = e.start(ctx, t, l.notices)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, l := range letters {
		if l.settled = true; err != nil {
			l.done, l.err = nil, fmt.Errorf("store %d alerts: %w", len(l.notices), err)
		}
		e.metrics.received(l.done)
	}
}

// keep puts alerts into the inbox, with a job for each portion.
func (e *Engine) keep(ctx context.Context, t *store.Tx, notices []Notice) error {
	var jobs []river.InsertManyParams
	for portion := range slices.Chunk(notices, direct) {
		body, err := json.Marshal(portion)
		if err != nil {
			return fmt.Errorf("encode alerts: %w", err)
		}
		id, err := t.Keep(ctx, body)
		if err != nil {
			return err
		}
		jobs = append(jobs, river.InsertManyParams{Args: sortJob{Inbox: id}})
	}
	_, err := e.jobs.InsertManyFastTx(ctx, t.SQL(), jobs)
	return err
}

// start makes a run of each alert that needs one.
func (e *Engine) start(ctx context.Context, t *store.Tx, notices []Notice) ([]store.Disposition, error) {
	env := e.env.Load()
	done := make([]store.Disposition, len(notices))
	var jobs []river.InsertManyParams
	for i := range notices {
		r := newRun(&notices[i], env)
		disposition, err := t.Insert(ctx, r)
		if err != nil {
			return nil, err
		}
		done[i] = disposition
		if disposition != store.Started {
			continue
		}
		d := details{"alertname": r.Alert.Labels[alert.LabelAlertname], "fingerprint": r.Alert.Fingerprint}
		if err := t.Append(ctx, event(r, &outcome{action: "leastward:ReceiveAlert", details: d})); err != nil {
			return nil, err
		}
		jobs = append(jobs, river.InsertManyParams{Args: job{Run: r.ID, Seq: r.Seq}})
	}
	if len(jobs) == 0 {
		return done, nil
	}
	_, err := e.jobs.InsertManyFastTx(ctx, t.SQL(), jobs)
	return done, err
}

// sortJob asks for a portion of the inbox to be sorted into runs.
type sortJob struct {
	Inbox int64 `json:"inbox"`
}

// Kind names the job in the queue.
func (sortJob) Kind() string { return "sort" }

type sorter struct {
	river.WorkerDefaults[sortJob]
	engine *Engine
}

// NextRetry waits twice as long after each failure.
func (s *sorter) NextRetry(j *river.Job[sortJob]) time.Time {
	return s.engine.now().Add(s.engine.wait(j.Attempt))
}

// Work sorts a portion: it leaves the inbox as its runs begin.
func (s *sorter) Work(ctx context.Context, j *river.Job[sortJob]) error {
	e := s.engine
	var done []store.Disposition
	err := e.store.Update(ctx, func(t *store.Tx) error {
		body, err := t.Take(ctx, j.Args.Inbox)
		if err != nil || body == nil {
			return err
		}
		var notices []Notice
		if err := json.Unmarshal(body, &notices); err != nil {
			return fmt.Errorf("decode alerts: %w", err)
		}
		if done, err = e.start(ctx, t, notices); err != nil {
			return err
		}
		_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, t.SQL(), j)
		return err
	})
	if err == nil {
		e.metrics.received(done)
	}
	return err
}

func newRun(n *Notice, env *Environment) *store.Run {
	l := &n.Labels
	return &store.Run{
		Key: n.key(), Playbook: l.Playbook, Mode: env.Playbooks[l.Playbook].Mode,
		Subject:  change.Subject{Cloud: l.Cloud, System: l.System, Identity: l.Identity},
		Category: l.Category, Finding: l.Finding, Owner: l.Owner, Alert: n.Alert,
	}
}
