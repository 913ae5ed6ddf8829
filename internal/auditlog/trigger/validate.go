package trigger

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/alert"
)

// FieldError tells which field of a trigger, or of another rule on events, is
// wrong, why, and what it should be.
type FieldError struct {
	Rule    string // What it is of; "" is a trigger.
	Trigger string // Its name.
	Field   string
	Problem string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("%s %q: %s: %s", cmp.Or(e.Rule, "trigger"), e.Trigger, e.Field, e.Problem)
}

// The bounds of a definition.
const (
	maxName = 100
	maxText = 4000
)

// Validate checks the definition. The error joins one [*FieldError] for each
// problem.
func (d *Definition) Validate() error {
	v := validator{definition: d}
	v.name()
	v.texts()
	if !slices.Contains(alert.Severities(), d.Severity) {
		v.reject("severity", "%q is not one of critical, warning, info", d.Severity)
	}
	v.parameters()
	v.condition()
	return errors.Join(v.problems...)
}

type validator struct {
	definition *Definition
	problems   []error
}

func (v *validator) reject(field, format string, args ...any) {
	v.problems = append(v.problems, &FieldError{Trigger: v.definition.Name, Field: field, Problem: fmt.Sprintf(format, args...)})
}

func (v *validator) name() {
	name := v.definition.Name
	switch {
	case name == "":
		v.reject("name", "missing; name the trigger")
	case len(name) > maxName:
		v.reject("name", "%d bytes long; at most %d are allowed", len(name), maxName)
	case !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(name):
		v.reject("name", "%q is not made of small letters, digits and single hyphens", name)
	}
}

func (v *validator) texts() {
	d := v.definition
	for _, text := range []struct{ field, value string }{
		{"title", d.Title}, {"owner", d.Owner}, {"description", d.Description}, {"why", d.Why}, {"response", d.Response},
	} {
		line := text.field == "title" || text.field == "owner"
		switch {
		case !utf8.ValidString(text.value):
			v.reject(text.field, "not valid UTF-8")
		case len(text.value) > maxText || line && len(text.value) > 2*maxName:
			v.reject(text.field, "%d bytes are too long", len(text.value))
		case strings.ContainsFunc(text.value, func(r rune) bool { return unicode.IsControl(r) && (line || r != '\n') }):
			v.reject(text.field, "it has a control character")
		case line && strings.TrimSpace(text.value) != text.value:
			v.reject(text.field, "%q begins or ends with a space", text.value)
		}
	}
}

// parameters checks that what the condition names is there, and the other way
// round.
func (v *validator) parameters() {
	d := v.definition
	used := map[string]bool{}
	named(d.Where.Node, func(name string) {
		if d.parameter("$"+name) == nil && !used[name] {
			v.reject("where", "there is no parameter %q for $%s; add it to parameters", name, name)
		}
		used[name] = true
	})
	seen := map[string]bool{}
	for i := range d.Parameters {
		p := &d.Parameters[i]
		field := fmt.Sprintf("parameters[%d]", i)
		switch {
		case !used[p.Name]:
			v.reject(field+".name", "where has no $%s", p.Name)
		case seen[p.Name]:
			v.reject(field+".name", "%q stands twice", p.Name)
		case p.Required && d.Enabled && len(p.Values) == 0:
			v.reject(field+".values", "missing; an enabled trigger needs values of %s", p.Name)
		}
		seen[p.Name] = true
	}
}

// condition lets the query check itself, with the parameters' values.
func (v *validator) condition() {
	if v.definition.Where.Node == nil {
		v.reject("where", "missing; say what the trigger looks for")
		return
	}
	q := v.definition.Query()
	if err := q.Validate(); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			v.reject("query", "%s", line)
		}
	}
}
