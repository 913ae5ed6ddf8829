// Package store keeps the remediator's state in one SQLite file: runs, the
// ledger of writes, approvals, the Platform log and, beside them, the durable
// jobs that drive the runs. What belongs together changes in one transaction.
package store

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed schema.sql
var schema string

// ErrNotFound is returned for a run that does not exist.
var ErrNotFound = errors.New("no such run")

// ErrStale is returned where a run has moved on since it was read.
var ErrStale = errors.New("the run has moved on")

// ErrBusy is returned where another run for the identity is open.
var ErrBusy = errors.New("another run for the identity is open")

// Options say where the state is.
type Options struct {
	// Path of the SQLite file; it is made if it is not there.
	Path string
	// Now defaults to time.Now.
	Now    func() time.Time
	Logger *slog.Logger
}

// Store is the state. It is safe for concurrent use; only one process may have
// the file open.
type Store struct {
	write *sql.DB // One connection: SQLite has one writer at a time.
	read  *sql.DB
	lock  *lock
	now   func() time.Time
	turn  turn

	background sync.Mutex // Held during ordinary transactions.
}

// Open opens the file, or makes it, and brings its schema up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	lock, err := acquire(ctx, o.Path+".lock")
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock, now: o.Now}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", o.Path, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) (err error) {
	// FULL makes a commit survive a power cut, not only a crash of the process.
	if s.write, err = connect(o.Path, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if _, err := s.write.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("make the schema: %w", err)
	}
	migrator, err := rivermigrate.New(riversqlite.New(s.write), &rivermigrate.Config{Logger: o.Logger})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("make the schema of the jobs: %w", err)
	}
	s.read, err = connect(o.Path, "query_only(1)")
	return err
}

func connect(path string, pragmas ...string) (*sql.DB, error) {
	query := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...), "_txlock": {"immediate"}}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: query.Encode()}).String())
}

// Close closes the file. Stop what uses it first.
func (s *Store) Close() error {
	var problems []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			problems = append(problems, db.Close())
		}
	}
	return errors.Join(append(problems, s.lock.release())...)
}

// Jobs returns the database for the job queue.
func (s *Store) Jobs() *sql.DB { return s.write }

// Ping reports whether the state can be read.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.QueryRowContext(ctx, "SELECT 1 FROM sqlite_schema LIMIT 1").Scan(&one)
}

// Tx is a transaction that changes the state.
type Tx struct {
	tx   *sql.Tx
	now  time.Time
	head *head // The newest event, once it was read.
	news *sql.Stmt
	runs *sql.Stmt
}

// SQL returns the transaction for the job queue.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Now returns the time that the transaction stamps.
func (t *Tx) Now() time.Time { return t.now }

// Update runs f in one transaction: all that f did is kept if it returns nil,
// nothing otherwise. Inside f use the transaction alone.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	s.background.Lock() // One of them at a time queues for the connection.
	defer s.background.Unlock()
	s.turn.yield(ctx)
	return s.update(ctx, f)
}

// Urgent is [Store.Update] for what somebody waits for: it goes before the
// others.
func (s *Store) Urgent(ctx context.Context, f func(*Tx) error) error {
	defer s.turn.enter()()
	return s.update(ctx, f)
}

func (s *Store) update(ctx context.Context, f func(*Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // After a commit it does nothing.
	if err := f(&Tx{tx: tx, now: s.now().UTC()}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Setting returns a stored value, making it first if there is none.
func (s *Store) Setting(ctx context.Context, name string, create func() string) (value string, err error) {
	err = s.Update(ctx, func(t *Tx) error {
		if _, err := t.tx.ExecContext(ctx, "INSERT INTO settings VALUES (?, ?) ON CONFLICT DO NOTHING", name, create()); err != nil {
			return err
		}
		return t.tx.QueryRowContext(ctx, "SELECT value FROM settings WHERE name = ?", name).Scan(&value)
	})
	return value, err
}
