package aws

import (
	"encoding/json"
	"fmt"
	"strings"
)

// elementError is why a statement cannot be understood.
type elementError struct {
	offset  int
	message string
}

func faultf(v *value, format string, args ...any) *elementError {
	return &elementError{offset: v.start, message: fmt.Sprintf(format, args...)}
}

// statement reads one statement. A statement is understood whole or not at
// all: half a statement could mean the opposite. deny tells whether one that
// is left out is a Deny without doubt.
func (p *parser) statement(v *value) (s Statement, deny, ok bool) {
	s, err := p.elements(v)
	if err == nil {
		err = complete(v, &s)
	}
	if err == nil {
		p.sid(v, &s)
		return s, false, true
	}
	what, deny := "statement", s.Effect == Deny
	if deny {
		what = "Deny statement, which therefore denies nothing here,"
	}
	p.add(Rejected, err.offset, "%s: the %s is left out", err.message, what)
	return Statement{}, deny, false
}

func (p *parser) elements(v *value) (Statement, *elementError) {
	s := Statement{Position: p.places.at(v.start)}
	if v.kind != objectValue {
		return s, faultf(v, "a statement is %s, not an object", v.kind)
	}
	var first *elementError
	for i := range v.members { // All of them, so that Effect is known.
		if err := p.element(&v.members[i], &s); err != nil && first == nil {
			first = err
		}
	}
	if m := duplicate(v.members); m != nil && first == nil {
		first = &elementError{m.start, fmt.Sprintf("the element %q stands twice in one statement", m.name)}
		if m.name == "Effect" {
			s.Effect = ""
		}
	}
	return s, first
}

func (p *parser) element(m *member, s *Statement) (err *elementError) {
	v := &m.value
	switch m.name {
	case "Sid":
		s.Sid, err = text(m)
	case "Effect":
		err = effect(m, s)
	case "Action":
		s.Actions, err = texts(m, checkAction)
	case "NotAction":
		s.NotActions, err = texts(m, checkAction)
	case "Resource":
		s.Resources, err = texts(m, checkResource)
	case "NotResource":
		s.NotResources, err = texts(m, checkResource)
	case "Principal":
		s.Principal, err = p.principal(m)
	case "NotPrincipal":
		s.NotPrincipal, err = p.principal(m)
	case "Condition":
		s.Condition = p.raw(v)
		s.Conditions, err = conditions(m)
	default:
		err = &elementError{m.start, fmt.Sprintf("the element %q is unknown in a statement", m.name)}
	}
	return err
}

func effect(m *member, s *Statement) *elementError {
	t, err := text(m)
	if err != nil {
		return err
	}
	switch Effect(t) {
	case Allow, Deny:
		s.Effect = Effect(t)
		return nil
	}
	return faultf(&m.value, "the Effect %q is unknown; it must be %q or %q", t, Allow, Deny)
}

// complete checks that a statement has what every statement needs.
func complete(v *value, s *Statement) *elementError {
	switch {
	case s.Effect == "":
		return faultf(v, "the statement has no Effect")
	case s.Actions != nil && s.NotActions != nil:
		return faultf(v, "the statement has both Action and NotAction")
	case s.Actions == nil && s.NotActions == nil:
		return faultf(v, "the statement has neither Action nor NotAction")
	case s.Resources != nil && s.NotResources != nil:
		return faultf(v, "the statement has both Resource and NotResource")
	case s.Principal != nil && s.NotPrincipal != nil:
		return faultf(v, "the statement has both Principal and NotPrincipal")
	}
	return nil
}

// sid reports a statement id that an earlier statement has too.
func (p *parser) sid(v *value, s *Statement) {
	if s.Sid == "" {
		return
	}
	if p.seen == nil {
		p.seen = map[string]int{}
	}
	if p.seen[s.Sid]++; p.seen[s.Sid] == 2 {
		p.add(Notice, v.start, "the Sid %q stands at more than one statement", s.Sid)
	}
}

// raw returns a value as written, as a copy of its own.
func (p *parser) raw(v *value) json.RawMessage {
	return append(json.RawMessage(nil), p.doc[v.start:v.end]...)
}

func (p *parser) principal(m *member) (json.RawMessage, *elementError) {
	if v := &m.value; v.kind != objectValue && (v.kind != stringValue || v.text != "*") {
		return nil, faultf(v, "%s is %s, neither an object nor \"*\"", m.name, p.quote(v))
	}
	return p.raw(&m.value), nil
}

func text(m *member) (string, *elementError) {
	if m.value.kind != stringValue {
		return "", faultf(&m.value, "%s is %s, not a string", m.name, m.value.kind)
	}
	return m.value.text, nil
}

// texts reads a string or a list of strings, at least one.
func texts(m *member, check func(string) string) ([]string, *elementError) {
	list := m.value.items
	if m.value.kind != listValue {
		list = []value{m.value}
	}
	if len(list) == 0 {
		return nil, faultf(&m.value, "%s is an empty list", m.name)
	}
	out := make([]string, len(list))
	for i := range list {
		v := &list[i]
		if v.kind != stringValue {
			return nil, faultf(v, "%s holds %s where it must hold a string", m.name, v.kind)
		}
		if fault := check(v.text); fault != "" {
			return nil, faultf(v, "%s %q %s", m.name, v.text, fault)
		}
		out[i] = v.text
	}
	return out, nil
}

// checkAction tells what is wrong with an action pattern, "" if nothing is.
func checkAction(s string) string {
	service, name, ok := strings.Cut(s, ":")
	switch {
	case s != "" && strings.Trim(s, "*") == "":
		return ""
	case !ok:
		return `has no service before a colon, as "s3:GetObject" has`
	case service == "" || name == "":
		return "names no service or no action"
	case strings.ContainsAny(s, " \t\r\n"):
		return "has white space in it"
	}
	return ""
}

// checkResource tells what is wrong with a resource pattern, "" if nothing is.
func checkResource(s string) string {
	if parsePattern(s, true).valid {
		return ""
	}
	return `is neither "*" nor an ARN of six parts, as "arn:aws:s3:::bucket" is`
}
