package records_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// day is a fixed present.
func day() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// plain is a format whose parser can do no more than it must: a record is
// {"id": …, "time": …, "name": …}; lists stand under "value".
type plain struct{}

func (plain) Describe() records.Description {
	return records.Description{
		Name: "Test", Limit: "ours are small", Begins: []string{`"id"`}, TableWords: []string{"operation"},
		OfFile: []records.Reason{records.Digest}, Quiet: []records.Reason{records.NotAudit},
	}
}

func (plain) NewParser(*records.Options) records.Parser { return new(plainParser) }

type plainParser struct{ names records.Interner }

func (*plainParser) List(key []byte) records.List {
	if string(key) == "value" {
		return records.OfRecords
	}
	return records.NoList
}

func (p *plainParser) Event(ev *auditlog.Event, raw []byte) (records.Reason, string) {
	*ev = auditlog.Event{Resources: ev.Resources[:0]}
	jsonscan.Members(raw, func(key, value []byte) {
		switch string(key) {
		case "id":
			ev.ID = jsonscan.TextOf(value).String()
		case "name":
			ev.Name = p.names.Text(jsonscan.TextOf(value))
		case "time":
			ev.Time, _ = records.ParseTime(jsonscan.TextOf(value).Bytes(nil)) // Zero is refused below.
		}
	})
	switch {
	case ev.Name == "metric":
		return records.NotAudit, "a metric"
	case ev.Name == "digest":
		return records.Digest, "a digest"
	case len(raw) <= len("{}"):
		return records.NoRecord, ""
	case ev.Time.IsZero():
		return records.BadTime, "time is missing or cannot be read"
	}
	return "", ""
}

// rich is a format with tables, and with records in strings.
type rich struct{ plain }

func (rich) NewParser(*records.Options) records.Parser { return new(richParser) }

type richParser struct {
	plainParser
	columns []string
}

func (*richParser) List(key []byte) records.List {
	switch string(key) {
	case "value", "tables":
		return records.OfRecords
	case "rows":
		return records.OfRows
	}
	return records.NoList
}

func (p *richParser) Table(head []byte) {
	p.columns = p.columns[:0]
	list, _, ok := bytes.Cut(head, []byte(`"rows"`))
	if !ok {
		return
	}
	for _, name := range []string{"id", "time", "name"} {
		if bytes.Contains(list, []byte(`"`+name+`"`)) {
			p.columns = append(p.columns, name)
		}
	}
}

func (p *richParser) Unwrap(raw []byte, _ int, arena []byte) (inner, grown []byte, ok bool) {
	switch value := jsonscan.Member(raw, "message"); {
	case len(value) == 0:
		return nil, arena, false
	case value[0] == '"':
		start := len(arena)
		arena = jsonscan.AppendUnescaped(arena, jsonscan.TextOf(value))
		return arena[start:], arena, true
	default:
		return value, arena, true
	}
}

func (p *richParser) Event(ev *auditlog.Event, raw []byte) (records.Reason, string) {
	if raw[0] != '[' {
		return p.plainParser.Event(ev, raw)
	}
	var object []string
	jsonscan.Elements(raw, func(value []byte) {
		if len(object) < len(p.columns) {
			object = append(object, fmt.Sprintf("%q:%s", p.columns[len(object)], value))
		}
	})
	return p.plainParser.Event(ev, []byte("{"+strings.Join(object, ",")+"}"))
}

// parse reads a document and returns the ids that came out of it.
func parse(tb testing.TB, doc string, o records.Options, f records.Format) (ids []string, stats records.Stats, problems []string) {
	tb.Helper()
	o.Now = day
	stats, found, err := records.Parse(tb.Context(), strings.NewReader(doc), "doc", o, f, func(ev *auditlog.Event) error {
		ids = append(ids, ev.ID)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if got := stats.Parsed + stats.RejectedTotal(); got != stats.In {
		tb.Errorf("%d records in, but %d parsed or rejected", stats.In, got)
	}
	for _, p := range found {
		problems = append(problems, p.Code+" | "+p.Subject+" | "+p.Message)
	}
	return ids, stats, problems
}

// rec is a record.
func rec(id string) string {
	return fmt.Sprintf(`{"id":%q,"time":"2025-01-02T03:04:05.1234567Z","name":"n"}`, id)
}

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s)) // A buffer takes everything.
	_ = z.Close()
	return b.String()
}
