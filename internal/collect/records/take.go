package records

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// take turns the record, which stands from start to end of the window, into
// events of the batch.
func (p *parser) take(start, end int) {
	p.record++
	p.win.pos = end
	p.found(start, p.win.buf[start:end], 0)
}

// found takes a record that was just scanned, or those within it. The position
// in the file is that of the record in whose depth it stands.
func (p *parser) found(start int, raw []byte, depth int) {
	if p.unwrapper == nil || depth >= maxFrames {
		p.event(start, raw)
		return
	}
	inner, arena, ok := p.unwrapper.Unwrap(raw, depth, p.arena)
	if p.arena = arena; ok {
		p.within(start, inner, depth+1)
		return
	}
	p.event(start, raw)
}

// within takes the text that another record wraps: a record or lists of them.
func (p *parser) within(start int, inner []byte, depth int) {
	i := jsonscan.SkipSpace(inner, 0)
	if i < len(inner) && inner[i] == '[' {
		if end, st := jsonscan.SkipArray(inner, i, 1); st == jsonscan.OK && jsonscan.SkipSpace(inner, end) == len(inner) {
			p.record-- // Those within are counted in its place.
			p.elements(start, inner[i:end], depth)
			return
		}
	}
	if i >= len(inner) || inner[i] != '{' {
		p.brokenWithin(start)
		return
	}
	end, list, st := p.scanAt(inner, i)
	if list != NoList {
		end, st = jsonscan.SkipValue(inner, i, 1)
	}
	switch {
	case st != jsonscan.OK || jsonscan.SkipSpace(inner, end) != len(inner):
		p.brokenWithin(start)
	case list != NoList:
		p.record--
		p.lists(start, inner[i:end], depth)
	default:
		p.found(start, inner, depth)
	}
}

func (p *parser) brokenWithin(start int) {
	p.reject(InvalidJSON, start, "the record within is not a JSON object; export it again")
}

// lists takes all lists of records of an object that was checked.
func (p *parser) lists(start int, object []byte, depth int) {
	jsonscan.EachMember(object, 0, func(key []byte, at int) (int, jsonscan.Status) {
		end, st := jsonscan.SkipValue(object, at, 1)
		if object[at] != '[' {
			return end, st
		}
		switch p.cloud.List(key) {
		case OfRecords:
			p.elements(start, object[at:end], depth)
		case OfRows:
			if p.tabler != nil {
				p.tabler.Table(object[:at])
			}
			p.rows(start, object[at:end])
		case NoList:
		}
		return end, st
	})
}

// elements takes the records of a list.
func (p *parser) elements(start int, list []byte, depth int) {
	jsonscan.Elements(list, func(value []byte) {
		p.record++
		if value[0] == '{' && depth < maxFrames {
			p.within(start, value, depth+1)
			return
		}
		p.reject(UnsupportedShape, start, noObject)
	})
}

// rows takes the rows of a table.
func (p *parser) rows(start int, list []byte) {
	jsonscan.Elements(list, func(value []byte) {
		p.record++
		if value[0] != '[' {
			p.reject(UnsupportedShape, start, "a list of rows holds something that is not a row")
			return
		}
		if _, _, st := p.scanAt(value, 0); st == jsonscan.OK {
			p.found(start, value, 1)
		}
	})
}

// event makes an event of a record.
func (p *parser) event(start int, raw []byte) {
	p.batch = grow(p.batch)
	ev := &p.batch[len(p.batch)-1].event
	reason, message := p.cloud.Event(ev, raw)
	if reason == "" && ev.Time.After(p.latest) {
		reason, message = Future, "the event's time "+ev.Time.Format(time.RFC3339)+
			" is in the future; check the clock of this machine and the source of the file"
	}
	if reason != "" {
		p.batch = p.batch[:len(p.batch)-1]
		p.refuse(reason, start, message)
		return
	}
	if ev.ID == "" {
		sum := sha256.Sum256(raw)
		ev.ID = hex.EncodeToString(sum[:])
	}
	if ev.Raw = nil; p.r.o.KeepRaw {
		ev.Raw = raw
	}
}

// refuse counts a record that is no event, unless it is no record.
func (p *parser) refuse(reason Reason, start int, message string) {
	switch {
	case reason == NoRecord:
		p.record--
	case slices.Contains(p.r.about.OfFile, reason):
		p.record--
		p.r.refuse(reason, p.name, message)
	default:
		p.reject(reason, start, message)
	}
}

// grow lengthens a batch by one and keeps the memory of the event there.
func grow(batch []located) []located {
	if len(batch) < cap(batch) {
		return batch[:len(batch)+1]
	}
	return append(batch, located{})
}
