// Package starter holds the queries and the activity triggers that ship with
// the suite.
//
// Their titles and reasons are those of the sample queries and sample activity
// alerts of Microsoft's operations guide for Entra Permissions Management, whose
// conditions were published as pictures alone; the conditions are our own
// interpretation, and are made to work on any account.
package starter
