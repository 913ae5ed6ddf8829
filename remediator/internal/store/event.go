package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Event is one event of the Platform log: everything that the suite decides or
// changes.
type Event struct {
	Seq      int64                  `json:"seq"`
	Time     time.Time              `json:"time"`
	Cloud    entitlement.Cloud      `json:"cloud"` // Always platform.
	Actor    string                 `json:"actor"`
	Action   entitlement.Action     `json:"action"` // "leastward:ApplyStep".
	Outcome  auditlog.Outcome       `json:"outcome"`
	Run      string                 `json:"run"`
	Playbook string                 `json:"playbook,omitempty"`
	Target   entitlement.Cloud      `json:"target,omitempty"` // The cloud that it concerns.
	System   entitlement.SystemID   `json:"system,omitempty"`
	Identity entitlement.IdentityID `json:"identity,omitempty"`
	Details  map[string]any         `json:"details,omitempty"`
	// PrevHash is the hash of the event before; "" in the first.
	PrevHash string `json:"prev_hash"`
	// Hash is the hex SHA-256 of the event as JSON without this member. It is
	// not part of what is hashed.
	Hash string `json:"-"`
}

// Append adds an event to the log. It sets what belongs to the log: number,
// time, hashes.
func (t *Tx) Append(ctx context.Context, e Event) error {
	if err := t.readHead(ctx); err != nil {
		return fmt.Errorf("read the Platform log: %w", err)
	}
	e.Seq, e.Time, e.Cloud, e.PrevHash = t.head.seq+1, t.now, entitlement.Platform, t.head.hash
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", e.Action, err)
	}
	hash := digest(body)
	if err := t.insertEvent(ctx, e, body, hash); err != nil {
		return fmt.Errorf("append to the Platform log: %w", err)
	}
	t.head = &head{seq: e.Seq, hash: hash}
	return nil
}

// head is the newest event.
type head struct {
	seq  int64
	hash string
}

func (t *Tx) readHead(ctx context.Context) error {
	if t.head != nil {
		return nil
	}
	var h head
	err := t.tx.QueryRowContext(ctx, "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").Scan(&h.seq, &h.hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	t.head = &h
	return nil
}

func (t *Tx) insertEvent(ctx context.Context, e Event, body []byte, hash string) (err error) {
	if t.news == nil {
		if t.news, err = t.tx.PrepareContext(ctx, "INSERT INTO events (seq, run, body, hash) VALUES (?, ?, ?, ?)"); err != nil {
			return err
		}
	}
	_, err = t.news.ExecContext(ctx, e.Seq, e.Run, string(body), hash)
	return err
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// line is the event as it is given away: its JSON with the hash as the last
// member. Take ,"hash":"…" away again and the SHA-256 of the rest is the hash.
func line(body []byte, hash string) []byte {
	out := bytes.NewBuffer(bytes.Clone(body[:len(body)-1]))
	fmt.Fprintf(out, ",\"hash\":%q}\n", hash)
	return out.Bytes()
}

// Lines hands each event after number `after` to f as one line of JSON, the
// oldest first. The line is f's to keep.
func (s *Store) Lines(ctx context.Context, after int64, f func([]byte) error) error {
	return s.events(ctx, "WHERE seq > ? ORDER BY seq", after, func(_ int64, body []byte, hash string) error {
		return f(line(body, hash))
	})
}

// Events returns the events of one run, the oldest first.
func (s *Store) Events(ctx context.Context, run string) (list []Event, err error) {
	err = s.events(ctx, "WHERE run = ? ORDER BY seq", run, func(_ int64, body []byte, hash string) error {
		e := Event{Hash: hash}
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// CheckLog recomputes the chain of hashes and returns how many events there
// are, and an error that names the first event which was tampered with. Events
// cut off the end do not show in the chain: compare the newest hash with one
// that was kept elsewhere.
func (s *Store) CheckLog(ctx context.Context) (n int64, err error) {
	prev := ""
	err = s.events(ctx, "WHERE seq > ? ORDER BY seq", int64(0), func(seq int64, body []byte, hash string) error {
		n++
		var e Event
		if err := json.Unmarshal(body, &e); err != nil || digest(body) != hash || e.PrevHash != prev || e.Seq != seq || seq != n {
			return fmt.Errorf("event %d of the Platform log was changed, or one before it is missing", seq)
		}
		prev = hash
		return nil
	})
	return n, err
}

func (s *Store) events(ctx context.Context, where string, arg any, f func(seq int64, body []byte, hash string) error) error {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, body, hash FROM events "+where, arg)
	if err != nil {
		return fmt.Errorf("read the Platform log: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int64
		var body, hash string
		if err := rows.Scan(&seq, &body, &hash); err != nil {
			return fmt.Errorf("read the Platform log: %w", err)
		}
		if err := f(seq, []byte(body), hash); err != nil {
			return err
		}
	}
	return rows.Err()
}
