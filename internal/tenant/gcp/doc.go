// Package gcp generates the Google Cloud part of the sample organisation: an
// organization with folders and projects as Cloud Asset Inventory, the IAM API
// and the directory export them, and the audit logs that a sink writes to Cloud
// Storage.
//
// Everything follows from the seed; each identity is computed from its kind and
// number alone. What is so by construction stands in [Truth], which does not
// come from the suite's own evaluators.
package gcp
