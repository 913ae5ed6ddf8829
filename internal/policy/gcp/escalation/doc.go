// Package escalation finds the ways in which identities of Google Cloud
// projects can raise their own permissions.
//
// The ways are published methods (see [Methods]): of Rhino Security Labs'
// research, and of services that run as a service account which whoever sets
// them up may choose. A method counts only where every permission that it needs
// is granted where it is needed: on the project, on the service account that is
// taken over, on the function that is rewritten. Deny policies, principal access
// boundaries and conditions are judged as package gcp judges them.
//
// # More than before
//
// A method must end with more than the identity holds: an action of high
// severity that it has on no resource, or one that it gets on all resources and
// had on some. [entitlement.Escalation.Admin] is set where it ends with every
// permission of an owner, or with being able to set the allow policy of the
// project. Who is owner already is no finding, nor are Google's own service
// agents.
//
// # Prerequisites
//
// What a method needs beside permissions is looked up in the inventory. Where
// that cannot tell, the finding is conditional and a key of the form
// "existing …" says what would have to exist.
//
// # Chains
//
// Who comes to act as a service account can go on from there, up to [MaxSteps]
// moves, also into other projects of the estate. If no single unconditional
// move brings everything, the shortest chain that does is reported.
//
// # Limits
//
// Of each method the [MaxTargets] most powerful targets that an identity
// reaches are looked at; of each identity the [MaxPerIdentity] gravest findings
// are kept and all that were found are counted; [entitlement.Ways.More] is set
// where something was left out. What is found is found once for all identities
// with the same access.
package escalation
