// Package trigger evaluates activity triggers: conditions on audit events that
// somebody wants to be told of.
//
// A trigger looks at every event once, when it was stored, whatever its own
// time, so that late events count as well. What a trigger has looked at and what
// it found are saved together: after a crash no event is lost and none counts
// twice.
package trigger
