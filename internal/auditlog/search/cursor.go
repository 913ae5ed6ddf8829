package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// cursor is where a page ended. It grants nothing: the caller's scope applies to
// every page.
type cursor struct {
	After position `json:"a"`
	// From and To are the time that the first page was asked about, so that
	// "the last day" stays the same day on all pages.
	From int64 `json:"f"`
	To   int64 `json:"u"`
}

const checkSize = 12

// check ties a cursor to the query that it continues.
func check(q *query.Query, payload []byte) []byte {
	same := *q
	same.Cursor, same.Limit = "", 0
	text, _ := json.Marshal(&same) // A valid query encodes.
	sum := sha256.Sum256(append(append([]byte("leastward cursor 1\n"), payload...), text...))
	return sum[:checkSize]
}

func (c *cursor) encode(q *query.Query) string {
	payload, _ := json.Marshal(c) // Strings and numbers encode.
	return base64.RawURLEncoding.EncodeToString(append(check(q, payload), payload...))
}

// decodeCursor reads the query's cursor.
func decodeCursor(q *query.Query, o *ordering) (*cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil || len(b) < checkSize {
		return nil, badCursor("is not one that was given out")
	}
	payload := b[checkSize:]
	if !bytes.Equal(b[:checkSize], check(q, payload)) {
		return nil, badCursor("belongs to another query, or was changed; ask without it for the first page")
	}
	var c cursor
	if err := json.Unmarshal(payload, &c); err != nil || !o.fits(&c.After) {
		return nil, badCursor("is not one that was given out")
	}
	return &c, nil
}

func badCursor(message string) error { return &query.Error{Path: "cursor", Message: message} }
