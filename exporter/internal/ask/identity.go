package ask

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// principal returns who an identity of a request is: an ARN, a service or "*"
// as it stands; the ARN of the only user or role with a bare name; and for
// "root" the root user where there is one account alone.
func (s *awsSide) principal(identity string) (string, error) {
	if identity == "" || identity == "*" || strings.HasPrefix(identity, "arn:") {
		return identity, nil
	}
	named := s.names()[identity]
	switch accounts := s.estate.Accounts(); {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return "", fmt.Errorf("%q is the name of %d identities: %s; give the ARN of one", identity, len(named), some(named))
	case identity == "root" && len(accounts) == 1:
		return rootOf(accounts[0]), nil
	case isService(identity):
		return identity, nil
	}
	return "", fmt.Errorf(`no user or role of the documents is called %q; give its ARN, a service such as "ec2.amazonaws.com", or "*" for anybody`, identity)
}

// some names up to ten.
func some(names []string) string {
	if len(names) > 10 {
		return strings.Join(names[:10], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// isService reports whether a name is that of an AWS service or of one of the
// web identity providers that AWS knows by name. Other names with dots may be
// those of users. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
func isService(name string) bool {
	return strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn") ||
		slices.Contains([]string{"accounts.google.com", "graph.facebook.com", "www.amazon.com"}, name)
}

func (s *awsSide) byName() map[string][]string {
	names := map[string][]string{}
	for _, account := range s.estate.Accounts() {
		list := account.Inventory().Identities
		for i := range list {
			if id := &list[i]; (id.Kind == entitlement.User || id.Kind == entitlement.Role) && id.Name != "" {
				names[id.Name] = append(names[id.Name], string(id.ID))
			}
		}
	}
	return names
}

// rootOf returns the ARN of an account's root user.
func rootOf(a *policy.Account) string {
	partition := "aws"
	if list := a.Inventory().Identities; len(list) > 0 {
		if parts := strings.SplitN(string(list[0].ID), ":", 3); len(parts) == 3 {
			partition = parts[1]
		}
	}
	return "arn:" + partition + ":iam::" + string(a.System()) + ":root"
}
