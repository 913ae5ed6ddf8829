// Package gcp collects what is known about projects of Google Cloud: who may do
// what (one [entitlement.Inventory] for each) and who did what (a stream of
// events). It reads only, and evaluates nothing.
//
// What cannot be read never ends a collection: it is counted under a bounded
// reason and reported as a problem with its position and the remedy.
//
// # Entitlements
//
// [ReadEntitlements] takes assets of Cloud Asset Inventory and the answers of
// Google Cloud's APIs and of gcloud. Records go to a builder one by one, in
// whatever order they come, and each is recognised by its content; at the end
// the builder brings together what belongs together: allow policies with the
// projects that they reach from above, keys with their service accounts, members
// with their groups, firewall rules with instances.
//
// Projects are named by their ids wherever these are known, service accounts by
// their addresses, and everything else by full resource names as Cloud Asset
// Inventory writes them.
//
// A [Collector] asks the APIs themselves, and gives their answers to the same
// builder: the same estate through files and through APIs gives the same
// inventories. It reads one scope, an organization, a folder or a project, with
// everything below it and what is granted above it; whatever is refused is a
// problem with the permission that is missing, and the rest goes on.
//
// # Events
//
// [ReadEvents] takes audit logs in the shapes of Cloud Storage, Pub/Sub,
// BigQuery, the API and gcloud. Which permissions a call used is told by the log
// itself; where it does not tell, the catalogue knows many methods.
//
// [Collector.Events] takes them from a subscription, a sink's bucket or Cloud
// Logging, and goes on where the reading before ended.
package gcp
