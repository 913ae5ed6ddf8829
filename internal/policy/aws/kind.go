package aws

import (
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// documentKind tells where a policy document stands.
type documentKind uint8

const (
	identityDocument documentKind = iota // Of identities, boundaries, service control policies, sessions.
	resourceDocument                     // Of resources, roles' trust, resource control policies: with a Principal.
)

// fault tells why a statement cannot stand in a document of this kind, "" if it
// can.
func (k documentKind) fault(s *Statement) string {
	who := s.Principal != nil || s.NotPrincipal != nil
	switch {
	case k == identityDocument && who:
		return "the statement has a Principal, which only policies of resources have"
	case k == identityDocument && s.Resources == nil && s.NotResources == nil:
		return "the statement has neither Resource nor NotResource"
	case k == resourceDocument && !who:
		return "the statement has neither Principal nor NotPrincipal, as every policy of a resource must"
	}
	return ""
}

// left says that a statement is left out, and why.
func left(s *Statement, err error) string {
	if s.Effect == Deny {
		return err.Error() + ": the Deny statement, which therefore denies nothing here, is left out"
	}
	return err.Error() + ": the statement is left out"
}

func compileConditions(list []Condition, variables bool) (*condition.Set, error) {
	raw := make([]condition.Raw, len(list))
	for i, c := range list {
		raw[i] = condition.Raw(c)
	}
	return condition.Compile(raw, variables)
}
