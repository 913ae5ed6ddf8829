// Package entitlement holds the nouns of the suite: authorization systems,
// identities, policies, what an identity may do (Access), what it did (Usage)
// and what is wrong with that (Finding).
//
// The vocabulary is the field's: an authorization system is one AWS account,
// Azure subscription or GCP project; an identity is a human (user) or a
// workload (role, function, instance, …); an action is one cloud operation in
// the cloud's own spelling, such as "s3:CreateBucket".
//
// The package imports the standard library alone, does no I/O and reads no
// clock, so that every other package may depend on it.
package entitlement
