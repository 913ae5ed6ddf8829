// Package usage keeps who used which permission, when first, when last and how
// often: an index of identity × action that grows with every event.
//
// What counts as a use decides whether a revocation is safe, so:
//
//   - A refused call, for want of permission or for bad credentials, is an
//     attempt and not a use. It is counted as Denied.
//   - A call that failed otherwise (throttled, not found, malformed) had been
//     allowed, or at least shows the intent, and is a use.
//   - What a cloud does by itself is nobody's use: events of services, and calls by
//     a service principal. They count as not permission-bearing.
//   - A call that a service makes on an identity's behalf needs the identity's
//     own permission (forward access sessions,
//     https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html),
//     so it is a use, and counted as Forwarded. It doesn't make a user active,
//     since users needn't be there for it. It does make a role active: someone
//     assumed it within the session's hours, and a role that only services act
//     under must not look unused.
//   - A sign-in, and a call that is open to everyone, is activity but no use.
//
// Users and roles of AWS are compared without the path in their ARN, which some
// records leave out; their names are unique in an account whatever the path.
// Object ids of Azure and addresses are compared without regard to case. Logs of
// Azure and Google Cloud have other names for identities, too: see [Aliases].
//
// The index doesn't depend on the order of events. It counts an event each time
// that it is given one, so drop redelivered events first: see [Seen].
package usage
