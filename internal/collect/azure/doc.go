// Package azure collects what is known about Azure subscriptions: who may do
// what (one [entitlement.Inventory] for each) and who did what (a stream of
// events). It reads only, and evaluates nothing.
//
// What a document is, is recognised by its content, so that the files of an
// export may be named and laid out at will. What cannot be read never ends a
// collection: it is counted under a bounded reason and reported as a problem
// with its position and the remedy.
//
// # Entitlements
//
// [ReadEntitlements] takes role assignments and definitions, deny assignments,
// classic administrators, the schedules of Privileged Identity Management,
// users, groups and applications of Microsoft Graph, the hierarchy of
// management groups and subscriptions, and resources, in the spellings of the
// REST APIs, of the Azure CLI and of Resource Graph. Records go to a collection
// one by one, which brings together at the end what belongs together.
//
// # Events
//
// [ReadEvents] takes the Activity Log, the logs of Microsoft Entra and those of
// resources, in the shapes of diagnostic settings and Event Hubs, of the REST
// API, the SDKs and the Azure CLI, and of Log Analytics.
//
// # A tenant through its APIs
//
// A [Collector] asks Resource Manager, Resource Graph and Microsoft Graph for the
// same documents and hands them to the same collection, page by page, so that
// what is read live and what was exported to files is one inventory. What is
// refused becomes a problem with the missing permission. [Collector.Events] reads
// what is new of the hourly blobs of a storage account, of the Activity Log, or
// of the tenant's own logs, from a [Checkpoint] on: nothing is lost, and nothing
// comes twice. [Collector.Discover] tells which subscriptions there are.
package azure
