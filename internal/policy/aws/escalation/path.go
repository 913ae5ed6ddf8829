package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Category groups paths by what they do.
type Category string

// The categories, as the published list has them.
const (
	SelfEscalation   Category = "self-escalation"   // An identity widens its own permissions.
	PrincipalAccess  Category = "principal-access"  // It comes to act as another user or role.
	NewPassRole      Category = "new-passrole"      // It starts something new that acts as a role.
	ExistingPassRole Category = "existing-passrole" // It takes over something that acts as a role.
)

// Constraint tells which resource a permission must be granted on.
type Constraint string

// The constraints.
const (
	Any          Constraint = "any"            // Whatever the action works on, or nothing.
	Self         Constraint = "self"           // The identity itself, a user or a role.
	OwnGroup     Constraint = "own group"      // A group that the identity belongs to.
	OwnPolicy    Constraint = "own policy"     // A policy of the owner's that the identity has, also by a group.
	OtherGroup   Constraint = "other group"    // A group that it does not belong to.
	OtherUser    Constraint = "other user"     // The user that it comes to act as.
	OtherRole    Constraint = "other role"     // The role that it comes to act as.
	RolePolicy   Constraint = "role's policy"  // A policy of the owner's that the role has.
	RoleToAssume Constraint = "role to assume" // The role, whose trust policy must agree.
	RoleToPass   Constraint = "role to pass"   // The role, which must trust the service.
	Workload     Constraint = "workload"       // A function or an instance that runs as the role.
	Thing        Constraint = "thing"          // A resource of the named types: any that a grant covers.
)

// Permission is one action that a path needs.
type Permission struct {
	Action entitlement.Action
	On     Constraint
	// Types are the resource types of a Thing, in the words of the service
	// authorization reference; the action must be granted on one of each.
	Types []string
}

// Path is one published way to escalate privileges.
type Path struct {
	ID       string // As published.
	Name     string // As published: the permissions that make it.
	Category Category
	Needs    []Permission
	// Services are those of which one must be allowed to assume the role: what
	// acts as the role belongs to it. The first is what iam:PassRole is asked
	// with, unless it is another that the role trusts.
	Services []string
	// Runs is the kind of identity that a Workload is.
	Runs entitlement.Kind
	// Exists names what must be there and no collection shows, such as
	// "codebuild project". "" is nothing.
	Exists string
	// Own marks a path that is not of the published list.
	Own bool

	shape shape
}

// shape is how a path's targets are found.
type shape uint8

const (
	onSelf      shape = iota // Targets are the identity and what it has.
	onUser                   // Another user.
	onRole                   // Another role.
	onPassed                 // A role that a service may assume.
	onWorkload               // Functions and instances that the inventory has.
	onStackSets              // Two roles, one of which assumes the other.
)

// need reads a permission from its short form, "action constraint" or, for a
// Thing, "action =type,type".
func need(text string) Permission {
	action, on, _ := strings.Cut(text, " ")
	p := Permission{Action: entitlement.Action(action), On: Constraint(on)}
	if types, ok := strings.CutPrefix(on, "="); ok {
		p.On, p.Types = Thing, strings.Split(types, ",")
	}
	return p
}

func needs(texts ...string) []Permission {
	out := make([]Permission, len(texts))
	for i, text := range texts {
		out[i] = need(text)
	}
	return out
}

// actions returns what a path needs, in order.
func (p *Path) actions() []entitlement.Action {
	out := make([]entitlement.Action, len(p.Needs))
	for i := range p.Needs {
		out[i] = p.Needs[i].Action
	}
	return out
}

// nameOf joins the permissions as the published list does.
func nameOf(needs []Permission) string {
	names := make([]string, len(needs))
	for i := range needs {
		names[i] = string(needs[i].Action)
	}
	return strings.Join(names, " + ")
}

func sortPaths(list []Path) {
	slices.SortFunc(list, func(a, b Path) int { return strings.Compare(a.ID, b.ID) })
}
