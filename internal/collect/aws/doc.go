// Package aws collects what is known about one AWS account: who may do what
// (an [entitlement.Inventory]) and who did what (a stream of events). It reads
// only, and evaluates nothing.
//
// There are two ways in, into the same normalisers: the live APIs ([Collector])
// and files that a user exported ([ReadFiles], [ReadEvents]).
//
// What cannot be read never ends a collection: it is counted under a bounded
// reason and reported as a problem with its position and the remedy.
//
// # Events
//
// [ReadEvents] takes CloudTrail records in every shape in which they are met:
// S3 delivery files, arrays, one record per line (bare or wrapped by a
// shipper), LookupEvents output, CloudTrail Lake rows and EventBridge
// envelopes, compressed or not. Records are scanned in place, in one pass and
// with bounded memory; only the fields that events have are decoded. The result
// equals that of encoding/json, to which the tests hold it.
package aws
