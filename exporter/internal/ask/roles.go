package ask

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// rolesEstate decides for a cloud whose rights are roles.
type rolesEstate interface {
	Decide(r *decision.Request, d *decision.Decision) error
	Principals() []entitlement.IdentityID
}

// rolesSide answers over subscriptions of Azure or projects of Google Cloud.
type rolesSide struct {
	cloud   entitlement.Cloud
	estate  rolesEstate
	systems []explain.RoleSystem
	words   *explain.Roles
	names   *directory
}

func newRoles(cloud entitlement.Cloud, estate rolesEstate, systems []explain.RoleSystem) *rolesSide {
	return &rolesSide{
		cloud: cloud, estate: estate, systems: systems, words: explain.NewRoles(cloud, systems), names: newDirectory(cloud, systems),
	}
}

func (s *rolesSide) decide(r *Request, a *Answer) error {
	if len(r.Session) > 0 {
		return fieldf(fieldSession, "is for AWS; %s has no session policies", title(s.cloud))
	}
	id, err := s.names.identity(r.Identity)
	if err != nil {
		return &FieldError{Field: fieldIdentity, Err: err}
	}
	resource, err := s.resource(r.Resource)
	if err != nil {
		return &FieldError{Field: fieldResource, Err: err}
	}
	r.Identity, r.Resource = string(id), string(resource)
	if err := s.ask(a, r); err != nil {
		return err
	}
	a.Verdict, a.Keys = a.role.decision.Verdict, a.role.decision.Keys
	return nil
}

// ask decides a request of which all is resolved.
func (s *rolesSide) ask(a *Answer, r *Request) error {
	q := &a.role.request
	*q = decision.Request{
		Principal: entitlement.IdentityID(r.Identity), Action: entitlement.Action(r.Action), Resource: entitlement.ResourceID(r.Resource),
	}
	if c := r.Context; c != nil {
		if c.badTime != nil {
			return contextError(requestTime, c.badTime)
		}
		q.Context, q.Absent, q.At = c.values, c.absent, c.at
	}
	if err := s.estate.Decide(q, &a.role.decision); err != nil {
		return fieldOf(err)
	}
	return nil
}

// fieldOf names the field of a request that an evaluator's error begins with,
// without the request, which whoever asks knows.
func fieldOf(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		err = inner
	}
	name, rest, ok := strings.Cut(err.Error(), ": ")
	if ok && slices.Contains([]string{fieldIdentity, fieldAction, fieldResource, fieldContext}, name) {
		return &FieldError{Field: name, Err: errors.New(rest)}
	}
	return &FieldError{Field: fieldAction, Err: err}
}

func (s *rolesSide) reasons(a *Answer) int { return len(a.role.decision.Because) }

func (s *rolesSide) appendReason(b []byte, a *Answer, i int) []byte {
	return s.words.AppendReason(b, &a.role.request, &a.role.decision.Because[i])
}

func (s *rolesSide) home(a *Answer) entitlement.SystemID { return s.homeOf(a.role.request.Resource) }

func (s *rolesSide) notes(a *Answer) []string { return s.words.Notes(&a.role.request) }

func (s *rolesSide) text(out io.Writer, a *Answer) error {
	return s.words.Text(out, &a.role.request, &a.role.decision)
}

// appendStatement appends the deciding grant, denial or boundary.
func (s *rolesSide) appendStatement(b []byte, a *Answer, i int) ([]byte, bool) {
	r := &a.role.decision.Because[i]
	if r.Effect == "" {
		return b, false
	}
	b = appendString(append(b, `{"kind":`...), r.Kind)
	b = appendString(append(b, `,"policy":`...), r.Policy)
	b = strconv.AppendInt(append(b, `,"index":`...), int64(r.Statement), 10)
	b = appendMember(b, `,"role":`, string(r.Role))
	b = appendMember(b, `,"role_name":`, r.RoleName)
	b = appendMember(b, `,"scope":`, string(r.Scope))
	b = appendString(append(b, `,"effect":`...), r.Effect)
	b = appendMember(b, `,"group":`, string(r.Group))
	if r.Uncertain {
		b = append(b, `,"conditional":true`...)
	}
	return append(b, '}'), true
}

// appendMember appends a member that is not empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(b, name...), value)
}

// requestTime is the attribute that says when a request is made.
const requestTime = "request.time"

// timeOf reads when a request is made, of what is known of it.
func timeOf(values map[string][]string) (at time.Time, err error) {
	if list := values[requestTime]; len(list) == 1 {
		return time.Parse(time.RFC3339, list[0])
	}
	return time.Time{}, nil
}
