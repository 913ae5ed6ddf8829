// Package change describes changes to an identity without saying how a cloud
// makes them: the facts that hold of the identity, the operations that set or
// remove one fact each, and the plan that is made of them. It is pure.
//
// Because every operation concerns one fact, what an operation will do, whether
// it is already in effect, what undoes it and whether a plan has come true
// follow from comparing facts, the same for every cloud.
package change

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Subject is whom a change concerns.
type Subject struct {
	Cloud    entitlement.Cloud      `json:"cloud"`
	System   entitlement.SystemID   `json:"system"`
	Identity entitlement.IdentityID `json:"identity"`
}

// Kind tells what sort of fact one is.
type Kind string

// The kinds of facts.
const (
	AttachedPolicy Kind = "attached_policy" // Name is the policy's ARN; no value.
	InlinePolicy   Kind = "inline_policy"   // Name is the policy's name; the value its document.
	Membership     Kind = "group"           // Name is the group's name; no value.
	Tag            Kind = "tag"             // Name is the tag's key, the value its value.
	Boundary       Kind = "boundary"        // Name is "" and the value the ARN. Never changed.
)

// Operation sets one fact or removes it.
type Operation struct {
	Kind  Kind   `json:"kind"`
	Name  string `json:"name"`
	Set   bool   `json:"set"`             // False removes the fact.
	Value string `json:"value,omitempty"` // Of a fact that is set.
	Why   string `json:"why,omitempty"`   // For the person who reads the plan.
}

// Key is the operation's place among the facts.
func (o Operation) Key() string { return Key(o.Kind, o.Name) }

// String says what the operation does, in one line.
func (o Operation) String() string {
	verb := map[bool]map[Kind]string{
		true:  {AttachedPolicy: "attach managed policy", InlinePolicy: "put inline policy", Membership: "add to group", Tag: "set tag"},
		false: {AttachedPolicy: "detach managed policy", InlinePolicy: "delete inline policy", Membership: "remove from group", Tag: "remove tag"},
	}[o.Set][o.Kind]
	if verb == "" {
		return fmt.Sprintf("unknown operation on %s", o.Key())
	}
	if o.Kind == Tag && o.Set {
		return fmt.Sprintf("%s %s = %q", verb, o.Name, o.Value)
	}
	return verb + " " + o.Name
}

// Key returns the place of a fact in [Facts].
func Key(k Kind, name string) string { return string(k) + "/" + name }

// SplitKey undoes [Key].
func SplitKey(key string) (Kind, string) {
	kind, name, _ := strings.Cut(key, "/")
	return Kind(kind), name
}

// Refusal says why no plan is made, or a planned one not carried out. It is an
// answer and not a fault: trying again would give the same.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

// Refuse returns a [Refusal].
func Refuse(format string, args ...any) error {
	return &Refusal{Reason: fmt.Sprintf(format, args...)}
}
