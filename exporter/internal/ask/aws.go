package ask

import (
	"io"
	"strconv"
	"sync"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// awsSide answers over AWS accounts.
type awsSide struct {
	estate *policy.Estate
	words  *explain.Words
	names  func() map[string][]string // The ARNs of users and roles by name.
	// The assignments to permission sets by account and name of their role.
	assigned func() map[string][]entitlement.Assignment
}

func newAWS(accounts []*policy.Account) *awsSide {
	estate := policy.NewEstate(accounts...)
	s := &awsSide{estate: estate, words: explain.New(estate)}
	s.names = sync.OnceValue(s.byName)
	s.assigned = sync.OnceValue(s.byRole)
	return s
}

// decide decides a request. The principal may be a bare name too; an action
// without a resource is on "*".
func (s *awsSide) decide(r *Request, a *Answer) error {
	principal, err := s.principal(r.Identity)
	if err != nil {
		return &FieldError{Field: fieldIdentity, Err: err}
	}
	r.Identity = principal
	if r.Resource == "" {
		r.Resource = "*"
	}
	q := &a.aws.request
	*q = policy.Request{Principal: r.Identity, Action: r.Action, Resource: r.Resource, Session: r.Session}
	if r.Context != nil {
		q.Context = r.Context.aws
	}
	if err := across(q); err != nil {
		return &FieldError{Field: fieldResource, Err: err}
	}
	d := &a.aws.decision
	if err := s.estate.Decide(q, d); err != nil {
		return &FieldError{Field: s.culprit(q), Err: err}
	}
	a.Verdict, a.Keys = d.Verdict, d.Keys
	return nil
}

// culprit finds out which field of a request cannot be decided about: the one
// without which another request can be.
func (s *awsSide) culprit(r *policy.Request) string {
	var d policy.Decision
	probe := policy.Request{Principal: r.Principal, Action: "sts:GetCallerIdentity", Resource: "*"}
	if s.estate.Decide(&probe, &d) != nil {
		return fieldIdentity
	}
	if probe.Action = r.Action; s.estate.Decide(&probe, &d) != nil {
		return fieldAction
	}
	return fieldResource
}

func (s *awsSide) reasons(a *Answer) int { return len(a.aws.decision.Because) }

func (s *awsSide) appendReason(b []byte, a *Answer, i int) []byte {
	return s.words.AppendReason(b, &a.aws.request, &a.aws.decision, &a.aws.decision.Because[i])
}

func (s *awsSide) home(*Answer) entitlement.SystemID { return "" }

func (s *awsSide) notes(a *Answer) []string { return explain.Notes(&a.aws.request) }

func (s *awsSide) text(out io.Writer, a *Answer) error {
	return s.words.Text(out, &a.aws.request, &a.aws.decision)
}

func (s *awsSide) appendStatement(b []byte, a *Answer, i int) ([]byte, bool) {
	r := &a.aws.decision.Because[i]
	if r.Effect == "" {
		return b, false
	}
	b = append(b, `{"kind":"`...)
	b = append(b, explain.Kind(r.Layer)...)
	b = appendString(append(b, `","policy":`...), string(r.Policy))
	b = append(b, `,"index":`...)
	b = strconv.AppendInt(b, int64(r.Statement), 10)
	if r.Sid != "" {
		b = appendString(append(b, `,"sid":`...), r.Sid)
	}
	b = appendString(append(b, `,"effect":`...), string(r.Effect))
	if r.Group != "" {
		b = appendString(append(b, `,"group":`...), string(r.Group))
	}
	if r.Layer == policy.ServiceControlLayer || r.Layer == policy.ResourceControlLayer {
		b = strconv.AppendInt(append(b, `,"level":`...), int64(r.Level+1), 10)
	}
	if r.Uncertain {
		b = append(b, `,"conditional":true`...)
	}
	return append(b, '}'), true
}
