// Package ask answers who may do what: it reads requests, has them decided and
// gives each decision with its reasons in words.
package ask

import (
	"sync"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Asker answers over the accounts of an estate. It is safe for concurrent use.
type Asker struct {
	estate *policy.Estate
	words  *explain.Words
	names  func() map[string][]string // The ARNs of users and roles by name.
	// The assignments to permission sets by account and name of their role.
	assigned func() map[string][]entitlement.Assignment
}

// New returns an asker over the accounts of an estate, of which there must be
// at least one.
func New(estate *policy.Estate) *Asker {
	a := &Asker{estate: estate, words: explain.New(estate)}
	a.names = sync.OnceValue(a.byName)
	a.assigned = sync.OnceValue(a.byRole)
	return a
}

// Words returns what puts the decisions into words.
func (a *Asker) Words() *explain.Words { return a.words }

// Writer returns a writer of answers.
func (a *Asker) Writer() *Writer { return &Writer{words: a.words} }

// Decide decides a request. The request's principal may be a bare name too,
// which Decide replaces; an action without a resource is on "*". An error is
// a [*FieldError] that names the field of the request in the form of a line.
func (a *Asker) Decide(r *policy.Request, d *policy.Decision) error {
	principal, err := a.Principal(r.Principal)
	if err != nil {
		return &FieldError{Field: fieldIdentity, Err: err}
	}
	r.Principal = principal
	if r.Resource == "" {
		r.Resource = "*"
	}
	if err := across(r); err != nil {
		return &FieldError{Field: fieldResource, Err: err}
	}
	if err := a.estate.Decide(r, d); err != nil {
		return &FieldError{Field: a.culprit(r), Err: err}
	}
	return nil
}

// culprit finds out which field of a request cannot be decided about: the one
// without which another request can be.
func (a *Asker) culprit(r *policy.Request) string {
	var d policy.Decision
	probe := policy.Request{Principal: r.Principal, Action: "sts:GetCallerIdentity", Resource: "*"}
	if a.estate.Decide(&probe, &d) != nil {
		return fieldIdentity
	}
	if probe.Action = r.Action; a.estate.Decide(&probe, &d) != nil {
		return fieldAction
	}
	return fieldResource
}
