package decision

import "github.com/leastward/leastward/internal/entitlement"

// Via is one grant that reaches an identity: what a right-sizing would change.
type Via struct {
	Grant *entitlement.RoleGrant
	// Role is without blocks, or nil, where there is no definition.
	Role *entitlement.RoleDefinition
	// Group is by way of whom: a group, also one that a group is in, or a member
	// that stands for many, such as "allUsers" or "domain:example.com"; "" is
	// directly.
	Group entitlement.IdentityID
	// Conditional is set where a condition, an activation, or whether the member
	// means the identity, decides.
	Conditional bool
}
