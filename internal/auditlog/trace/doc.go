// Package trace follows someone's way through the audit log: from an identity,
// a session, an access key or an address to everything that was reached from
// there.
//
// Events of what is traced are read in rounds. Each round finds new leads: keys
// that were handed out, users and roles that were created, the sessions of
// functions and instances that a role was passed to or that code was run on; the
// next round reads their events, from the moment on at which the lead arose. So
// nothing is followed before its credential exists, and a circle of roles ends
// by itself. In the other direction, the events that issued the traced
// keys and created the traced identities are looked up.
//
// What was found becomes a graph: every event is counted by exactly one edge
// that tells what was done, and by edges that tell from where and with which
// key. The same events give the same graph, in whatever order they come.
package trace
