package remote

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// The columns of a record's rows, besides _time, _msg (the record or a part of
// it), id and ingested, which are those of its event.
const (
	columnPart     = "part"     // 0, 1, ….
	columnParts    = "parts"    // How many there are.
	columnEncoding = "encoding" // "base64", or absent where the record stands as it is.
)

const encodedBase64 = "base64"

// packRecord makes the rows of an event's record.
func (s *Store) packRecord(p *packer, ev *auditlog.Event, id, ingested string) {
	encoding, parts := split(ev.Raw, s.o.MaxLine-1024-escaped(ev.ID))
	columns := []auditlog.Field{
		{Name: row.Time, Value: ev.Time.UTC().Format(time.RFC3339Nano)},
		{Name: "id", Value: ev.ID},
		{Name: row.Ingested, Value: ingested},
		{Name: columnParts, Value: strconv.Itoa(len(parts))},
		{Name: columnPart},
		{Name: row.Message},
	}
	if encoding != "" {
		columns = append(columns, auditlog.Field{Name: columnEncoding, Value: encoding})
	}
	var line []byte
	for i, part := range parts {
		n := strconv.Itoa(i)
		columns[4].Value, columns[5].Value = n, part
		line = appendRow(line[:0], columns)
		p.add(*s.o.Records, ingested, ev.Time.UnixNano(), key{id, n}, line)
	}
}

// split cuts a record into values that take at most limit bytes each as JSON
// string. A record that isn't UTF-8, or of which most must be escaped, is
// encoded.
func split(raw []byte, limit int) (encoding string, parts []string) {
	limit = max(limit, 1024)
	text := string(raw)
	if !utf8.ValidString(text) || escaped(text) > base64.StdEncoding.EncodedLen(len(text)) {
		step := limit / 4 * 3
		for ; len(raw) > step; raw = raw[step:] {
			parts = append(parts, base64.StdEncoding.EncodeToString(raw[:step]))
		}
		return encodedBase64, append(parts, base64.StdEncoding.EncodeToString(raw))
	}
	for escaped(text) > limit {
		n := cut(text, limit)
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return "", append(parts, text)
}

// cut returns the length of the longest beginning of text, whole characters,
// that takes at most limit bytes once escaped.
func cut(text string, limit int) int {
	used := 0
	for i, r := range text {
		if used += escaped(text[i : i+utf8.RuneLen(r)]); used > limit {
			return i
		}
	}
	return len(text)
}

// pieces gathers the parts of one record.
type pieces struct {
	parts []string
	there int
	raw   bool // The parts are base64.
}

func (p *pieces) add(r auditlog.Row) error {
	n, err := strconv.Atoi(r.Get(columnPart))
	if err != nil {
		return fmt.Errorf("column %s: %w", columnPart, err)
	}
	of, err := strconv.Atoi(r.Get(columnParts))
	if err != nil || n < 0 || n >= of || of > 1<<20 || p.parts != nil && of != len(p.parts) {
		return fmt.Errorf("part %d of %d is none", n, of)
	}
	if p.parts == nil {
		p.parts = make([]string, of)
		p.raw = r.Get(columnEncoding) == encodedBase64
	}
	if p.parts[n] == "" {
		p.there++
	}
	p.parts[n] = r.Get(row.Message)
	return nil
}

var errIncomplete = errors.New("its record is not there")

// record puts the parts together.
func (p *pieces) record() ([]byte, error) {
	if p == nil || p.there < len(p.parts) {
		return nil, errIncomplete
	}
	var out []byte
	for _, part := range p.parts {
		if !p.raw {
			out = append(out, part...)
			continue
		}
		b, err := base64.StdEncoding.DecodeString(part)
		if err != nil {
			return nil, fmt.Errorf("its record is not base64: %w", err)
		}
		out = append(out, b...)
	}
	return out, nil
}
