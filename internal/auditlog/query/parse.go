package query

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/config"
)

// Parse reads the text form of a query: conditions, then how to answer.
//
//	outcome:denied and action:iam:* and not identity:*/ci-* | count by identity | sort -count | limit 10
//
// Not binds closest, then and, which may be left out, then or. What is wrong is
// a [SyntaxError]; a query that is returned is valid, its range aside, and in
// normal form ([Query.Normalise]). The language is taught by the document
// audit-queries.
func Parse(text string) (Query, error) {
	return (&parser{scanner: scanner{text: text}}).parse()
}

// ParseWhere reads conditions alone. It returns nil where they take every event.
func ParseWhere(text string) (*Node, error) {
	p := &parser{scanner: scanner{text: text}}
	q, err := p.parse()
	if err == nil && p.piped {
		err = p.fail(p.pipeAt, "only conditions may stand here; leave out what follows |")
	}
	return q.Where, err
}

type parser struct {
	scanner
	depth, nodes, values int
	disabled             int  // Within how many disabled(…) the parser is.
	piped                bool // There is a |.
	pipeAt               int  // Where the first is.
}

func (p *parser) parse() (Query, error) {
	if err := p.readable(); err != nil {
		return Query{}, err
	}
	q, err := p.query()
	if err != nil {
		return Query{}, err
	}
	q = q.Normalise()
	check := q
	check.Range.Last = config.Duration(time.Second) // The range stands beside the text.
	if err := check.Validate(); err != nil {
		return Query{}, p.fail(0, err.Error())
	}
	return q, nil
}

// readable refuses what is not worth a look.
func (p *parser) readable() error {
	if len(p.text) > MaxBytes {
		return &SyntaxError{Message: fmt.Sprintf("the text has %d bytes; at most %d are taken", len(p.text), MaxBytes)}
	}
	for i := 0; i < len(p.text); {
		r, size := utf8.DecodeRuneInString(p.text[i:])
		if r == utf8.RuneError && size == 1 {
			return p.fail(i, "the text is not UTF-8")
		}
		i += size
	}
	return nil
}

func (p *parser) query() (Query, error) {
	var q Query
	p.space()
	if !p.everything() {
		where, err := p.any()
		if err != nil {
			return q, err
		}
		q.Where = &where
	}
	for p.space(); p.at < len(p.text); p.space() {
		begin := p.at
		if !p.take("|") {
			return q, p.unexpected()
		}
		if !p.piped {
			p.piped, p.pipeAt = true, begin
		}
		if err := p.pipe(&q); err != nil {
			return q, err
		}
	}
	return q, nil
}

// everything steps over conditions that are none: nothing at all, or *.
func (p *parser) everything() bool {
	if p.at == len(p.text) || p.next("|") {
		return true
	}
	if p.peekWord() != "*" {
		return false
	}
	begin := p.at
	p.at++
	p.space()
	if p.at == len(p.text) || p.next("|") {
		return true
	}
	p.at = begin
	return false
}

func (p *parser) unexpected() error {
	switch {
	case p.next(")"):
		return p.fail(p.at, "the parenthesis closes none; leave it out, or quote it")
	case p.next(","):
		return p.fail(p.at, "a comma stands between values in parentheses only; write field:(a, b), or quote it")
	}
	return p.fail(p.at, "something is missing before this: a space, or an operator such as and")
}

// any reads alternatives.
func (p *parser) any() (Node, error) {
	return p.chain("or", p.all, func(list []Node) Node { return Node{Any: list} })
}

// all reads conditions that hold together, with and between them or nothing.
func (p *parser) all() (Node, error) {
	return p.chain("and", p.unary, func(list []Node) Node { return Node{All: list} })
}

func (p *parser) chain(word string, operand func() (Node, error), group func([]Node) Node) (Node, error) {
	var list []Node
	for {
		n, err := operand()
		if err != nil {
			return n, err
		}
		list = append(list, n)
		p.space()
		if !p.keyword(word) && (word != "and" || !p.operandFollows()) {
			break
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return group(list), nil
}

// keyword steps over a word of the language.
func (p *parser) keyword(word string) bool {
	next := p.peekWord()
	if !strings.EqualFold(next, word) || strings.HasPrefix(p.text[p.at+len(next):], `"`) {
		return false
	}
	p.at += len(next)
	return true
}

// operandFollows tells whether another condition follows without and.
func (p *parser) operandFollows() bool {
	if p.at == len(p.text) || p.next(")") || p.next("|") || p.next(",") {
		return false
	}
	separated := p.at == 0 || endsWord(lastRune(p.text[:p.at]))
	return separated && !strings.EqualFold(p.peekWord(), "or")
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
