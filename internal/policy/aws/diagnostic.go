package aws

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/entitlement"
)

// Level tells how a diagnostic bears on the result.
type Level uint8

// The levels.
const (
	// Notice is for something odd that was understood: the result is right.
	Notice Level = iota
	// Rejected is for something that was left out, so that the result may
	// differ from the cloud's own.
	Rejected
)

func (l Level) String() string { return [...]string{"notice", "rejected"}[l] }

// Position is a place in a policy document. Line and Column count from 1, the
// column in characters. The zero Position is the document as a whole.
type Position struct {
	Line, Column int
}

func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Diagnostic is one thing that a person should know about a policy.
type Diagnostic struct {
	Policy   entitlement.PolicyID
	Position Position
	Level    Level
	Message  string
}

func (d Diagnostic) String() string {
	s := d.Message
	if d.Position != (Position{}) {
		s = d.Position.String() + ": " + s
	}
	if d.Policy != "" {
		s = string(d.Policy) + ": " + s
	}
	return s
}

// places finds the line and column of bytes of a document. Asked for ascending
// offsets it reads the document once.
type places struct {
	doc    []byte
	offset int
	last   Position // Of offset; zero before the first question.
}

func (p *places) at(offset int) Position {
	if offset < p.offset || p.last.Line == 0 {
		p.offset, p.last = 0, Position{1, 1}
	}
	between := p.doc[p.offset:min(offset, len(p.doc))]
	if i := bytes.LastIndexByte(between, '\n'); i >= 0 {
		p.last.Line += bytes.Count(between, []byte("\n"))
		p.last.Column, between = 1, between[i+1:]
	}
	p.last.Column += utf8.RuneCount(between)
	p.offset = max(offset, 0)
	return p.last
}
