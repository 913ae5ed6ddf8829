package entitle

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// acts reports whether an identity acts by itself: users, roles, service
// principals, managed identities and service accounts do. Groups act through
// their members, functions and instances as whom they run as.
func acts(one *assess.Identity) bool {
	switch one.Kind {
	case entitlement.User, entitlement.Role, entitlement.ServicePrincipal, entitlement.ManagedIdentity, entitlement.ServiceAccount:
		return true
	case entitlement.Group, entitlement.Function, entitlement.Instance:
	}
	return false
}

// holding is what some identities may do, and how many of them act.
type holding struct {
	access  *entitlement.Access
	granted entitlement.ActionSet
	actors  int
}

// holdings returns what those of a system who act hold, equal holdings
// once: most identities share theirs with others.
func (s *system) holdings() map[*entitlement.Access]*holding {
	if s.held != nil {
		return s.held
	}
	s.held = map[*entitlement.Access]*holding{}
	for i := range s.Assessment.Identities {
		one := &s.Assessment.Identities[i]
		if !acts(one) {
			continue
		}
		h := s.held[one.Access]
		if h == nil {
			h = &holding{access: one.Access, granted: one.Access.Granted()}
			s.held[one.Access] = h
		}
		h.actors++
	}
	return s.held
}
