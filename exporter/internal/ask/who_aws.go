package ask

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// awsSearch looks for those who may do something on AWS.
type awsSearch struct {
	*search
	side *awsSide
}

// who finds out whether the question is one at all, for anybody can be asked for,
// and then decides of everybody.
func (w *awsSide) who(ctx context.Context, s *search) error {
	if err := w.decide(s.request("*"), &s.answer); err != nil {
		return err
	}
	one := awsSearch{s, w}
	for _, account := range w.estate.Accounts() {
		if err := one.account(ctx, account); err != nil {
			return err
		}
	}
	one.others()
	s.found.Notes = explain.Notes(one.awsRequest(""))
	return nil
}

func (s *awsSearch) awsRequest(principal string) *policy.Request {
	r := &policy.Request{Principal: principal, Action: s.question.Action, Resource: s.found.Resource}
	if s.question.Context != nil {
		r.Context = s.question.Context.aws
	}
	return r
}

func (s *awsSearch) account(ctx context.Context, a *policy.Account) error {
	root := rootOf(a)
	list := a.Inventory().Identities
	if len(list) == 0 {
		return nil // Only resources of it are known.
	}
	s.identity(root, "root", a.System())
	for i := range list {
		id := &list[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		if id.Kind != entitlement.Group && !id.Root && string(id.ID) != root {
			s.identity(string(id.ID), string(id.Kind), a.System())
		}
	}
	return nil
}

// identity decides of one identity of the accounts. One that cannot be decided
// of, such as a function without a role, can do nothing.
func (s *awsSearch) identity(principal, kind string, account entitlement.SystemID) {
	if err := s.ask(principal); err != nil {
		d := &s.answer.aws.decision
		d.Verdict, d.Keys = policy.ImplicitlyDenied, nil
		d.Because = []policy.Reason{{Layer: policy.BuiltInLayer, Note: err.Error()}}
		s.adopt()
	}
	s.enter(func() *Holder { return s.holder(principal, kind, account) })
}

// ask decides of one principal.
func (s *awsSearch) ask(principal string) error {
	a := &s.answer.aws
	a.request = *s.awsRequest(principal)
	if err := across(&a.request); err != nil {
		return err
	}
	err := s.side.estate.Decide(&a.request, &a.decision)
	s.adopt()
	return err
}

// adopt makes what the decision says now that of the answer.
func (s *awsSearch) adopt() {
	s.answer.Verdict, s.answer.Keys = s.answer.aws.decision.Verdict, s.answer.aws.decision.Keys
}

// holder puts the last decision into words, as one of somebody.
func (s *awsSearch) holder(name, kind string, account entitlement.SystemID) *Holder {
	h := &Holder{
		Identity: name, Kind: kind, Account: account, Verdict: s.answer.Verdict,
		Because: s.answer.Because(), Keys: slices.Clone(s.answer.Keys), People: s.side.people(name),
	}
	for i := range h.Because {
		if h.Verdict != policy.Allowed || s.answer.aws.decision.Because[i].Layer != policy.ServiceControlLayer {
			h.why = append(h.why, h.Because[i])
		}
	}
	h.line = s.line(h)
	return h
}
