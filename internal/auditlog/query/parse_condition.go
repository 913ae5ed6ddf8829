package query

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// comparison reads what follows field: and its colon.
func (p *parser) comparison(info *Info) (Node, error) {
	begin := p.at
	p.space()
	spaced := p.at > begin
	switch {
	case p.take("~"):
		return p.with(info, Contains)
	case p.take(">="):
		return p.opposite(info, Less)
	case p.take("<="):
		return p.opposite(info, Greater)
	case p.take(">"):
		return p.with(info, Greater)
	case p.take("<"):
		return p.with(info, Less)
	case p.take("="):
		return p.with(info, Is)
	}
	if op, ok := p.named(); ok {
		return p.with(info, op)
	}
	if word := p.peekWord(); spaced && (reserved(word) || strings.Contains(word, ":") && isField(word)) {
		return Node{}, p.fail(begin, fmt.Sprintf("a value is missing after %s:", info.Name))
	}
	begin = p.at
	values, err := p.operands(info)
	if err != nil {
		return Node{}, err
	}
	return p.inferred(info, values, begin)
}

func isField(word string) bool {
	_, ok := Lookup(strings.TrimSuffix(word[:strings.IndexByte(word, ':')], "!"))
	return ok
}

// named reads the name of an operator before a parenthesis: in_cidr(….
func (p *parser) named() (Operator, bool) {
	word := p.peekWord()
	op := Operator(strings.ToLower(word))
	if !knownOperator(op) || !strings.HasPrefix(p.text[p.at+len(word):], "(") {
		return "", false
	}
	p.at += len(word)
	return op, true
}

// with reads the values of an operator.
func (p *parser) with(info *Info, op Operator) (Node, error) {
	begin := p.at
	p.space()
	values, err := p.operands(info)
	if err != nil {
		return Node{}, err
	}
	plain, _ := op.Plain()
	texts := make([]string, len(values))
	for i, v := range values {
		switch {
		case plain == Matches:
			texts[i] = v.pattern
			continue
		case v.wildcard:
			return Node{}, p.fail(v.begin, fmt.Sprintf("%s takes no wildcards; write %s:%s, or put the value in quotes", op, info.Name, p.text[v.begin:v.end]))
		}
		texts[i] = v.literal()
	}
	return p.finish(info, op, values, texts, begin)
}

// opposite reads >= and <=, which are the opposites of < and >.
func (p *parser) opposite(info *Info, op Operator) (Node, error) {
	n, err := p.with(info, op)
	return Node{Not: &n}, err
}

// operands reads a value, or several in parentheses.
func (p *parser) operands(info *Info) ([]value, error) {
	begin := p.at
	if !p.take("(") {
		v, err := p.operand(info)
		return []value{v}, err
	}
	values := []value{}
	for p.space(); !p.take(")"); p.space() {
		if len(values) > 0 && !p.take(",") {
			return nil, p.unclosed(begin)
		}
		p.space()
		v, err := p.operand(info)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, nil
}

func (p *parser) unclosed(begin int) error {
	if p.at == len(p.text) {
		return p.fail(begin, "the parenthesis is never closed; add )")
	}
	return p.fail(p.at, "values in parentheses have commas between them: (a, b); a value with spaces needs quotes")
}

func (p *parser) operand(info *Info) (value, error) {
	v, err := p.value()
	if err != nil {
		return v, err
	}
	if v.begin == v.end {
		return v, p.fail(v.begin, fmt.Sprintf("a value is missing here, such as %s:%s", info.Name, valueText(info, Is, info.Example)))
	}
	if p.values++; p.values > MaxValues {
		return v, p.fail(v.begin, fmt.Sprintf("there are more than %d values in all", MaxValues))
	}
	if p.next("(") {
		return v, p.fail(p.at, "the parenthesis follows a value directly; put a space or an operator such as and between them, or quote the value")
	}
	return v, nil
}

// inferred finds the operator that values without one are meant with.
func (p *parser) inferred(info *Info, values []value, begin int) (Node, error) {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.literal()
	}
	wildcard := slices.ContainsFunc(values, func(v value) bool { return v.wildcard })
	switch {
	case len(values) == 1 && values[0].wildcard && values[0].pattern == "*":
		return p.finish(info, Exists, nil, nil, begin)
	case wildcard && info.Kind == KindAddress && slices.ContainsFunc(values, p.network):
		return Node{}, p.fail(begin, fmt.Sprintf("networks and patterns are no list; write %s:… or %[1]s:…", info.Name))
	case wildcard && info.Allows(Matches):
		for i, v := range values {
			texts[i] = v.pattern
		}
		return p.finish(info, Matches, values, texts, begin)
	case wildcard:
		at := values[slices.IndexFunc(values, func(v value) bool { return v.wildcard })].begin
		return Node{}, p.fail(at, fmt.Sprintf("%s takes no wildcards; name the values", info.Name))
	case info.Kind == KindWords:
		return p.finish(info, Contains, values, texts, begin)
	case info.Kind == KindAddress && slices.ContainsFunc(values, p.network):
		return p.networks(info, values, texts, begin)
	case info.Kind == KindTime:
		return Node{}, p.fail(begin, fmt.Sprintf("a time is compared with > and <: %s:>%s", info.Name, p.text[begin:p.at]))
	}
	return p.finish(info, In, values, texts, begin)
}

