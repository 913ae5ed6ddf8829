package api

import (
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// FindingPath is where one finding is served: GET, with the finding's id for
// {id}. The answer is a [Finding], or 404 where the last collection no longer
// reports it. With the parameter "system" it is looked for there alone, and 403
// says that the caller may not see that system: without it, a finding of a
// system that the caller may not see is one that is not reported.
const FindingPath = "/api/v1/findings/{id}"

// DeniedPath is where the refused calls of one identity are served: GET, with
// the identity's id, path-escaped, for {id} and an RFC 3339 time in the
// parameter "since". The parameter "system" is that of [FindingPath], and is
// needed where several systems have the identity. The answer is a [Denials].
const DeniedPath = "/api/v1/identities/{id}/denied"

// Finding is the evidence that stands behind an alert now.
type Finding struct {
	ID       string               `json:"id"`
	Category entitlement.Category `json:"category"`
	System   entitlement.SystemID `json:"system"`
	// Identity is whom it concerns; "" where it is about a resource or an
	// outside account, which Resource names.
	Identity entitlement.IdentityID `json:"identity"`
	// Resource is the access key, bucket, security group or outside account;
	// absent where the finding has none.
	Resource string `json:"resource,omitempty"`
	// Granted and Used count actions: what the identity may do, and what it
	// did of that within the window.
	Granted int `json:"granted"`
	Used    int `json:"used"`
	// LastActive is when the identity last acted; absent if never seen.
	LastActive time.Time `json:"last_active,omitzero"`
	// Covered is the part of the look-back window that the event logs reach, 0
	// to 1. Below 1, what the logs do not reach may hold a use.
	Covered float64 `json:"covered"`
	// Exempt is set where the identity or resource is tagged so that no other
	// finding is reported of it.
	Exempt bool `json:"exempt"`
	// Evidence is the facts behind the finding, in the order that a reader
	// wants them.
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is one fact.
type Evidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Denials are the calls of one identity that were refused for want of a
// permission.
type Denials struct {
	Identity entitlement.IdentityID `json:"identity"`
	Since    time.Time              `json:"since"`
	// Until is how far the events at hand reach: an empty list says nothing
	// about what came later.
	Until  time.Time `json:"until"`
	Denied []Denial  `json:"denied"`
}

// Denial is one action that was refused, with the time of the last refusal.
type Denial struct {
	Action entitlement.Action `json:"action"`
	// Count is of all refusals that the index remembers, those before Since
	// among them.
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

// Error is the body of every answer that is not a success.
type Error struct {
	Message string `json:"error"`
	// Path names the place in the request, such as "where.all[1].values[0]" of
	// a query; absent where the request as a whole is meant.
	Path string `json:"path,omitempty"`
	// Offset is the place in the query's text or in the body, in bytes.
	Offset *int `json:"offset,omitempty"`
	// Problems are all that are wrong with a query, the first among them.
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is one thing that is wrong with a query.
type Problem struct {
	Path    string `json:"path"`
	Message string `json:"error"`
}
