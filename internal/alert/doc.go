// Package alert is the contract between the alert rules and everything behind
// them: the names of the labels and annotations that every alert of the suite
// carries, the values that they may take, and the parser that turns the labels
// of an Alertmanager notification into a checked [Labels].
//
// The rules in alert-rules are tested against this package, and the remediator
// accepts nothing else, so that what one side emits is what the other reads.
package alert
