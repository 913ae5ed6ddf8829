package ask

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/explain"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
)

// rolesSearch looks for those who may do something on Azure or Google Cloud.
type rolesSearch struct {
	*search
	side     *rolesSide
	resource entitlement.ResourceID
	home     entitlement.SystemID            // Of the resource; "" where it is of none alone.
	at       map[entitlement.IdentityID]bool // Who is known at home.
}

func (s *rolesSide) who(ctx context.Context, found *search) error {
	resource, err := s.resource(found.question.Resource)
	if err != nil {
		return &FieldError{Field: fieldResource, Err: err}
	}
	found.found.Resource = string(resource)
	home := s.homeOf(resource)
	one := rolesSearch{found, s, resource, home, s.knownIn(home)}
	for _, id := range s.everybody() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := one.identity(id); err != nil {
			return err
		}
	}
	found.found.Notes = s.words.Notes(&decision.Request{Action: entitlement.Action(found.question.Action)})
	return nil
}

// everybody returns all who may hold a role, and those that run as somebody.
func (s *rolesSide) everybody() []entitlement.IdentityID {
	list := slices.Clone(s.estate.Principals())
	for id, known := range s.names.known {
		if known.RunsAs != "" {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// homeOf returns the system that a resource is in.
func (s *rolesSide) homeOf(resource entitlement.ResourceID) entitlement.SystemID {
	for _, one := range s.systems {
		inv := one.Inventory()
		if explain.Below(resource, explain.SystemScope(inv.System)) {
			return inv.System.ID
		}
		for i := range inv.Resources {
			if explain.Below(resource, inv.Resources[i].ID) {
				return inv.System.ID
			}
		}
	}
	return ""
}

// knownIn returns the identities of a system.
func (s *rolesSide) knownIn(id entitlement.SystemID) map[entitlement.IdentityID]bool {
	known := map[entitlement.IdentityID]bool{}
	for _, one := range s.systems {
		if inv := one.Inventory(); inv.System.ID == id {
			for i := range inv.Identities {
				known[inv.Identities[i].ID] = true
			}
		}
	}
	return known
}

// identity decides of one of everybody. Groups whose members are known make no
// requests of their own. An error means that the question is wrong, whoever it is
// about.
func (s *rolesSearch) identity(id entitlement.IdentityID) error {
	known := s.side.names.known[id]
	if known != nil && known.Kind == entitlement.Group && s.side.names.members[id] {
		return nil
	}
	a := &s.answer
	if err := s.side.ask(a, s.request(string(id))); err != nil {
		if field, ok := errors.AsType[*FieldError](err); !ok || field.Field != fieldIdentity {
			return err
		}
		a.role.decision.Verdict, a.role.decision.Keys = decision.ImplicitlyDenied, nil
		a.role.decision.Because = []decision.Reason{{Kind: decision.NoGrant, Note: err.Error()}}
	}
	a.Verdict, a.Keys = a.role.decision.Verdict, a.role.decision.Keys
	if known != nil && known.Kind != entitlement.Group {
		s.enter(func() *Holder { return s.holder(id, string(known.Kind), s.account(id)) })
		return nil
	}
	if granted(a.Verdict) {
		s.found.Others = append(s.found.Others, s.holder(id, kindOf(id, known), ""))
	}
	return nil
}

// account returns the system that an identity is shown with: that of the
// resource where it is known there, for the identities of a tenant or
// organisation may be in many.
func (s *rolesSearch) account(id entitlement.IdentityID) entitlement.SystemID {
	if s.at[id] {
		return s.home
	}
	return s.side.names.systems[id]
}

// kindOf tells who is not among the identities, or a group of which nobody is
// known.
func kindOf(id entitlement.IdentityID, known *entitlement.Identity) string {
	switch sort, _, _ := strings.Cut(string(id), ":"); {
	case known != nil:
		return string(known.Kind)
	case id == explain.AllUsers:
		return kindAnybody
	case id == explain.AllAuthenticated:
		return kindAnyAccount
	case sort == "domain":
		return "domain"
	case sort == "principal" || sort == "principalSet":
		return kindProvider
	}
	return kindOther
}

// holder puts the last decision into words, as one of somebody.
func (s *rolesSearch) holder(id entitlement.IdentityID, kind string, account entitlement.SystemID) *Holder {
	h := &Holder{
		Identity: string(id), Kind: kind, Account: account, Verdict: s.answer.Verdict,
		Because: s.answer.Because(), Keys: slices.Clone(s.answer.Keys),
	}
	if known := s.side.names.known[id]; known != nil {
		h.Name = known.Email
		if h.Name == "" || known.Kind != entitlement.User {
			h.Name = known.Name
		}
	}
	h.why = h.Because
	h.line = s.line(h)
	return h
}
