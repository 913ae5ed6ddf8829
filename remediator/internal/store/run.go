package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
)

// Mode tells whether a run may change anything.
type Mode string

// The modes.
const (
	DryRun  Mode = "dry_run"
	Execute Mode = "execute"
)

// Run is one playbook answering one alert about one identity.
type Run struct {
	ID  string `json:"-"`
	Key string `json:"-"` // Idempotency key: the alert's fingerprint and start.

	Playbook alert.Playbook       `json:"playbook"`
	Mode     Mode                 `json:"mode"`
	Subject  change.Subject       `json:"subject"`
	Category entitlement.Category `json:"category"`
	Finding  string               `json:"finding"`
	Owner    string               `json:"owner,omitempty"`
	Alert    Alert                `json:"alert"`

	State State  `json:"-"`
	Seq   int64  `json:"-"` // Grows with every step.
	Next  int    `json:"next"`
	Why   string `json:"why,omitempty"` // Reason of a refusal, denial or failure.

	// Trouble is set while the run's step fails and is tried again.
	Trouble *Trouble `json:"trouble,omitempty"`

	Evidence *Evidence    `json:"evidence,omitempty"`
	Plan     *change.Plan `json:"plan,omitempty"`
	Plans    int          `json:"plans"` // How many plans were made, this one included.
	// Snapshot is the state read right before the first write.
	Snapshot change.Facts `json:"snapshot,omitempty"`
	// Undo is set once a rollback was decided.
	Undo     []change.Operation `json:"undo,omitempty"`
	Required int                `json:"required"` // Approvals wanted.

	ReceivedAt time.Time `json:"-"`
	UpdatedAt  time.Time `json:"-"`
	AdmittedAt time.Time `json:"-"` // Counts against the caps from then on; zero if it doesn't.
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	AppliedAt  time.Time `json:"applied_at,omitzero"`
	WatchUntil time.Time `json:"watch_until,omitzero"`
	NextLook   time.Time `json:"next_look,omitzero"` // While watching.
	// Denied are calls of the identity that were refused since it was changed.
	Denied []api.Denial `json:"denied,omitempty"`
}

// Alert is what Alertmanager sent, as far as people want to see it.
type Alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"starts_at"`
	Fingerprint  string            `json:"fingerprint"`
	GeneratorURL string            `json:"generator_url,omitempty"`
}

// Evidence is what the evidence gate saw.
type Evidence struct {
	CheckedAt time.Time `json:"checked_at"`
	// Finding is the exporter's own word; nil where no exporter is configured.
	Finding *api.Finding `json:"finding,omitempty"`
}

const columns = "id, key, state, seq, received_at, updated_at, admitted_at, body"

func (r *Run) subject() string {
	return string(r.Subject.Cloud) + "\x00" + string(r.Subject.System) + "\x00" + string(r.Subject.Identity)
}

type scanner interface{ Scan(...any) error }

func scan(row scanner) (*Run, error) {
	var r Run
	var received, updated, admitted int64
	var body []byte
	err := row.Scan(&r.ID, &r.Key, &r.State, &r.Seq, &received, &updated, &admitted, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	} else if err != nil {
		return nil, err
	}
	r.ReceivedAt, r.UpdatedAt, r.AdmittedAt = fromMicro(received), fromMicro(updated), fromMicro(admitted)
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("decode run %s: %w", r.ID, err)
	}
	return &r, nil
}

// Run returns a run, or [ErrNotFound].
func (s *Store) Run(ctx context.Context, id string) (*Run, error) {
	return scan(s.read.QueryRowContext(ctx, "SELECT "+columns+" FROM runs WHERE id = ?", id))
}

// Run returns a run as the transaction sees it, or [ErrNotFound].
func (t *Tx) Run(ctx context.Context, id string) (*Run, error) {
	return scan(t.tx.QueryRowContext(ctx, "SELECT "+columns+" FROM runs WHERE id = ?", id))
}

// Save stores a changed run and moves its sequence on. It returns [ErrStale]
// where the run has changed since r was read, and [ErrBusy] where it would be
// open again beside another run for the identity.
func (t *Tx) Save(ctx context.Context, r *Run) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode run %s: %w", r.ID, err)
	}
	result, err := t.tx.ExecContext(ctx,
		"UPDATE runs SET state = ?, open = ?, seq = seq + 1, updated_at = ?, admitted_at = ?, body = ? WHERE id = ? AND seq = ?",
		r.State, !r.State.Ended(), t.now.UnixMicro(), toMicro(r.AdmittedAt), string(body), r.ID, r.Seq)
	var constraint *sqlite.Error
	if errors.As(err, &constraint) && constraint.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return ErrBusy
	} else if err != nil {
		return fmt.Errorf("store run %s: %w", r.ID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrStale)
	}
	r.Seq++
	r.UpdatedAt = t.now
	return nil
}

func toMicro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
