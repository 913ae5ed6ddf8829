package aws

import "encoding/json"

// Policies judges policy documents. Implementations must rather refuse a
// document that they do not fully understand than guess.
type Policies interface {
	Judge(document string) (Judgement, error)
}

// Judgement is what the planner needs to know of one policy document. The
// statements are for a document of version 2012-10-17.
type Judgement struct {
	// ReadOnly is set where the policy grants nothing but reading and listing.
	ReadOnly bool
	// Admin is set where a statement allows every action on every resource,
	// unconditionally.
	Admin bool
	// Reads are statements that allow what of the policy is reading and
	// listing: never more than the policy allows.
	Reads []json.RawMessage
	// Denies are the policy's Deny statements as they stand.
	Denies []json.RawMessage
	// Lost says in words which reading could not be carried over.
	Lost []string
}
