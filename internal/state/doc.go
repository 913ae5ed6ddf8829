// Package state keeps what people define, and how far the suite has come with
// it, in one SQLite file: saved queries, and the progress of activity triggers
// and first-time rules. What belongs together changes in one transaction.
package state
