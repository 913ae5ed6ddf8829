package aws

import (
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// CloudTrail is the format of CloudTrail's records in every shape that AWS and
// the common shippers write.
type CloudTrail struct{}

// The parser is all that a parser can be.
var (
	_ records.Format    = CloudTrail{}
	_ records.Scanner   = (*recordParser)(nil)
	_ records.Unwrapper = (*recordParser)(nil)
)

// Describe tells what is known of CloudTrail's files: S3 delivery files,
// answers of LookupEvents and events of EventBridge show themselves by their
// first members.
func (CloudTrail) Describe() records.Description {
	return records.Description{
		Name:         "CloudTrail",
		Limit:        "CloudTrail's own records are below 256 KiB",
		Begins:       []string{`"eventVersion"`, `"EventId"`, `"version":"0"`},
		TableWords:   []string{"event"},
		OfFile:       []Reason{Digest},
		Quiet:        []Reason{Digest, Insight}, // Every bucket holds digests, and where trails record insights they are many.
		DeliveryTime: deliveryTime,
	}
}

// NewParser returns a parser for one worker.
func (CloudTrail) NewParser(o *EventOptions) records.Parser {
	return &recordParser{norm: newNormaliser(o)}
}

// recordParser reads records one after the other. It belongs to one goroutine.
type recordParser struct {
	norm  *normaliser
	rec   ctRecord
	outer [9]outerTime // By depth.
}

// outerTime is what a record's wrapper tells of its time.
type outerTime struct {
	timestamp jsonscan.Text
	epoch     []byte
}

// List knows an S3 delivery file, LookupEvents, and a query of CloudTrail Lake,
// whose rows are lists of objects with one column each.
func (*recordParser) List(key []byte) records.List {
	switch string(key) {
	case "Records", "Events":
		return records.OfRecords
	case "QueryResultRows":
		return records.OfRows
	}
	return records.NoList
}

// Scan reads a record or a row.
func (p *recordParser) Scan(b []byte, i int) (end int, list records.List, st jsonscan.Status) {
	p.rec = ctRecord{}
	if b[i] == '[' {
		end, st = p.rec.parseRow(b, i)
		return end, records.NoList, st
	}
	return p.rec.parse(b, i, p.List)
}

// Unwrap finds the record within, and hands the wrapper's time down to it.
func (p *recordParser) Unwrap(_ []byte, depth int, arena []byte) (inner, grown []byte, ok bool) {
	if depth > 0 {
		p.rec.inherit(p.outer[depth-1])
	}
	if !p.rec.wraps() {
		return nil, arena, false
	}
	if depth < len(p.outer) {
		p.outer[depth] = outerTime{p.rec.timestamp, p.rec.epoch}
	}
	inner, arena = p.rec.within(arena)
	return inner, arena, true
}

// Event makes an event of the record that was scanned last.
func (p *recordParser) Event(ev *auditlog.Event, raw []byte) (Reason, string) {
	if p.rec.emptyList && p.rec.eventName == nil {
		return records.NoRecord, ""
	}
	return p.norm.event(ev, &p.rec, raw)
}
