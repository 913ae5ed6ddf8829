package azure

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadEvents reads events of Azure and of Microsoft Entra from a file, from
// every file below a directory, or from the files that a glob matches, as
// [records.Read] does.
func ReadEvents(ctx context.Context, path string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return records.Read(ctx, path, o, Logs{}, sink)
}

// ParseEvents reads events from one stream, as [records.Parse] does.
func ParseEvents(ctx context.Context, in io.Reader, name string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return records.Parse(ctx, in, name, o, Logs{}, sink)
}

// Logs is the format of Azure's logs: the Activity Log, the audit and sign-in
// logs of Microsoft Entra and the logs of resources, in the shapes of
// diagnostic settings and Event Hubs, of the REST APIs, the SDKs and the Azure
// CLI, and of Log Analytics.
type Logs struct{}

// The parser is all that a parser can be.
var (
	_ records.Format    = Logs{}
	_ records.Scanner   = (*logParser)(nil)
	_ records.Unwrapper = (*logParser)(nil)
	_ records.Tabler    = (*logParser)(nil)
)

// Describe tells what is known of Azure's logs.
func (Logs) Describe() records.Description {
	return records.Description{
		Name:         "Azure",
		Limit:        "Azure's own records are below 1 MiB",
		TableWords:   []string{"timegenerated", "operationname", "operation name", "correlation"},
		Quiet:        []records.Reason{records.NotAudit},
		DeliveryTime: deliveryTime,
	}
}

// NewParser returns a parser for one worker.
func (Logs) NewParser(o *records.Options) records.Parser { return &logParser{norm: newNormaliser(o)} }

// logParser reads records one after the other. It belongs to one goroutine.
type logParser struct {
	norm    *normaliser
	rec     logRecord
	columns []field // Of the table whose rows are read.
	table   string  // Its name, as "AzureActivity".
}

// List knows what diagnostic settings and Event Hubs, the REST APIs and Log
// Analytics have around their records.
func (*logParser) List(key []byte) records.List {
	switch string(key) {
	case "records", "Records", "value", "tables", "Tables":
		return records.OfRecords
	case "rows", "Rows":
		return records.OfRows
	}
	return records.NoList
}

// Scan reads a record or a row.
func (p *logParser) Scan(b []byte, i int) (end int, list records.List, st jsonscan.Status) {
	p.rec.reset()
	if b[i] != '[' {
		return records.ScanObject(b, i, p.List, p.rec.member)
	}
	if end, st = jsonscan.SkipArray(b, i, 1); st != jsonscan.OK {
		return end, records.NoList, st
	}
	column := 0
	jsonscan.Elements(b[i:end], func(value []byte) {
		if column < len(p.columns) {
			p.rec.set(p.columns[column], value)
		}
		column++
	})
	p.rec.table, p.rec.row = p.table, true
	return end, records.NoList, jsonscan.OK
}

// Table takes the names of the columns of the rows that follow.
// https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format
func (p *logParser) Table(head []byte) {
	p.columns, p.table = p.columns[:0], ""
	whole := append(bytes.Clone(head), "[]}"...) // The list that follows, ended.
	if _, st := jsonscan.SkipValue(whole, 0, 1); st != jsonscan.OK {
		return
	}
	if name := jsonscan.TextOf(jsonscan.Member(whole, "name")).String(); !strings.EqualFold(name, "PrimaryResult") {
		p.table = name
	}
	jsonscan.Elements(jsonscan.Member(whole, "columns"), func(column []byte) {
		p.columns = append(p.columns, fieldOf(jsonscan.TextOf(jsonscan.Member(column, "name"))))
	})
}

// Unwrap finds the record within what a shipper put around it.
func (p *logParser) Unwrap(_ []byte, _ int, arena []byte) (inner, grown []byte, ok bool) {
	r := &p.rec
	if r.has(fieldOperationName) || r.has(fieldOperationValue) || r.has(fieldCreated) || r.has(fieldActivity) {
		return nil, arena, false
	}
	w := r.get(fieldWrapped)
	switch {
	case len(w) > 1 && (w[0] == '{' || w[0] == '['):
		return w, arena, true
	case len(w) > 2 && w[0] == '"' && (w[1] == '{' || w[1] == '['):
		start := len(arena)
		arena = jsonscan.AppendUnescaped(arena, jsonscan.TextOf(w))
		return arena[start:], arena, true
	}
	return nil, arena, false
}

// Event makes an event of the record that was scanned last.
func (p *logParser) Event(ev *auditlog.Event, _ []byte) (records.Reason, string) {
	if p.rec.row && len(p.columns) == 0 {
		return records.UnsupportedShape, "a row of a table without columns before it; export the whole answer of the query, or with az monitor log-analytics query"
	}
	if p.rec.members == 0 || p.rec.page {
		return records.NoRecord, ""
	}
	return p.norm.event(ev, &p.rec)
}
