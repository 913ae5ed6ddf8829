package state

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"

	_ "modernc.org/sqlite" // The driver named "sqlite".
)

// Connect opens the SQLite file at path, making it, for its owner alone, if it
// isn't there. It waits up to ten seconds for a lock, and what it commits
// survives a power cut. The file must not be on a network file system. The
// pragmas, such as "query_only(1)", are set on each connection.
func Connect(path string, pragmas ...string) (*sql.DB, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // The path is the operator's choice.
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	query := url.Values{
		"_txlock": {"immediate"}, // Wait for the lock at BEGIN, where waiting is possible.
		"_pragma": append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}, pragmas...),
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}
	return sql.Open("sqlite", address.String())
}
