package condition

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/policy/glob"
)

// kind is what a piece of a pattern matches.
type kind uint8

const (
	literal  kind = iota
	one           // One character.
	rest          // Any characters, none too.
	oneFlat       // As one and rest, but never a colon.
	restFlat      //
	variable      // What a context key holds.
)

// piece is a part of a pattern.
type piece struct {
	kind kind
	text string // Of a literal.
	at   int    // Of a variable: which one.
}

// split cuts a value of a policy into pieces.
func split(raw string, wild, variables bool) []piece {
	var out []piece
	from, count := 0, 0
	add := func(end, width int, p piece) {
		if end > from {
			out = append(out, piece{text: raw[from:end]})
		}
		out = append(out, p)
		from = end + width
	}
	for i := 0; i < len(raw); i++ {
		end := 0
		if variables {
			end = glob.VariableEnd(raw[i:])
		}
		switch {
		case end > 0 && escape(raw[i+2:i+end]):
			add(i, end+1, piece{text: raw[i+2 : i+end]})
			i += end
		case end > 0:
			add(i, end+1, piece{kind: variable, at: count})
			count++
			i += end
		case wild && raw[i] == '*':
			add(i, 1, piece{kind: rest})
		case wild && raw[i] == '?':
			add(i, 1, piece{kind: one})
		}
	}
	if from < len(raw) {
		out = append(out, piece{text: raw[from:]})
	}
	return out
}

// escape reports whether what stands in the braces of a variable stands for
// itself.
func escape(name string) bool { return name == "*" || name == "?" || name == "$" }

// flatten keeps the wildcards of an ARN pattern within its parts. The sixth
// part of an ARN, and the last part of a pattern with fewer, takes colons.
func flatten(pieces []piece) {
	total, colons := 0, 0
	for _, p := range pieces {
		total += strings.Count(p.text, ":")
	}
	for i := range pieces {
		p := &pieces[i]
		colons += strings.Count(p.text, ":")
		if colons >= min(total, 5) {
			return
		}
		switch p.kind {
		case one:
			p.kind = oneFlat
		case rest:
			p.kind = restFlat
		case literal, oneFlat, restFlat, variable:
		}
	}
}

// match reports whether pieces without variables match all of s. Where they do
// not fit, the last wildcard takes more.
func match(pieces []piece, s string, fold bool) bool {
	p, i, star, mark := 0, 0, -1, 0
	for p < len(pieces) || i < len(s) {
		if n := takeAt(pieces, p, s[i:], fold); n >= 0 {
			p++
			i += n
			continue
		}
		if p < len(pieces) && pieces[p].rest() {
			star, mark = p, i
		} else {
			if star < 0 || mark == len(s) || pieces[star].kind == restFlat && s[mark] == ':' {
				return false
			}
			mark += glob.Width(s[mark:])
		}
		if mark = next(pieces[star:], s, mark, fold); mark < 0 {
			return false
		}
		p, i = star+1, mark
	}
	return true
}

func (p *piece) rest() bool { return p.kind == rest || p.kind == restFlat }

// next returns the first place in s, from mark on, to which the wildcard at the
// start of pieces may reach so that what follows it has a chance, -1 if there is
// none.
func next(pieces []piece, s string, mark int, fold bool) int {
	skip := 0
	switch {
	case len(pieces) == 1:
		skip = len(s) - mark
	case pieces[1].kind == literal && !fold:
		skip = strings.Index(s[mark:], pieces[1].text)
	}
	if skip < 0 || pieces[0].kind == restFlat && strings.IndexByte(s[mark:mark+skip], ':') >= 0 {
		return -1
	}
	return mark + skip
}

// takeAt returns how many bytes a piece takes from the start of s, -1 if it does
// not match, is a wildcard for any number or is not there.
func takeAt(pieces []piece, p int, s string, fold bool) int {
	if p == len(pieces) || pieces[p].rest() {
		return -1
	}
	return pieces[p].take(s, fold)
}

// take returns how many bytes a piece takes from the start of s, -1 if it does
// not match.
func (p *piece) take(s string, fold bool) int {
	switch {
	case p.kind == literal && fold:
		return foldPrefix(s, p.text)
	case p.kind == literal && strings.HasPrefix(s, p.text):
		return len(p.text)
	case p.kind == literal, s == "", p.kind == oneFlat && s[0] == ':':
		return -1
	}
	return glob.Width(s)
}

// foldPrefix returns how many bytes of s are prefix in some case, -1 if s does
// not begin with it.
func foldPrefix(s, prefix string) int {
	n := 0
	for _, want := range prefix {
		if n == len(s) {
			return -1
		}
		got, size := utf8.DecodeRuneInString(s[n:])
		if got != want && !sameFold(got, want) {
			return -1
		}
		n += size
	}
	return n
}

func sameFold(a, b rune) bool {
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}
