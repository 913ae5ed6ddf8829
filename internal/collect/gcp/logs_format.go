package gcp

import (
	"bytes"
	"encoding/base64"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// AuditLogs is the format of Google Cloud's audit logs in every shape that
// Cloud Logging and its sinks write: entries in files of Cloud Storage, of
// `gcloud logging read` and of the API, messages of Pub/Sub, rows of BigQuery.
type AuditLogs struct{}

// The parser is a Scanner and an Unwrapper.
var (
	_ records.Format    = AuditLogs{}
	_ records.Scanner   = (*entryParser)(nil)
	_ records.Unwrapper = (*entryParser)(nil)
)

// Describe tells what is known of the logs.
func (AuditLogs) Describe() records.Description {
	return records.Description{
		Name:       "Google Cloud audit",
		Limit:      "Cloud Logging's own entries are below 256 KiB",
		Begins:     []string{`"insertId"`, `"protoPayload"`, `"logName"`},
		TableWords: []string{"insertid", "logname", "protopayload", "timestamp"},

		DeliveryTime: records.DayInPath,
	}
}

// NewParser returns a parser for one worker.
func (AuditLogs) NewParser(o *records.Options) records.Parser {
	return &entryParser{norm: newNormaliser(o)}
}

// entryParser reads entries one after the other. It belongs to one goroutine.
type entryParser struct {
	norm  *normaliser
	entry entry
}

// List knows answers of entries.list and of a subscription's pull, and what
// shippers collect entries in.
func (*entryParser) List(key []byte) records.List {
	switch string(key) {
	case "entries", "logEntries", "log_entries", "receivedMessages", "received_messages", "rows", "Records", "records":
		return records.OfRecords
	}
	return records.NoList
}

// Scan reads an entry.
func (p *entryParser) Scan(b []byte, i int) (end int, list records.List, st jsonscan.Status) {
	p.entry = entry{}
	return p.entry.scan(b, i, p.List)
}

// Unwrap finds the entry in a message of Pub/Sub, whose data is in base64, or in
// the wrapper of a shipper.
func (p *entryParser) Unwrap(_ []byte, _ int, arena []byte) (inner, grown []byte, ok bool) {
	e := &p.entry
	switch {
	case e.isEntry():
		return nil, arena, false
	case e.data != nil:
		inner, arena = decodeData(arena, e.data)
		return inner, arena, true
	case e.inner != nil:
		start := len(arena)
		arena = jsonscan.AppendUnescaped(arena, e.inner)
		return arena[start:], arena, true
	case e.within != nil:
		return e.within, arena, true
	}
	return nil, arena, false
}

// decodeData decodes the data of a message: base64, in the standard or the URL
// alphabet, or the JSON text itself. What is neither is left as it is, and then
// refused as a record that is not JSON.
func decodeData(arena []byte, t jsonscan.Text) (inner, grown []byte) {
	start := len(arena)
	arena = jsonscan.AppendUnescaped(arena, t)
	raw := bytes.TrimSpace(arena[start:])
	if len(raw) > 0 && raw[0] == '{' {
		return raw, arena
	}
	raw = bytes.TrimRight(raw, "=")
	encoding := base64.RawStdEncoding
	if bytes.ContainsAny(raw, "-_") {
		encoding = base64.RawURLEncoding
	}
	start = len(arena)
	plain, err := encoding.AppendDecode(arena, raw)
	if err != nil {
		return raw, arena
	}
	return plain[start:], plain
}

// Event makes an event of the entry that was scanned last.
func (p *entryParser) Event(ev *auditlog.Event, _ []byte) (records.Reason, string) {
	if p.entry.empty {
		return records.NoRecord, ""
	}
	return p.norm.event(ev, &p.entry)
}
