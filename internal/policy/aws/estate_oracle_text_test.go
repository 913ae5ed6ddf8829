package aws_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// texts is a string or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]string)(t))
	}
	*t = texts{""}
	return json.Unmarshal(b, &(*t)[0])
}

// jsonStatement is a statement as JSON has it.
type jsonStatement struct {
	Effect                  string
	Action, NotAction       texts
	Resource, NotResource   texts
	Principal, NotPrincipal json.RawMessage
	Condition               map[string]map[string]texts

	variables bool
	raw       string // In lower case; begins with oldMark where there are no variables.
}

const oldMark = "2008 "

// library reads each document and makes each regular expression once.
type library struct {
	documents map[string][]jsonStatement
	matches   map[[3]string]bool // By flags, pattern and text.
	variable  *regexp.Regexp     // Policy variables, and wildcards outside of them.
}

func newLibrary() *library {
	return &library{map[string][]jsonStatement{}, map[[3]string]bool{}, regexp.MustCompile(`\$\{[^}]*\}|[*?]`)}
}

func (l *library) statements(doc string) []jsonStatement {
	if out, ok := l.documents[doc]; ok || doc == "" {
		return out
	}
	var d struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal([]byte(doc), &d); err != nil {
		panic(err)
	}
	out := make([]jsonStatement, len(d.Statement))
	for i, raw := range d.Statement {
		out[i].variables, out[i].raw = d.Version == "2012-10-17", strings.ToLower(string(raw))
		if !out[i].variables {
			out[i].raw = oldMark + out[i].raw
		}
		if err := json.Unmarshal(raw, &out[i]); err != nil {
			panic(err)
		}
	}
	l.documents[doc] = out
	return out
}

// Wildcards while the rest of a pattern is quoted.
const (
	starMark = "\uE010"
	markMark = "\uE011"
)

// like compares by a pattern whose wildcards are marks.
func (l *library) like(pattern, s, flags string) bool {
	k := [3]string{flags, pattern, s}
	is, known := l.matches[k]
	if !known {
		quoted := strings.NewReplacer(starMark, ".*", markMark, ".").Replace(regexp.QuoteMeta(pattern))
		is = regexp.MustCompile("(?s" + flags + ")^" + quoted + "$").MatchString(s)
		l.matches[k] = is
	}
	return is
}

func marked(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "*", starMark), "?", markMark)
}

// about tells whether the statement is about an action.
func (st *jsonStatement) about(l *library, action string) bool {
	in := func(list texts) bool {
		return slices.ContainsFunc(list, func(p string) bool { return l.like(marked(p), action, "i") })
	}
	return in(st.Action) || st.NotAction != nil && !in(st.NotAction)
}

// applies tells whether the statement applies to the request, principals apart.
func (st *jsonStatement) applies(w *world) bool {
	if !st.about(w.texts, w.action) {
		return false
	}
	if w.hear != nil {
		w.hear(st.raw)
	}
	switch {
	case st.Resource != nil && !st.reaches(w, st.Resource), st.NotResource != nil && !st.spares(w):
		return false
	}
	for operator, keys := range st.Condition {
		for k, values := range keys {
			if !st.holds(w, operator, k, values) {
				return false
			}
		}
	}
	return true
}

func (st *jsonStatement) reaches(w *world, list texts) bool {
	return slices.ContainsFunc(list, func(p string) bool { return st.reachesBy(w, p) })
}

// spares tells whether NotResource lists all but the resource. A variable
// without a value makes it list everything.
func (st *jsonStatement) spares(w *world) bool {
	for _, p := range st.NotResource {
		if _, ok := st.bind(w, p, true); !ok && !misplaced(p) {
			return false
		}
	}
	return !st.reaches(w, st.NotResource)
}

// misplaced reports whether a variable stands before the fifth colon.
func misplaced(pattern string) bool {
	before, _, found := strings.Cut(pattern, "${")
	return found && strings.Count(before, ":") < 5
}

func (st *jsonStatement) reachesBy(w *world, pattern string) bool {
	if pattern == "*" {
		return true
	}
	if w.resource == "*" || st.variables && misplaced(pattern) {
		return false
	}
	bound, ok := st.bind(w, pattern, true)
	if !ok {
		return false
	}
	parts, got := strings.SplitN(bound, ":", 6), strings.SplitN(w.resource, ":", 6)
	for len(parts) < 6 {
		parts = append(parts, starMark)
	}
	for i := range parts {
		if !w.texts.like(parts[i], got[i], "") {
			return false
		}
	}
	return true
}

// bind puts values in place of policy variables; false if one has none.
func (st *jsonStatement) bind(w *world, pattern string, wild bool) (string, bool) {
	ok := true
	return w.texts.variable.ReplaceAllStringFunc(pattern, func(m string) string {
		switch {
		case len(m) == 1 && wild:
			return marked(m)
		case len(m) == 1:
			return m
		case !st.variables && wild:
			return marked(m)
		case !st.variables:
			return m
		case m == "${*}", m == "${?}", m == "${$}":
			return m[2:3]
		}
		name, standIn, given := strings.Cut(m[2:len(m)-1], ",")
		if v := w.context[strings.ToLower(name)]; len(v) == 1 {
			return v[0]
		}
		ok = ok && given
		return strings.Trim(standIn, " '")
	}), ok
}

// holds tells whether one key fulfils its condition.
func (st *jsonStatement) holds(w *world, operator, key string, values texts) bool {
	got := w.context[strings.ToLower(key)]
	operator, each := strings.CutPrefix(operator, "ForAllValues:")
	operator, some := strings.CutPrefix(operator, "ForAnyValue:")
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	positive := strings.Replace(operator, "Not", "", 1)
	negated := positive != operator
	switch {
	case operator == "Null":
		return values[0] == "true" == (len(got) == 0)
	case len(got) == 0:
		return ifExists || each || negated && !some
	case negated && slices.ContainsFunc(values, func(p string) bool { _, ok := st.bind(w, p, false); return !ok }):
		return false
	}
	matches := func(v string) bool {
		return slices.ContainsFunc(values, func(p string) bool { return st.equals(w, positive, v, p) })
	}
	if each && !negated {
		return !slices.ContainsFunc(got, func(v string) bool { return !matches(v) })
	}
	return slices.ContainsFunc(got, matches) != negated
}

func (st *jsonStatement) equals(w *world, operator, v, p string) bool {
	p, ok := st.bind(w, p, operator != "StringEquals" && operator != "Bool")
	switch {
	case !ok:
		return false
	case operator == "StringLike", operator == "StringEquals":
		return w.texts.like(p, v, "")
	case operator == "Bool":
		return strings.EqualFold(p, v)
	case operator == "DateLessThan":
		return v < p // All are in UTC and of one form.
	}
	parts, got := strings.SplitN(p, ":", 6), strings.SplitN(v, ":", 6)
	if len(got) != 6 {
		return false
	}
	for i := range parts {
		if !w.texts.like(parts[i], got[i], "") {
			return false
		}
	}
	return true
}
