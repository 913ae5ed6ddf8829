package query

import (
	"fmt"
	"strings"
)

// maxRecursion bounds the parser: each level of a tree takes two at most.
const maxRecursion = 2*MaxDepth + 2

func (p *parser) unary() (Node, error) {
	p.space()
	begin := p.at
	if p.depth++; p.depth > maxRecursion {
		return Node{}, p.fail(begin, fmt.Sprintf("the conditions are nested deeper than %d groups", MaxDepth))
	}
	defer func() { p.depth-- }()
	if p.nodes++; p.nodes > 2*MaxNodes {
		return Node{}, p.fail(begin, fmt.Sprintf("there are more than %d conditions; put values of the same field into one: field:(a, b)", MaxNodes))
	}
	switch {
	case p.take("("):
		return p.group(begin)
	case p.disables():
		p.disabled++
		n, err := p.group(begin)
		p.disabled--
		n = Node{All: []Node{n}, Disabled: true}
		return n, err
	case p.keyword("not"):
		n, err := p.unary()
		return Node{Not: &n}, err
	}
	return p.condition()
}

func (p *parser) disables() bool {
	if !strings.EqualFold(p.peekWord(), disabledWord) || !strings.HasPrefix(p.text[p.at+len(disabledWord):], "(") {
		return false
	}
	p.at += len(disabledWord) + 1
	return true
}

// group reads up to the closing parenthesis.
func (p *parser) group(begin int) (Node, error) {
	n, err := p.any()
	if err != nil {
		return n, err
	}
	p.space()
	switch {
	case p.take(")"):
		return n, nil
	case p.at < len(p.text):
		return n, p.unexpected()
	}
	return n, p.fail(begin, "the parenthesis is never closed; add )")
}

// condition reads field:value or a text.
func (p *parser) condition() (Node, error) {
	begin, next := p.at, p.peekWord()
	colon := strings.IndexByte(next, ':')
	switch {
	case next == "" && !p.next(`"`), reserved(next):
		return Node{}, p.missing(next)
	case quoteAt(next) || colon < 0:
		return p.words()
	}
	name := strings.TrimSuffix(next[:colon], "!")
	info, ok := Lookup(name)
	if !ok {
		if message := foreign(next); message != "" {
			return Node{}, p.fail(begin, message+"; to search for the text itself, put it in quotes")
		}
		return Node{}, p.fail(begin, unknownField(name, next))
	}
	p.at += colon + 1
	n, err := p.comparison(info)
	if err == nil && len(name) < colon {
		err = p.negate(&n, begin+len(name))
	}
	return n, err
}

func (p *parser) missing(next string) error {
	switch {
	case reserved(next):
		return p.fail(p.at, fmt.Sprintf("a condition is missing before %s; to search for the word itself, quote it", next))
	case p.at == len(p.text), p.next("|"), p.next(")"):
		return p.fail(p.at, "a condition is missing here, such as outcome:denied")
	}
	return p.unexpected()
}

func unknownField(name, word string) string {
	if looksLikeAction(name, word) {
		return fmt.Sprintf("%s is not a field; for the action write action:%s, for the text put it in quotes", quote(name), word)
	}
	return fmt.Sprintf("%s is not a field%s For the text itself, put it in quotes", quote(name), ended(didYouMean(name)))
}

func ended(s string) string {
	if strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}

// looksLikeAction tells whether a word with a colon is one such as
// iam:CreateUser.
func looksLikeAction(name, word string) bool {
	rest := word[len(name)+1:]
	return name != "" && rest != "" && (rest[0] >= 'A' && rest[0] <= 'Z' || rest == "*") && strings.ToLower(name) == name
}

// words reads a text that may be in any field.
func (p *parser) words() (Node, error) {
	v, err := p.value()
	if err != nil {
		return Node{}, err
	}
	written := p.text[v.begin:v.end]
	switch {
	case v.wildcard && written == "*":
		return Node{}, p.fail(v.begin, "* stands alone, for every event, or behind a field")
	case v.wildcard:
		return Node{}, p.fail(v.begin, "a text has no wildcards, for it finds parts of words as well; leave them out, or quote it")
	case !v.quoted:
		if message := foreign(written); message != "" {
			return Node{}, p.fail(v.begin, message+"; to search for the text itself, put it in quotes")
		}
	}
	info, _ := lookup(Text)
	return p.finish(info, Contains, []value{v}, []string{v.literal()}, v.begin)
}

// foreign tells what to write for a word that means something in other
// languages and would be a mere text in this one, "" if it is none.
func foreign(word string) string {
	rest := strings.TrimLeft(word, "-!")
	switch {
	case word == "&&" || word == "&":
		return "write and"
	case rest == "" || len(rest) < len(word):
		return strings.TrimSpace("write not " + rest)
	case strings.ContainsAny(word[:1], "=<>~"):
		return "a field is compared with a colon: username:ana"
	case strings.EqualFold(word, "by"):
		return "write | before what groups: | count by identity"
	}
	return comparison(word)
}

// comparison tells what is wrong with field=value, "" if the word is none.
func comparison(word string) string {
	i := strings.IndexAny(word, "=<>~!")
	if i <= 0 {
		return ""
	}
	info, ok := Lookup(word[:i])
	if !ok {
		return ""
	}
	value := strings.TrimLeft(word[i:], "=<>~!")
	sign := ":"
	if word[i] == '!' {
		sign = "!:"
	}
	return fmt.Sprintf("a field is compared with a colon: %s%s%s", info.Name, sign, value)
}
