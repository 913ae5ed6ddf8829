package records

import (
	"context"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// one reads the object or row at the window's position.
func (p *parser) one(ctx context.Context) error {
	for {
		start := p.win.pos
		end, list, st := p.scanAt(p.win.buf, start)
		switch {
		case st == jsonscan.Short:
			if err := p.fill(ctx); err != nil {
				return p.cut(ctx, err)
			}
			continue
		case st != jsonscan.OK:
			return p.bad(ctx, end, st.Message())
		case list != NoList:
			p.list(start, end, list)
			return nil
		}
		p.take(start, end)
		return nil
	}
}

// scanAt reads the object or row at b[i] up to its end, or up to the list in it.
func (p *parser) scanAt(b []byte, i int) (end int, list List, st jsonscan.Status) {
	switch {
	case p.scanner != nil:
		return p.scanner.Scan(b, i)
	case b[i] == '[':
		end, st = jsonscan.SkipArray(b, i, 1)
		return end, NoList, st
	}
	return ScanObject(b, i, p.cloud.List, nil)
}

// ScanObject is how a Parser that is no [Scanner] is read, and of use for one
// that is: it reads the object at b[i] and returns the position behind it, or
// the kind and the position of the first list in it. Take, if set, is called
// with the other members.
func ScanObject(b []byte, i int, kind func(key []byte) List, take func(key, value []byte)) (end int, list List, st jsonscan.Status) {
	for first := true; ; first = false {
		key, escaped, value, st := jsonscan.NextMember(b, i+1, first)
		if st != jsonscan.OK || key == nil {
			return value, NoList, st
		}
		if escaped {
			key = jsonscan.AppendUnescaped(nil, key)
		}
		if b[value] == '[' {
			if list := kind(key); list != NoList {
				return value, list, jsonscan.OK
			}
		}
		if i, st = jsonscan.SkipValue(b, value, 1); st != jsonscan.OK {
			return i, NoList, st
		}
		if take != nil {
			take(key, b[value:i])
		}
		var done bool
		if i, done, st = jsonscan.AfterValue(b, i, '}'); done || st != jsonscan.OK {
			return i, NoList, st
		}
	}
}

// list enters the list at position i, within the object at start.
func (p *parser) list(start, i int, kind List) {
	p.frames = append(p.frames, inObject)
	p.win.pos = i
	p.enterList(p.win.buf[start:i], kind)
}

func (p *parser) enterList(head []byte, kind List) {
	if kind != OfRows {
		p.enter(inArray)
		return
	}
	if p.tabler != nil {
		p.tabler.Table(head)
	}
	p.enter(inRows)
}

// sibling passes over a member behind a list, or enters it if it is a list too.
func (p *parser) sibling(ctx context.Context) error {
	list := NoList
	end, err := p.scan(ctx, func(b []byte, i int) (int, jsonscan.Status) {
		key, escaped, value, st := jsonscan.NextMember(b, i, false)
		if list = NoList; st != jsonscan.OK {
			return value, st
		}
		if escaped {
			key = jsonscan.AppendUnescaped(nil, key)
		}
		if b[value] == '[' {
			list = p.cloud.List(key)
		}
		if list != NoList {
			return value, st
		}
		return jsonscan.SkipValue(b, value, 1)
	})
	if err != nil || end < 0 {
		return err
	}
	start := p.win.pos
	if p.win.pos = end; list != NoList {
		p.enterList(p.win.buf[start:end], list)
	}
	return nil
}

// scalar refuses something in a list of records that is no object.
func (p *parser) scalar(ctx context.Context) error {
	end, err := p.scan(ctx, func(b []byte, i int) (int, jsonscan.Status) { return jsonscan.SkipValue(b, i, 1) })
	if err != nil || end < 0 {
		return err
	}
	p.record++
	p.reject(UnsupportedShape, p.win.pos, noObject)
	p.win.pos = end
	return nil
}

// noObject is the message about what stands in a list of records and is none.
const noObject = "a list of records holds something that is not an object"

// scan applies step at the window's position, reading more as needed. A
// negative end means that what stands there was refused.
func (p *parser) scan(ctx context.Context, step func(b []byte, i int) (int, jsonscan.Status)) (int, error) {
	for {
		end, st := step(p.win.buf, p.win.pos)
		switch st {
		case jsonscan.OK:
			return end, nil
		case jsonscan.Bad, jsonscan.Deep:
			return -1, p.bad(ctx, end, st.Message())
		case jsonscan.Short:
			if err := p.fill(ctx); err != nil {
				return -1, p.cut(ctx, err)
			}
		}
	}
}
