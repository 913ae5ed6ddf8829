// Package records reads files of audit logs, whatever cloud wrote them: lists
// of records in an object, arrays, one record per line, documents one after the
// other, rows of tables, records within records; compressed with gzip or not; a
// file, all files below a directory, or those that a glob matches.
//
// What is a cloud's own is its [Format]: which keys hold lists of records, and
// what event a record is. Everything else is here: windows over the stream, so
// that no more than the largest record is in memory; the search for the next
// record behind a damaged one; problems with their positions; counts that add
// up; workers; and what was delivered before.
//
// Every record is accounted for: In = Parsed + the sum of Rejected.
package records
