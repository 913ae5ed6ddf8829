package state

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema of a database up to date, one numbered step after
// the other: the files migrations/*.sql. The database's user_version is the
// number of steps that were taken.
func Migrate(ctx context.Context, db *sql.DB, files fs.FS) error {
	steps, err := fs.Glob(files, "migrations/*.sql") // In the order of their names.
	if err != nil {
		return err
	}
	for done := -1; done < len(steps); {
		if done, err = migrateOnce(ctx, db, files, steps); err != nil {
			return err
		}
	}
	return nil
}

// migrateOnce takes the next step, if there is one, and returns how many are
// taken; one more than there are where nothing was left to do.
func migrateOnce(ctx context.Context, db *sql.DB, files fs.FS, steps []string) (int, error) {
	tx, err := db.BeginTx(ctx, nil) // Locks: another process may be about to do the same.
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, fmt.Errorf("its schema has version %d and this program knows %d; use the newer program that made it", version, len(steps))
	}
	if version == len(steps) {
		return version + 1, nil
	}
	return version + 1, migrateStep(ctx, tx, files, steps[version], version+1)
}

func migrateStep(ctx context.Context, tx *sql.Tx, files fs.FS, name string, version int) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return tx.Commit()
}
