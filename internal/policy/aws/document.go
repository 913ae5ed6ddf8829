package aws

import "encoding/json"

// Effect is what a statement does: it allows or denies.
type Effect string

// The effects. The values are case-sensitive.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// The policy language's versions. A document without one is of the older, in
// which "${aws:username}" is plain text and not a variable. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
const (
	Version2008 = "2008-10-17"
	Version2012 = "2012-10-17"
)

// Document is one policy. Its JSON form is what AWS reads.
type Document struct {
	Version    string // As written; "" stands for Version2008.
	ID         string
	Statements []Statement // Those that could be understood.
	// Rejected counts the statements that could not be understood; 1 where
	// the document as a whole could not.
	Rejected int
	// RejectedAllows counts those of Rejected that are no certain Deny.
	RejectedAllows int
}

// Statement is one rule of a policy. Of each pair Actions and NotActions,
// Resources and NotResources, Principal and NotPrincipal at most one is set.
type Statement struct {
	Sid                     string
	Effect                  Effect
	Actions, NotActions     []string
	Resources, NotResources []string
	// Principal and NotPrincipal are kept as written; nil where absent.
	Principal, NotPrincipal json.RawMessage
	Condition               json.RawMessage // As written; nil where absent.
	Conditions              []Condition     // The same, parsed.

	Index    int // Place among the statements of the document, from 0.
	Position Position
}

// Conditional reports whether a condition decides if the statement applies.
func (s *Statement) Conditional() bool { return len(s.Conditions) > 0 }

// Condition is one test of a Condition element: an operator, the key whose
// value it looks at, and the values that it compares with.
type Condition struct {
	Operator string // Such as "StringEquals" or "ForAllValues:StringLike".
	Key      string // Such as "aws:SourceIp".
	Values   []string
}

// variables reports whether the document's version knows policy variables.
func (d *Document) variables() bool { return d.Version == Version2012 }
