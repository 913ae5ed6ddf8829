// Package azure evaluates the role-based access control of Azure: role
// assignments, role definitions and deny assignments in, what each identity may
// do out, with how far it reaches and whether a condition stands in the way. It
// does no I/O, reads no clock and starts no goroutine.
//
// # Evaluation
//
// An action is granted where a role assignment to the identity, or to a group
// that it belongs to at any depth, on the resource or above it has a role with
// a permission block whose Actions match and whose NotActions do not, and no
// deny assignment applies. Data actions are granted by DataActions alone, and
// others by Actions alone. See
// https://learn.microsoft.com/azure/role-based-access-control/overview and
// docs/azure-evaluation.md.
//
// # Reach
//
// A grant on the subscription or above is [entitlement.ReachAll], on a resource
// group [entitlement.ReachPart], and on one resource
// [entitlement.ReachNamed], but for actions on types of resource below it, of
// which it has a part. On a resource, only actions of its own resource provider
// and of those whose resources extend others are counted: nothing else can be
// there.
//
// The widest reach that any grant gives counts. The action is conditional if
// that reach hangs on a condition, be it of the assignment, of the role or of a
// deny assignment, or on the activation of an eligible assignment.
//
// # Doubt
//
// Doubt never hides access: a condition that cannot be read makes a grant, or a
// denial, conditional, and is a Problem. A role that nobody knows grants
// nothing in [Subscription.Access], makes [Estate.Decide] conditional, and is a
// Problem too.
package azure
