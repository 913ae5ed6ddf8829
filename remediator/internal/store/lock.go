package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// lock keeps a second process away from the state: two of them could each make
// a write that only one may make. It is a SQLite file of its own with an open
// exclusive transaction, so that it works on every platform and ends with the
// process however that ends.
type lock struct {
	db   *sql.DB
	conn *sql.Conn
}

func acquire(ctx context.Context, path string) (*lock, error) {
	db, err := connect(path, "busy_timeout(2000)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	l := &lock{db: db, conn: conn}
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w; is another remediator running with the same state.path?", path, err), l.release())
	}
	return l, nil
}

func (l *lock) release() error {
	return errors.Join(l.conn.Close(), l.db.Close())
}
