// Package logsql compiles audit queries to LogsQL, the language of the store's
// engine. It is pure: it runs nothing.
//
// What a condition means is said by package query; here is how it is asked. The
// rules that are not obvious:
//
//   - Values are quoted, field names are the known columns only, and every group
//     stands in parentheses, so a text changes what is looked for and never the
//     statement's shape.
//   - A field with several values lies in two columns (see package row): one of
//     its values is v if the first is v, or if the JSON array of all of them has
//     v as an element.
//   - The engine keeps columns of numbers and IPv4 addresses as such and reads a
//     compared value in the same way, so that 1_000 would equal 1000. Values that
//     look like numbers and are not written as one would be are compared as text.
//   - Case is ignored by a regular expression, which is slow; before it runs, a
//     short piece of the text in all its spellings sorts out most values.
//   - [query.Text] holds where one of [query.TextFields], or the request's
//     parameters and answer, contains the text, whatever the case.
//   - In an IPv6 network are IPv6 addresses only, also where it covers those
//     that IPv4 is mapped to.
package logsql
