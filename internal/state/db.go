package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options configure [Open].
type Options struct {
	// Path of the SQLite file; it is made if it is not there.
	Path string
	// Record writes a change to the Platform log. It is called in the order of
	// the changes, again with the same ID after an error or a crash; see
	// [DB.Deliver]. Nil means that nobody wants to know.
	Record func(context.Context, Change) error
	// Now defaults to time.Now.
	Now func() time.Time
	// Logger receives what goes wrong while recording. Nil means nobody.
	Logger *slog.Logger
}

// DB is the state. It is safe for concurrent use, also by several processes of
// one machine.
type DB struct {
	write  *sql.DB // One connection: SQLite has one writer at a time.
	read   *sql.DB
	record func(context.Context, Change) error
	now    func() time.Time
	logger *slog.Logger

	delivery sync.Mutex // Held while changes are recorded, to keep their order.
}

// Open opens the file, or makes it, and brings its schema up to date.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{record: o.Record, now: o.Now, logger: o.Logger}
	if d.now == nil {
		d.now = time.Now
	}
	if d.logger == nil {
		d.logger = slog.New(slog.DiscardHandler)
	}
	if err := d.open(ctx, o.Path); err != nil {
		return nil, errors.Join(fmt.Errorf("open the state %s: %w", o.Path, err), d.Close())
	}
	return d, nil
}

func (d *DB) open(ctx context.Context, path string) (err error) {
	if d.write, err = Connect(path); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if err := Migrate(ctx, d.write, migrations); err != nil {
		return err
	}
	d.read, err = Connect(path, "query_only(1)")
	return err
}

// Close closes the file. Stop what uses it first.
func (d *DB) Close() error {
	var problems []error
	for _, db := range []*sql.DB{d.read, d.write} {
		if db != nil {
			problems = append(problems, db.Close())
		}
	}
	return errors.Join(problems...)
}

// update runs f in one transaction: all that f did is kept if it returns nil,
// nothing otherwise. Inside f use the transaction alone.
func (d *DB) update(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // After a commit it does nothing.
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
