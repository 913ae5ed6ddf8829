// Package escalation finds the ways in which identities of AWS accounts can
// raise their own permissions.
//
// The ways are the published paths of https://pathfinding.cloud (see [Paths])
// and one of our own. A path counts only where every permission that it needs
// is granted on a concrete, sensible target of the account: the identity
// itself, a policy that it has, a role that the service in question may
// assume, a function that runs as a role. Conditions, explicit denies,
// permissions boundaries and service control policies are judged by
// [aws.Estate.Decide] for just that target; what they rule out is no finding.
//
// # More than before
//
// A path must end with more than the identity holds: an action of high
// severity that it has on no resource, or one that it gets on all resources
// and had on some. [entitlement.Escalation.Admin] is set where it ends with
// all that the service control policies leave to anybody in the account, which
// is everything where there are none. Who has that already is no finding, nor
// are root users and service-linked roles. Roles of IAM Identity Center and
// service-linked roles cannot be changed by IAM, so nobody escalates by
// changing them; who gives itself permissions stays within its permissions
// boundary.
//
// # Prerequisites
//
// What a path needs beside permissions is looked up in the inventory. Where
// that cannot tell, the finding is conditional and a key of the form
// "existing …" says what would have to exist, such as "existing codebuild
// project"; condition keys have no blanks, so that the two cannot be mixed up.
// Functions and instances count as not collected where an inventory has none.
//
// # Chains
//
// Who comes to act as another identity can go on from there, up to
// [MaxSteps] moves, also into other accounts of the estate. If no single
// unconditional move brings everything, the shortest chain that does is
// reported, an unconditional one if there is any; and chains that end with more
// where no move before the last brought any, each end by a shortest one.
//
// # Limits
//
// Of each path the 50 most powerful targets that an identity reaches are looked
// at, and up to 50 more of which each has another access than all before; a path
// is given up after 2,000 targets that are refused. A search goes through 50
// identities that bring nothing at most. Of each identity the [MaxPerIdentity]
// gravest findings are kept and all that were found are counted;
// [entitlement.Ways.More] is set where something was left out.
//
// # Many identities
//
// What a path finds is found once for all users, or roles, of an account whose
// policies say the same about its actions, unless one of them may look at who
// asks.
package escalation
