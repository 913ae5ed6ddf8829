package gcp

import "github.com/leastward/leastward/internal/entitlement"

// The codes of problems.
const (
	unknownRole        = "unknown_role"
	deletedRole        = "deleted_role"
	unknownMember      = "unknown_member"
	deletedMember      = "deleted_member"
	foreignScope       = "foreign_scope"
	unreadCondition    = "unreadable_condition"
	unevaluatedCall    = "unevaluated_condition"
	unknownPermission  = "unknown_permission"
	otherProjectMember = "convenience_member"
	unknownTarget      = "unknown_principal_set"
)

// messages say what each problem means and what to do.
func messages() map[string]string {
	return map[string]string{
		unknownRole:        "the role's permissions are not known: the grant counts for nothing; collect the roles of the organization and the project (iam.roles.list)",
		deletedRole:        "the role is deleted or disabled: the grant gives nothing; remove it",
		unknownMember:      "the member cannot be understood: the grant or denial counts for nobody",
		deletedMember:      "the member is deleted: the grant gives nothing; remove it",
		foreignScope:       "the policy is of a resource that is neither in the project nor above it: it is left out",
		unreadCondition:    "the condition cannot be read: whether it holds counts as unknown",
		unevaluatedCall:    "the condition calls functions that are not evaluated: what hangs on them counts as unknown",
		unknownPermission:  "the permission is held by no known role: the denial of it takes nothing away",
		otherProjectMember: "the member means who has a basic role in another project: only known where that project is collected too",
		unknownTarget:      "the principal set cannot be understood: whether the boundary holds counts as unknown",
	}
}

// report notes a problem, each once.
func (p *Project) report(code, subject, detail string) {
	key := code + "\x00" + subject
	if p.reported[key] {
		return
	}
	p.reported[key] = true
	message := messages()[code]
	if detail != "" {
		message += ": " + detail
	}
	p.problems = append(p.problems, entitlement.Problem{Code: code, Subject: subject, Message: message})
}

// Problems lists what could not be understood in the inventory, in the order
// found.
func (p *Project) Problems() []entitlement.Problem { return p.problems }
