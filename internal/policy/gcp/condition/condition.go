// Package condition reads and evaluates the conditions of allow policies, deny
// policies and bindings of principal access boundaries of Google Cloud: the
// part of the Common Expression Language that
// https://cloud.google.com/iam/docs/conditions-attribute-reference documents.
//
// Evaluation has three values: what hangs on an attribute that is not known is
// unknown, with the names of those attributes.
package condition

import (
	"slices"
	"time"
)

// Truth is what a condition comes to.
type Truth uint8

// The truths. Failed is a condition that cannot be evaluated with what the
// request has: an allow does not apply then, a denial does. See
// https://cloud.google.com/iam/docs/deny-overview#deny-conditions.
const (
	Unknown Truth = iota
	No
	Yes
	Failed
)

func (t Truth) String() string { return [...]string{"unknown", "no", "yes", "failed"}[t] }

// Env is what is known of a request.
type Env interface {
	// Attribute returns the value of an attribute by its name: "resource.name",
	// "request.time"; of the attributes of services, the name that
	// api.getAttribute is asked for, such as
	// "iam.googleapis.com/modifiedGrantsByRole"; of tags, TagKey or TagKeyID and
	// the key. It is a string, bool, int64, float64, time.Time, [About],
	// time.Duration, [Prefix] or []any of these, or nil where the request is known not to
	// have it. Known is false where nothing is known of it.
	Attribute(name string) (value any, known bool)
}

// The prefixes of the names of tags: the namespaced name of a key, or its
// permanent id, follows. The value is the short name of the tag's value, or its
// permanent id.
const (
	TagKey   = "resource.tag:"
	TagKeyID = "resource.tagId:"
)

// About is a moment of which the hour, weekday and the like do not count: it
// can be compared with other moments only.
type About struct{ time.Time }

// Expr is a condition that was read. It never changes.
type Expr struct {
	root  node
	unfit []string
}

// Eval evaluates the condition. The names of the attributes that would decide
// come with Unknown, sorted.
func (e *Expr) Eval(env Env) (Truth, []string) {
	switch v := e.root.eval(env).(type) {
	case bool:
		if v {
			return Yes, nil
		}
		return No, nil
	case unknown:
		keys := slices.Clone(v.keys)
		slices.Sort(keys)
		return Unknown, slices.Compact(keys)
	}
	return Failed, nil
}

// Unsupported returns the functions in the condition that are not evaluated;
// what hangs on them is unknown.
func (e *Expr) Unsupported() []string { return e.unfit }

// unknown is a value that hangs on attributes that are not known.
type unknown struct{ keys []string }

// failure is a value that cannot be had.
type failure struct{}

// join merges the unknown among some values: a failure wins over it.
func join(values ...any) (any, bool) {
	var keys []string
	open := false
	for _, v := range values {
		switch v := v.(type) {
		case failure:
			return v, true
		case unknown:
			open = true
			keys = append(keys, v.keys...)
		case Prefix:
			open = true
			keys = append(keys, v.Name)
		}
	}
	return unknown{keys}, open
}
