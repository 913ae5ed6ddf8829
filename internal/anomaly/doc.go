// Package anomaly finds what an identity does for the first time: works on a
// resource, uses a permission, or does anything at all, after an interval of 90,
// 60 or 30 days without.
//
// An event at time t is a first time if the same system has none with the same
// identity and resource (or action, or the same identity alone) in the interval
// before t. Events that count:
//
//   - Calls of identities. What the cloud does of its own accord (by_service)
//     never counts; what a service does on an identity's behalf (invoked_by) does.
//   - For a resource or action, calls that were not refused; for an identity also
//     refused ones, since an attempt shows that somebody is there.
//   - Calls that only read count unless the rule leaves them out.
//   - An object of S3 counts as its bucket.
//
// Nothing is reported of a system until the store covers a whole interval of it:
// everything would be new. Events are looked at when they are stored, whatever
// their own time; what was reported once is not reported again for events that
// come late.
package anomaly
