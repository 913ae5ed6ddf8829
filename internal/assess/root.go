package assess

import "github.com/leastward/leastward/internal/entitlement"

// Holds returns what the identity may do: what policies grant it, or everything
// that no control of its organisation forbids where it is a root user.
func (i *Identity) Holds() *entitlement.Access {
	if i.Whole != nil {
		return i.Whole
	}
	return i.Access
}
