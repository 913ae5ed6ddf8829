package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Change is one change of what people define, for the Platform log.
type Change struct {
	// ID identifies the change: it stays the same however often the change is
	// handed to Options.Record.
	ID     string             `json:"id"`
	Time   time.Time          `json:"time"`
	Actor  string             `json:"actor"`
	Action entitlement.Action `json:"action"`
	// Query, Name and Owner say which saved query was changed, by its names
	// after the change; Version is the version that the change made.
	Query   string `json:"query"`
	Name    string `json:"name"`
	Owner   string `json:"owner,omitempty"`
	Version int64  `json:"version"`
	// Details say what the action alone does not: "from", the name or the query
	// before; "visibility".
	Details map[string]string `json:"details,omitempty"`
}

// The actions of changes.
const (
	ActionCreateQuery    entitlement.Action = "leastward:CreateQuery"
	ActionUpdateQuery    entitlement.Action = "leastward:UpdateQuery"
	ActionRenameQuery    entitlement.Action = "leastward:RenameQuery"
	ActionShareQuery     entitlement.Action = "leastward:ShareQuery"
	ActionUnshareQuery   entitlement.Action = "leastward:UnshareQuery"
	ActionDuplicateQuery entitlement.Action = "leastward:DuplicateQuery"
	ActionDeleteQuery    entitlement.Action = "leastward:DeleteQuery"
	ActionProvisionQuery entitlement.Action = "leastward:ProvisionQuery"
)

// note keeps a change in the transaction that makes it, so that it is recorded
// even if the process dies in between.
func (d *DB) note(ctx context.Context, tx *sql.Tx, action entitlement.Action, q *SavedQuery, actor string, details map[string]string) error {
	if d.record == nil {
		return nil
	}
	body, err := json.Marshal(Change{
		ID: newID(), Time: d.now().UTC(), Actor: actor, Action: action,
		Query: q.ID, Name: q.Name, Owner: q.Owner, Version: q.Version, Details: details,
	})
	if err != nil {
		return fmt.Errorf("note a change: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO changes (body) VALUES (?)", string(body)); err != nil {
		return fmt.Errorf("note a change: %w", err)
	}
	return nil
}

// Deliver records the changes that are not recorded yet, the oldest first, and
// stops at the first that can't be. Every change calls it; call it also after
// Open and from time to time, for what an error or a crash left over.
func (d *DB) Deliver(ctx context.Context) error {
	if d.record == nil {
		return nil
	}
	d.delivery.Lock()
	defer d.delivery.Unlock()
	for {
		seq, c, err := d.oldest(ctx)
		if err != nil || seq == 0 {
			return err
		}
		if err := d.record(ctx, c); err != nil {
			return fmt.Errorf("record %s of query %s in the Platform log: %w", c.Action, c.Query, err)
		}
		if _, err := d.write.ExecContext(ctx, "DELETE FROM changes WHERE seq = ?", seq); err != nil {
			return fmt.Errorf("forget a recorded change: %w", err)
		}
	}
}

// oldest returns the oldest change that is not recorded; seq is 0 if there is none.
func (d *DB) oldest(ctx context.Context) (seq int64, c Change, err error) {
	rows, err := d.read.QueryContext(ctx, "SELECT seq, body FROM changes ORDER BY seq LIMIT 1")
	if err != nil {
		return 0, c, fmt.Errorf("read the changes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return 0, c, rows.Err()
	}
	var body string
	if err := rows.Scan(&seq, &body); err != nil {
		return 0, c, fmt.Errorf("read the changes: %w", err)
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return 0, c, fmt.Errorf("decode a change: %w", err)
	}
	return seq, c, nil
}

// deliver is Deliver for those who have made a change: the change stands, and
// is recorded later if not now.
func (d *DB) deliver(ctx context.Context) {
	if err := d.Deliver(ctx); err != nil {
		d.logger.ErrorContext(ctx, "changes of saved queries wait to be recorded", "err", err)
	}
}
