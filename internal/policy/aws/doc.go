// Package aws evaluates AWS policies: documents in, the set of actions that
// each identity may do out, with how far each reaches and whether a condition
// stands in the way. It does no I/O, reads no clock and starts no goroutine.
//
// # Evaluation
//
// An action is granted where a statement of an identity policy (attached,
// inline or by way of a group) allows it, the permissions boundary and each
// level of service control policies allow it too, and nothing denies it. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
// Resource policies, session policies and the values of conditions are not
// looked at here; a grant that hangs on a condition is marked conditional.
//
// # Reach
//
// A statement's reach is judged for each action by itself, against the ARN
// formats of the action's resource types. It is [entitlement.ReachAll] where
// the patterns cover each format in full (any region, this account), or where
// the action has no resource types and the pattern is "*";
// [entitlement.ReachPart] where a wildcard stands in the resource part of a
// pattern that can match; [entitlement.ReachNamed] where none does. A pattern
// that no resource of the action can match grants nothing. An access point is
// another name for what is in its bucket, so that "arn:aws:s3:::*" reaches all
// objects. A policy variable is one unknown word: a grant on
// "user/${aws:username}" is named, and not conditional.
//
// The widest reach that any statement gives counts. The action is conditional
// if that reach hangs on a condition, be it of the statement that allows or of
// one that denies.
//
// Guards narrow: the result of a boundary or a service control policy is the
// narrower of both reaches, and nothing where the resources they name have
// none in common. A Deny without condition that covers all that an Allow
// names takes it away; one that covers a part narrows All to Part.
//
// # Doubt
//
// A statement that cannot be understood is left out whole and reported. Doubt
// never hides access: a malformed Allow grants nothing, since nobody can say
// what it would grant, a malformed Deny denies nothing, and a boundary or
// service control policy that is missing, unreadable or has an unreadable
// Allow does not limit. Each gives a [Diagnostic] of level [Rejected], to be
// shown beside the figures. Where resources might overlap and the patterns
// cannot tell, access is assumed.
package aws
