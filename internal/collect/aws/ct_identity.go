package aws

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// identify fills in who called. The types of identity are documented at
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html.
//
// The identity is the one that holds the permissions: the role behind a role
// session, the user who fetched a federation token. The session is kept beside
// it.
func (n *normaliser) identify(ev *auditlog.Event, u *ctUser, region string) {
	ev.IdentityType = n.intern(u.kind)
	ev.InvokedBy = n.intern(u.invokedBy)
	ev.IdentityName = n.intern(u.name)
	arn := n.intern(u.arn)
	switch ev.IdentityType {
	case "AWSService":
		ev.ByService = true
		return
	case "AssumedRole":
		n.assumedRole(ev, u, arn)
	case "FederatedUser":
		n.federated(ev, u, arn)
	case "IdentityCenterUser":
		if id := n.intern(u.onBehalfOf); id != "" && arn == "" {
			arn = "arn:" + partition(region) + ":identitystore:::user/" + id
		}
		ev.Identity = entitlement.IdentityID(arn)
	case "IAMUser", "Root":
		ev.Identity = entitlement.IdentityID(n.orDerived(arn, ev, u, region))
	default:
		n.other(ev, u, arn)
	}
}

// other takes the types that are known by an ARN or a principal alone:
// AWSAccount (a caller of another account), SAMLUser, WebIdentityUser, Unknown.
// A record that names nobody but the service that called is the service's own.
func (n *normaliser) other(ev *auditlog.Event, u *ctUser, arn string) {
	if arn == "" {
		arn = n.intern(u.principal)
	}
	ev.Identity = entitlement.IdentityID(arn)
	if arn == "" && ev.IdentityType == "" && ev.InvokedBy != "" {
		ev.ByService = true
	}
}

func (n *normaliser) assumedRole(ev *auditlog.Event, u *ctUser, arn string) {
	_, session, ok := cutSession(arn)
	if _, session, _ = strings.Cut(session, "/"); !ok || session == "" {
		_, session, _ = strings.Cut(n.intern(u.principal), ":")
	}
	ev.Session = session
	role := n.intern(u.issuer)
	if role == "" {
		role = roleOfSession(arn)
	}
	ev.Identity = entitlement.IdentityID(role)
	if ev.IdentityName == "" {
		ev.IdentityName = role[strings.LastIndexByte(role, '/')+1:]
	}
}

// roleOfSession turns the ARN of a role session into that of the role. The path
// of the role is not in it.
func roleOfSession(arn string) string {
	head, rest, ok := cutSession(arn)
	if !ok {
		return arn
	}
	before, account, _ := strings.Cut(head, ":sts::")
	name, _, _ := strings.Cut(rest, "/")
	return before + ":iam::" + account + ":role/" + name
}

// cutSession cuts arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION behind the
// account and before the role.
func cutSession(arn string) (head, rest string, ok bool) {
	head, rest, ok = strings.Cut(arn, ":assumed-role/")
	return head, rest, ok && strings.Contains(head, ":sts::")
}

// federated credits the user who fetched the federation token, because its
// permissions are what the session has at most.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func (n *normaliser) federated(ev *auditlog.Event, u *ctUser, arn string) {
	_, ev.Session, _ = strings.Cut(arn, ":federated-user/")
	if issuer := n.intern(u.issuer); issuer != "" {
		arn = issuer
	}
	ev.Identity = entitlement.IdentityID(arn)
}

// orDerived returns the ARN of a user or of the root, put together where the
// record has none (sign-in events leave it out). The path of the user is then
// unknown; package usage compares users and roles without their paths.
func (n *normaliser) orDerived(arn string, ev *auditlog.Event, u *ctUser, region string) string {
	account := n.intern(u.account)
	if arn != "" || account == "" {
		return arn
	}
	head := "arn:" + partition(region) + ":iam::" + account
	switch name := ev.IdentityName; {
	case ev.IdentityType == "Root":
		return head + ":root"
	case name == "" || name == "HIDDEN_DUE_TO_SECURITY_REASONS":
		return ""
	default:
		return head + ":user/" + name
	}
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// accountOf returns the account in an ARN, "" if it has none.
func accountOf(arn string) string {
	f := strings.SplitN(arn, ":", 6)
	if len(f) < 6 || f[0] != "arn" {
		return ""
	}
	return f[4]
}
