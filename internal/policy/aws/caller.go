package aws

import (
	"errors"
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// callerKind tells what sort of principal makes a request.
type callerKind uint8

const (
	userCaller    callerKind = iota
	sessionCaller            // Of a role; its name may not be known.
	rootCaller
	serviceCaller // Or an identity provider: somebody without policies of its own.
	anyoneCaller  // Anonymous.
)

// caller is who makes a request.
type caller struct {
	kind    callerKind
	system  entitlement.SystemID // "" for services and the anonymous.
	account *Account             // nil: not among the documents.
	subject *subject             // nil: not among the documents, or without policies.
	arn     string               // Of a user or role, or the name of a service.
	session string               // ARN of the session; "" is any.
}

// caller finds out who a principal is.
func (e *Estate) caller(principal string) (caller, error) {
	if s := e.subjects[principal]; s != nil {
		return caller{system: s.account.System(), account: s.account, arn: principal}.known(s)
	}
	return e.unlisted(principal)
}

// unlisted finds out who a principal is that is no identity of the documents.
func (e *Estate) unlisted(principal string) (caller, error) {
	switch {
	case principal == "":
		return caller{}, errors.New("the principal is missing; name a user, role, session, root user or service")
	case principal == "*":
		return caller{kind: anyoneCaller}, nil
	case !strings.HasPrefix(principal, "arn:"):
		return namedCaller(principal)
	}
	resource := arnPart(principal, partResource)
	system := entitlement.SystemID(arnPart(principal, partAccount))
	c := caller{system: system, account: e.byID[system], arn: principal}
	switch kind, _, _ := strings.Cut(resource, "/"); kind {
	case "root":
		c.kind = rootCaller
		return c, nil
	case "assumed-role":
		return c.fromSession(principal, resource)
	case "saml-provider", "oidc-provider":
		return caller{kind: serviceCaller, arn: principal}, nil
	}
	if !c.listed() {
		return c.outside(resource)
	}
	return c, fmt.Errorf("the documents of account %s hold no identity %s", c.system, principal)
}

// namedCaller is a service or an identity provider by its name.
func namedCaller(principal string) (caller, error) {
	if strings.Contains(principal, ".") && !strings.ContainsAny(principal, " /:*") {
		return caller{kind: serviceCaller, arn: principal}, nil
	}
	return caller{}, fmt.Errorf("the principal %q is no ARN, as arn:aws:iam::111122223333:user/ana is, and no service, as ec2.amazonaws.com is", principal)
}

// known is an identity of an account that is there.
func (c caller) known(s *subject) (caller, error) {
	principal := c.arn
	if s.RunsAs != "" && s.runsAs == nil {
		return c, fmt.Errorf("%s runs as %s, which the documents of account %s do not hold", principal, s.RunsAs, c.system)
	}
	c.subject = s.actor()
	switch c.subject.Kind {
	case entitlement.User:
		if c.kind = userCaller; c.subject.Root {
			c.kind = rootCaller
		}
	case entitlement.Role:
		c.asRole()
	case entitlement.Group:
		return c, fmt.Errorf("%s is a group, which makes no requests; ask for one of its members", principal)
	case entitlement.Function, entitlement.Instance:
		return c, fmt.Errorf("%s runs as no role, and so has no permissions", principal)
	case entitlement.ServicePrincipal, entitlement.ManagedIdentity, entitlement.ServiceAccount: // Of other clouds.
	}
	return c, nil
}

// listed reports whether the identities of the account are among the documents,
// and not only its resources.
func (c *caller) listed() bool { return c.account != nil && len(c.account.subjects) > 0 }

func (c *caller) asRole() {
	c.kind, c.arn = sessionCaller, string(c.subject.ID)
}

// fromSession finds the role of an assumed-role session.
func (c caller) fromSession(principal, resource string) (caller, error) {
	_, rest, _ := strings.Cut(resource, "/")
	name, session, ok := strings.Cut(rest, "/")
	if !ok || name == "" || session == "" {
		return c, fmt.Errorf("the principal %q is no session, as arn:aws:sts::111122223333:assumed-role/ROLE/SESSION is", principal)
	}
	c.kind, c.session = sessionCaller, principal
	if !c.listed() {
		return c, nil // Its role's path is not known; named compares the name.
	}
	s := c.account.roles[name]
	if s == nil {
		return c, fmt.Errorf("the documents of account %s hold no role %s", c.system, name)
	}
	c.subject, c.arn = s, string(s.ID)
	return c, nil
}

// outside is an identity of an account that is not there.
func (c caller) outside(resource string) (caller, error) {
	switch kind, name, _ := strings.Cut(resource, "/"); {
	case kind == "user" && name != "":
		c.kind = userCaller
	case kind == "role" && name != "":
		c.kind = sessionCaller
	default:
		return c, fmt.Errorf("the principal %q is neither a user nor a role, a session or a root user", c.arn)
	}
	return c, nil
}

// sessionOf reports whether an ARN is that of a session of a role. The ARNs of
// sessions leave out the path of the role.
func sessionOf(session, role string) bool {
	s, ok := splitARN(session)
	r, is := splitARN(role)
	if !ok || !is || s[partService] != "sts" || s[partAccount] != r[partAccount] || !strings.HasPrefix(r[partResource], "role/") {
		return false
	}
	rest, ok := strings.CutPrefix(s[partResource], "assumed-role/")
	name, _, named := strings.Cut(rest, "/")
	return ok && named && name == roleName(role)
}

// roleName returns the name in the ARN of a role: what follows its path.
func roleName(role string) string { return role[strings.LastIndexByte(role, '/')+1:] }

// bounded reports whether the caller has a permissions boundary.
func (c *caller) bounded() bool { return c.subject != nil && c.subject.Boundary != "" }

// serviceLinked reports whether the caller is known to be a service-linked role,
// of accounts that are not among the documents by its path. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html.
func (c *caller) serviceLinked() bool {
	if c.subject != nil {
		return c.subject.ServiceManaged
	}
	return c.kind == sessionCaller && strings.Contains(c.arn, ":role/aws-service-role/")
}

// asEveryone is how "*" speaks of the caller: of a session itself, unless the
// statement goes on to name roles by the key aws:PrincipalArn. See "IAM roles" in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html.
func (c *caller) asEveryone(byARN bool) admission {
	if c.kind == sessionCaller && byARN {
		return admission{role: condition.Yes}
	}
	return admission{exact: condition.Yes}
}

// named tells how one name in a Principal element speaks of the caller.
func (c *caller) named(name string) admission {
	var m admission
	switch c.kind {
	case userCaller, serviceCaller:
		if name == c.arn || c.subject != nil && name == c.subject.UniqueID {
			m.exact = condition.Yes
		}
	case sessionCaller:
		switch {
		case c.isRole(name):
			m.role = condition.Yes
		case c.session != "" && name == c.session:
			m.exact = condition.Yes
		case c.session == "" && sessionOf(name, c.arn):
			m.exact = condition.Maybe
		}
	case rootCaller, anyoneCaller:
	}
	return m
}

// isRole reports whether a name is that of the session's role.
func (c *caller) isRole(name string) bool {
	if c.subject != nil {
		return name == c.arn || name == c.subject.UniqueID
	}
	if c.session == "" {
		return name == c.arn
	}
	return sessionOf(c.session, name)
}
