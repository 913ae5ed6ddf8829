// Package ask answers who may do what: it reads requests, has them decided and
// gives each decision with its reasons in words.
package ask

import (
	"context"
	"io"

	"github.com/leastward/leastward/internal/entitlement"
)

// Asker answers over the systems of an estate, of any cloud. It is safe for
// concurrent use.
type Asker struct {
	sides map[entitlement.Cloud]side
	aws   *awsSide // Nil where there is no account.
}

// side answers for one cloud. An [Answer] is passed to the side that decided it.
type side interface {
	// decide decides a request and puts the decision into a, whose memory it uses
	// again. An error is a [*FieldError].
	decide(r *Request, a *Answer) error
	// reasons is how many an answer has.
	reasons(a *Answer) int
	appendReason(b []byte, a *Answer, i int) []byte
	// appendStatement appends the deciding statement of a reason as JSON, and
	// reports whether there is one.
	appendStatement(b []byte, a *Answer, i int) ([]byte, bool)
	notes(a *Answer) []string
	home(a *Answer) entitlement.SystemID
	// text writes an answer for people.
	text(out io.Writer, a *Answer) error
	who(ctx context.Context, s *search) error
}

// New returns an asker over compiled systems.
func New(systems ...*Compiled) *Asker {
	a := &Asker{sides: map[entitlement.Cloud]side{}}
	if accounts := accountsOf(systems); len(accounts) > 0 {
		a.aws = newAWS(accounts)
		a.sides[entitlement.AWS] = a.aws
	}
	if estate, list := azureOf(systems); len(list) > 0 {
		a.sides[entitlement.Azure] = newRoles(entitlement.Azure, estate, list)
	}
	if estate, list := gcpOf(systems); len(list) > 0 {
		a.sides[entitlement.GCP] = newRoles(entitlement.GCP, estate, list)
	}
	return a
}

// Writer returns a writer of answers.
func (a *Asker) Writer() *Writer { return &Writer{} }

// Decide decides a request by the rules of the cloud that its action is of. An
// identity may be given by any of its names, which Decide replaces by its id,
// and so may a resource. An error is a [*FieldError] that names the field of the
// request in the form of a line.
func (a *Asker) Decide(r *Request, answer *Answer) error {
	s, err := a.side(r.Action)
	if err != nil {
		return err
	}
	answer.side = s
	return s.decide(r, answer)
}

// People names who stands behind a role of AWS that a permission set of IAM
// Identity Center made, or a session of one. Others have no people.
func (a *Asker) People(identity string) []string {
	if a.aws == nil {
		return nil
	}
	return a.aws.people(identity)
}
