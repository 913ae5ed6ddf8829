package ask

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// people names who stands behind a role, or a session of one, that a permission
// set of IAM Identity Center made: the users assigned to it, and the groups as
// "group (user, user)". Of a session that bears the name of one of them, that
// one alone. Others have no people.
func (s *awsSide) people(principal string) []string {
	role, session := roleOf(principal)
	assigned := s.assigned()[role]
	people := make([]string, 0, len(assigned))
	for _, s := range assigned {
		if session != "" && (s.Principal == session || slices.Contains(s.Members, session)) {
			return []string{session}
		}
		people = append(people, describe(s))
	}
	slices.Sort(people)
	return slices.Compact(people)
}

func describe(s entitlement.Assignment) string {
	if !s.Group {
		return s.Principal
	}
	if len(s.Members) == 0 {
		return "group " + s.Principal
	}
	return "group " + s.Principal + " (" + strings.Join(s.Members, ", ") + ")"
}

// roleOf returns the account and name of the role of a principal, as
// "111122223333/name", and the name of its session, if it is one.
func roleOf(principal string) (role, session string) {
	parts := strings.SplitN(principal, ":", 6)
	if len(parts) < 6 {
		return "", ""
	}
	account, kind, rest := parts[4], "", ""
	kind, rest, _ = strings.Cut(parts[5], "/")
	switch kind {
	case "role":
		return account + "/" + rest[strings.LastIndexByte(rest, '/')+1:], ""
	case "assumed-role":
		name, session, _ := strings.Cut(rest, "/")
		return account + "/" + name, session
	}
	return "", ""
}

// byRole collects the assignments of all accounts by role.
func (s *awsSide) byRole() map[string][]entitlement.Assignment {
	found := map[string][]entitlement.Assignment{}
	for _, account := range s.estate.Accounts() {
		for _, s := range account.Inventory().Assignments {
			role, _ := roleOf(string(s.Role))
			found[role] = append(found[role], s)
		}
	}
	delete(found, "")
	return found
}
