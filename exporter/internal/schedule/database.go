package schedule

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite" // The driver named "sqlite".
)

// Open opens the SQLite database at path for the scheduler, creating it if it
// isn't there. Several processes on one machine may have it open at once; it
// must not be on a network file system.
func Open(path string) (*sql.DB, error) {
	query := url.Values{
		"_txlock": {"immediate"}, // Wait for the lock at BEGIN, where waiting is possible.
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("open schedule database %s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // SQLite has one writer; River asks for this.
	return db, nil
}

// migrate makes River's tables and the ledger's. Each step may be repeated.
func migrate(ctx context.Context, db *sql.DB, logger *slog.Logger) error {
	m, err := rivermigrate.New(riversqlite.New(db), &rivermigrate.Config{Logger: riverLogger(logger)})
	if err != nil {
		return fmt.Errorf("migrate schedule database: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate schedule database: %w", err)
	}
	if _, err := db.ExecContext(ctx, tables); err != nil {
		return fmt.Errorf("migrate schedule database: %w", err)
	}
	return nil
}

// Times are Unix seconds.
const tables = `
CREATE TABLE IF NOT EXISTS report_schedule (
	schedule TEXT NOT NULL,
	times    TEXT NOT NULL, -- The schedule's When, so that new times begin anew.
	since    INTEGER NOT NULL,
	PRIMARY KEY (schedule, times)
);
CREATE TABLE IF NOT EXISTS report_period (
	schedule TEXT NOT NULL,
	period   INTEGER NOT NULL,
	state    TEXT NOT NULL, -- open, done, superseded
	at       INTEGER NOT NULL,
	PRIMARY KEY (schedule, period)
);
CREATE TABLE IF NOT EXISTS report_delivery (
	schedule  TEXT NOT NULL,
	period    INTEGER NOT NULL,
	recipient TEXT NOT NULL,
	state     TEXT NOT NULL, -- delivered, refused
	error     TEXT NOT NULL,
	at        INTEGER NOT NULL,
	PRIMARY KEY (schedule, period, recipient)
);`
