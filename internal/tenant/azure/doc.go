// Package azure generates the Azure part of the sample organisation: a tenant
// with its management groups, subscriptions, directory and resources as the
// Azure CLI, ARM and Microsoft Graph export them, and the logs that diagnostic
// settings write to a storage account.
//
// Everything follows from the seed; each identity is computed from its kind and
// number alone. What is so by construction stands in [Truth], which does not
// come from the suite's own evaluators.
package azure
