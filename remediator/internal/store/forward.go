package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

// After returns the events after number seq, the oldest first, and at most so
// many.
func (s *Store) After(ctx context.Context, seq int64, limit int) (list []Event, err error) {
	where := "WHERE seq > ? ORDER BY seq LIMIT " + strconv.Itoa(limit)
	err = s.events(ctx, where, seq, func(_ int64, body []byte, hash string) error {
		e := Event{Hash: hash}
		if err := json.Unmarshal(body, &e); err != nil {
			return fmt.Errorf("decode an event of the Platform log: %w", err)
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// forwarded is the setting that holds the number of the last event which
// another program has, too.
const forwarded = "forwarded_events"

// Forwarded returns the number of the last event that was handed on, 0 if none
// was.
func (s *Store) Forwarded(ctx context.Context) (int64, error) {
	text, err := s.Setting(ctx, forwarded, func() string { return "0" })
	if err != nil {
		return 0, fmt.Errorf("read how many events were handed on: %w", err)
	}
	return strconv.ParseInt(text, 10, 64)
}

// SetForwarded notes that the events up to a number were handed on.
func (s *Store) SetForwarded(ctx context.Context, seq int64) error {
	return s.Update(ctx, func(t *Tx) error {
		_, err := t.tx.ExecContext(ctx, "UPDATE settings SET value = ? WHERE name = ?", strconv.FormatInt(seq, 10), forwarded)
		if err != nil {
			return fmt.Errorf("note how many events were handed on: %w", err)
		}
		return nil
	})
}
