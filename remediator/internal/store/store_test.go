package store_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // To tamper with the file behind the store's back.

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/store"
)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func temporary(t *testing.T) *store.Store {
	t.Helper()
	s := open(t, filepath.Join(t.TempDir(), "it's a %41 name?.db"))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func run(key, user string) *store.Run {
	return &store.Run{Key: key, Playbook: "p", Subject: change.Subject{Cloud: "aws", System: "1", Identity: entitlement.IdentityID("arn:" + user)}}
}

func insert(t *testing.T, s *store.Store, r *store.Run) (d store.Disposition) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
		d, err = tx.Insert(t.Context(), r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func save(t *testing.T, s *store.Store, r *store.Run) error {
	t.Helper()
	return s.Update(t.Context(), func(tx *store.Tx) error { return tx.Save(t.Context(), r) })
}

func TestOneRunPerAlertAndIdentity(t *testing.T) {
	t.Parallel()
	s := temporary(t)
	first := run("k1", "jo")
	for _, tc := range []struct {
		run  *store.Run
		want store.Disposition
	}{{first, store.Started}, {run("k1", "jo"), store.Duplicate}, {run("k2", "jo"), store.Busy}, {run("k3", "al"), store.Started}} {
		if got := insert(t, s, tc.run); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.run.Key, got, tc.want)
		}
	}
	first.State = store.Done
	if err := save(t, s, first); err != nil {
		t.Fatal(err)
	}
	second := run("k2", "jo")
	if got := insert(t, s, second); got != store.Started {
		t.Errorf("after the first run ended: %s", got)
	}
	first.State = store.RollingBack
	if err := save(t, s, first); !errors.Is(err, store.ErrBusy) {
		t.Errorf("two open runs for one identity: %v, want ErrBusy", err)
	}
}

func TestSaveIsFenced(t *testing.T) {
	t.Parallel()
	s := temporary(t)
	r := run("k", "jo")
	insert(t, s, r)
	stale, err := s.Run(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.State, r.Plans = store.Evidenced, 3
	if err := save(t, s, r); err != nil {
		t.Fatal(err)
	}
	if err := save(t, s, stale); !errors.Is(err, store.ErrStale) {
		t.Errorf("a stale save: %v, want ErrStale", err)
	}
	got, err := s.Run(t.Context(), r.ID)
	if err != nil || got.State != store.Evidenced || got.Plans != 3 || got.Seq != 1 {
		t.Errorf("run = %+v, %v", got, err)
	}
	if _, err := s.Run(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown run: %v", err)
	}
}

func TestFailedUpdateKeepsNothing(t *testing.T) {
	t.Parallel()
	s := temporary(t)
	fault := errors.New("fault")
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Insert(t.Context(), run("k", "jo")); err != nil {
			return err
		}
		return errors.Join(tx.Append(t.Context(), store.Event{Action: "leastward:X"}), fault)
	})
	runs, listErr := s.Runs(t.Context(), store.Filter{})
	n, logErr := s.CheckLog(t.Context())
	if !errors.Is(err, fault) || len(runs) != 0 || n != 0 || listErr != nil || logErr != nil {
		t.Errorf("%v: %d runs, %d events, %v, %v", err, len(runs), n, listErr, logErr)
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()
	s := temporary(t)
	r := run("k", "jo")
	insert(t, s, r)
	o := change.Operation{Kind: change.Tag, Name: "a", Set: true, Value: "b"}
	for _, want := range []bool{false, true} {
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			if again, err := tx.Intend(t.Context(), r.ID, store.Apply, 0, o); err != nil || again != want {
				return fmt.Errorf("again = %t, want %t: %w", again, want, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, how := range []store.How{store.Written, store.Found} { // The first word stays.
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Complete(t.Context(), r.ID, store.Apply, 0, how) }); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := s.Ledger(t.Context(), r.ID)
	if err != nil || len(entries) != 1 || entries[0].How != store.Written || entries[0].Operation != o || entries[0].DoneAt.IsZero() {
		t.Errorf("ledger = %+v, %v", entries, err)
	}
}

// Whoever changes the log behind the store's back is found out.
func TestTamperingShows(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"nothing":       "SELECT 1",
		"body":          `UPDATE events SET body = replace(body, '"n":2', '"n":9') WHERE seq = 2`,
		"hash":          `UPDATE events SET hash = 'x' WHERE seq = 2`,
		"body and hash": `UPDATE events SET body = (SELECT body FROM events WHERE seq = 1), hash = (SELECT hash FROM events WHERE seq = 1) WHERE seq = 2`,
		"removed":       `DELETE FROM events WHERE seq = 2`,
		"first removed": `DELETE FROM events WHERE seq = 1`,
		"renumbered":    `UPDATE events SET seq = seq + 10 WHERE seq = 3`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s.db")
			s := open(t, path)
			for n := range 3 {
				err := s.Update(t.Context(), func(tx *store.Tx) error {
					return tx.Append(t.Context(), store.Event{Action: "leastward:X", Details: map[string]any{"n": n + 1}})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			tamper(t, s, path, statement)
			_, err := s.CheckLog(t.Context())
			if tampered := err != nil; tampered != (name != "nothing") {
				t.Errorf("CheckLog = %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func tamper(t *testing.T, s *store.Store, path, statement string) {
	t.Helper()
	if strings.HasPrefix(statement, "SELECT") {
		return
	}
	if _, err := s.Jobs().ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Fatalf("the log let itself be changed: %v", err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, q := range []string{"DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", statement} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
}

// The lines that are given away can be checked by anyone.
func TestLines(t *testing.T) {
	t.Parallel()
	s := temporary(t)
	for range 2 {
		if err := s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Append(t.Context(), store.Event{Actor: "ann", Action: "leastward:X", Run: "r"})
		}); err != nil {
			t.Fatal(err)
		}
	}
	var hashes []string
	err := s.Lines(t.Context(), 0, func(line []byte) error {
		var e struct {
			Hash string
			Prev string `json:"prev_hash"`
			Time time.Time
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		if n := len(hashes); n > 0 && e.Prev != hashes[n-1] || len(e.Hash) != 64 || e.Time.IsZero() {
			t.Errorf("line %s", line)
		}
		hashes = append(hashes, e.Hash)
		return nil
	})
	if err != nil || len(hashes) != 2 {
		t.Errorf("%d lines, %v", len(hashes), err)
	}
}

// A second process, or a second store, is kept away from the file.
func TestLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	s := open(t, path)
	if _, err := store.Open(t.Context(), store.Options{Path: path, Logger: slog.New(slog.DiscardHandler)}); err == nil || !strings.Contains(err.Error(), "is another remediator running") {
		t.Errorf("a second store: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Close(); err != nil {
		t.Error(err)
	}
}
