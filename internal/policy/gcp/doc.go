// Package gcp evaluates the policies of Google Cloud: who may do what, where
// and on which condition.
//
// Three layers decide, in this order: principal access boundaries, deny
// policies, allow policies. Each is inherited from the organization by way of
// folders to the project and what is in it. See
// https://cloud.google.com/iam/docs/policy-types#evaluation.
//
// [Project.Access] says what an identity may do in a project at all,
// [Estate.Decide] whether it may do one thing to one resource. Both are pure:
// they read nothing and know no time but that of the inventory and the request.
// What is modelled and what is not stands in docs/gcp-evaluation.md.
package gcp
