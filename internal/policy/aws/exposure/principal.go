package exposure

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/policy/aws"
)

// principals is a Principal or NotPrincipal element, by kind. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
type principals struct {
	negated   bool // NotPrincipal.
	everyone  bool
	accounts  []string // Numbers of whole accounts.
	names     []string // ARNs and unique ids of users, roles and sessions.
	providers []string // SAML and OIDC providers.
	services  []string
	canonical []string // Canonical user ids, as S3 has them.
}

// principalsOf reads the element of a statement; false if it has none.
func principalsOf(s *aws.Statement) (principals, bool) {
	raw := s.Principal
	if raw == nil {
		raw = s.NotPrincipal
	}
	p := principals{negated: s.NotPrincipal != nil}
	if raw == nil {
		return p, false
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil {
		p.everyone = true // A string is "*": the parser of statements takes no other.
		return p, true
	}
	for kind, list := range kinds {
		for _, text := range texts(list) {
			p.add(kind, text)
		}
	}
	return p, true
}

// texts reads a string or a list of strings.
func texts(raw json.RawMessage) []string {
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return list
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	return nil
}

func (p *principals) add(kind, text string) {
	switch kind {
	case "AWS":
		p.addAWS(text)
	case "Federated":
		p.providers = append(p.providers, text)
	case "Service":
		p.services = append(p.services, text)
	case "CanonicalUser":
		p.canonical = append(p.canonical, text)
	}
}

func (p *principals) addAWS(text string) {
	switch {
	case text == "*":
		p.everyone = true
	case isAccountNumber(text):
		p.accounts = append(p.accounts, text)
	case strings.HasPrefix(text, "arn:") && strings.HasSuffix(text, ":root"):
		p.accounts = append(p.accounts, accountOf(text))
	default:
		p.names = append(p.names, text)
	}
}

// covers reports whether the element speaks of every identity of an account.
func (p *principals) covers(account string) bool {
	listed := p.everyone || slices.Contains(p.accounts, account)
	if p.negated {
		return !listed && !slices.ContainsFunc(p.names, func(n string) bool { return accountOf(n) == account })
	}
	return listed
}

// speaksOf reports whether the element speaks of one identity, given its ARN
// and its unique id, which may be "".
//
// A NotPrincipal with Deny spares whom it names; an account alone does not
// spare the identities in it. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html.
func (p *principals) speaksOf(account, arn, unique string) bool {
	named := slices.ContainsFunc(p.names, func(n string) bool { return n == arn || n == unique || sessionOf(n, arn) })
	if p.negated {
		return !p.everyone && !named
	}
	return named || p.everyone || slices.Contains(p.accounts, account)
}

// sessionOf reports whether an ARN is that of a session of a role. The ARNs of
// sessions leave out the path of the role.
func sessionOf(session, role string) bool {
	rest, ok := strings.CutPrefix(partOf(session, resourcePart), "assumed-role/")
	name, _, named := strings.Cut(rest, "/")
	return ok && named && accountOf(session) == accountOf(role) &&
		strings.HasPrefix(partOf(role, resourcePart), "role/") && strings.HasSuffix(role, "/"+name)
}

// The parts of an ARN.
const (
	servicePart  = 2
	accountPart  = 4
	resourcePart = 5
)

// partOf returns a part of an ARN, "" if it is none.
func partOf(arn string, part int) string {
	parts := strings.SplitN(arn, ":", resourcePart+1)
	if len(parts) <= resourcePart || parts[0] != "arn" {
		return ""
	}
	return parts[part]
}

func accountOf(arn string) string { return partOf(arn, accountPart) }

func isAccountNumber(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

func wild(s string) bool { return strings.ContainsAny(s, "*?") || strings.Contains(s, "${") }

func sorted[T ~string](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}