// network tells whether a value is meant as one.
func (p *parser) network(v value) bool {
	return !v.quoted && !v.wildcard && strings.Contains(p.text[v.begin:v.end], "/")
}

// networks takes addresses beside networks for networks of one.
func (p *parser) networks(info *Info, values []value, texts []string, begin int) (Node, error) {
	for i := range texts {
		if a, err := netip.ParseAddr(texts[i]); err == nil && a.Zone() == "" {
			texts[i] = netip.PrefixFrom(a, a.BitLen()).String()
		}
	}
	return p.finish(info, InCIDR, values, texts, begin)
}

// finish checks a condition, with the place of each value at hand.
func (p *parser) finish(info *Info, op Operator, values []value, texts []string, begin int) (Node, error) {
	if message := checkOperator(info, op); message != "" {
		return Node{}, p.fail(begin, message)
	}
	n := Node{Field: info.Name, Operator: op}
	for i, text := range texts {
		n.Values = append(n.Values, meant(info, op, text, values[i].quoted)...)
	}
	if p.disabled > 0 {
		return n, nil
	}
	if message := checkCount(op, len(texts)); message != "" {
		return Node{}, p.fail(begin, "the value "+message)
	}
	for i, text := range texts {
		for _, m := range meant(info, op, text, values[i].quoted) {
			if message := checkValue(info, op, m); message != "" {
				return Node{}, p.fail(values[i].begin, subject(message))
			}
		}
	}
	return n, nil
}

// subject completes a message that stands behind a path in [Error].
func subject(message string) string {
	if strings.HasPrefix(message, "is ") || strings.HasPrefix(message, "has ") {
		return "the value " + message
	}
	return message
}

// meant returns the values that an unquoted word stands for: people's names of
// outcomes, dates.
func meant(info *Info, op Operator, text string, quoted bool) []string {
	switch {
	case quoted:
		return []string{text}
	case info.Name == Outcome:
		return meantOutcome(strings.ToLower(text))
	case len(info.Values) > 0:
		return []string{strings.ToLower(text)}
	case op == Greater || op == Less:
		return []string{meantTime(text)}
	}
	return []string{text}
}

func meantOutcome(text string) []string {
	switch text {
	case "denied", "authorization-failure":
		return []string{"authorization_failure"}
	case "failed":
		return []string{"authorization_failure", "error"}
	case "ok":
		return []string{"success"}
	}
	return []string{text}
}

// meantTime takes days and minutes for times, in UTC.
func meantTime(text string) string {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.RFC3339)
		}
	}
	return text
}

// negate makes the condition its opposite: field!:value.
func (p *parser) negate(n *Node, at int) error {
	if n.Not != nil {
		*n = *n.Not
		return nil
	}
	op, ok := n.Operator.opposite()
	if !ok {
		return p.fail(at, fmt.Sprintf("%s has no opposite of its own; write not %s:…", n.Operator, n.Field))
	}
	n.Operator = op
	return nil
}

// opposite returns the negated operator of a plain one.
func (o Operator) opposite() (Operator, bool) {
	for _, op := range Operators() {
		if plain, negated := op.Plain(); negated && plain == o {
			return op, true
		}
	}
	return "", false
}
