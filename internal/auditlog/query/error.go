package query

import (
	"errors"
	"fmt"
)

// Error is something wrong with a query.
type Error struct {
	// Path names the place in the query's JSON: "where.all[1].values[0]". It is
	// empty where the query as a whole is meant.
	Path string
	// Message says what is wrong and what to do.
	Message string
}

// Error returns path and message.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// maxProblems bounds what is reported about one query.
const maxProblems = 20

// problems gathers errors.
type problems struct {
	errs  []error
	count int
}

func (p *problems) add(path, format string, args ...any) {
	p.count++
	if p.count <= maxProblems {
		p.errs = append(p.errs, &Error{Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

// err joins the errors, nil if there are none.
func (p *problems) err() error {
	if p.count > maxProblems {
		p.errs = append(p.errs, &Error{Message: fmt.Sprintf("and %d more", p.count-maxProblems)})
	}
	return errors.Join(p.errs...)
}

// under names a member of an object.
func under(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// element names an element of a list.
func element(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
