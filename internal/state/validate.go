package state

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// The bounds of a definition.
const (
	MaxName        = 200       // Characters.
	MaxDescription = 4000      // Characters.
	MaxQuery       = 256 << 10 // Bytes of JSON.
	MaxQueries     = 1000      // Of one owner.
)

// validate checks a draft, tidies it, and returns its query as JSON.
func (d *Draft) validate() (string, error) {
	d.Name = strings.TrimSpace(d.Name)
	if d.Visibility == "" {
		d.Visibility = Private
	}
	if d.Visibility != Private && d.Visibility != Shared {
		return "", invalid("visibility", "%q is neither private nor shared", d.Visibility)
	}
	if err := validateName(d.Name); err != nil {
		return "", err
	}
	if err := validateText("description", d.Description); err != nil {
		return "", err
	}
	return validateQuery(&d.Query)
}

func validateName(name string) error {
	switch {
	case name == "":
		return invalid("name", "missing; name the query")
	case !utf8.ValidString(name):
		return invalid("name", "%q is not valid UTF-8", name)
	case utf8.RuneCountInString(name) > MaxName:
		return invalid("name", "%d characters long; at most %d are allowed", utf8.RuneCountInString(name), MaxName)
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return invalid("name", "%q has a character that does not show", name)
	}
	return nil
}

func validateText(field, text string) error {
	switch {
	case !utf8.ValidString(text):
		return invalid(field, "not valid UTF-8")
	case utf8.RuneCountInString(text) > MaxDescription:
		return invalid(field, "%d characters long; at most %d are allowed", utf8.RuneCountInString(text), MaxDescription)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return invalid(field, "it has a control character")
	}
	return nil
}

// validateQuery checks a query that is to be kept and returns its JSON.
func validateQuery(q *query.Query) (string, error) {
	if q.Cursor != "" {
		return "", invalid("query.cursor", "a saved query begins at its first page; leave the cursor out")
	}
	if err := q.Validate(); err != nil {
		return "", invalidQuery(err)
	}
	body, err := json.Marshal(q)
	if err != nil {
		return "", invalid("query", "%v", err)
	}
	if len(body) > MaxQuery {
		return "", invalid("query", "%d bytes of JSON; at most %d are allowed", len(body), MaxQuery)
	}
	return string(body), nil
}

// invalidQuery names the nodes that a query's own validation complains about.
func invalidQuery(err error) error {
	var list []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	} else {
		list = []error{err}
	}
	out := make([]error, len(list))
	for i, err := range list {
		out[i] = &InvalidError{Field: "query", Problem: err.Error()}
		if node, ok := errors.AsType[*query.Error](err); ok {
			out[i] = &InvalidError{Field: "query." + node.Path, Problem: node.Message}
		}
	}
	return errors.Join(out...)
}
