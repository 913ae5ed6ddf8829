// Package azure assesses subscriptions of Azure: what role assignments grant,
// and which storage lies open. No ways to more permissions are looked for.
package azure

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/azure"
)

// Cloud is [assess.Cloud] of Azure.
type Cloud struct {
	catalog   *catalog.Catalog
	evaluator *policy.Evaluator
}

var _ assess.Cloud = (*Cloud)(nil)

// New returns it over a catalogue of Azure.
func New(cat *catalog.Catalog) *Cloud { return &Cloud{catalog: cat, evaluator: policy.New(cat)} }

// Catalog returns the catalogue that it evaluates against.
func (c *Cloud) Catalog() *catalog.Catalog { return c.catalog }

// Evaluator returns what compiles the inventories of subscriptions.
func (c *Cloud) Evaluator() *policy.Evaluator { return c.evaluator }

// Judge compiles the assignments of a subscription.
func (c *Cloud) Judge(inv *entitlement.Inventory) assess.Judged {
	return &subscription{c.evaluator.Compile(inv)}
}

// subscription is [assess.ByRoles] of one subscription.
type subscription struct{ compiled *policy.Subscription }

var _ assess.ByRoles = (*subscription)(nil)

// Access returns what an identity may do.
func (s *subscription) Access(id entitlement.IdentityID) *entitlement.Access {
	return s.compiled.Access(id)
}

// Whole returns nil: whoever may do everything was granted it.
func (s *subscription) Whole(*entitlement.Identity) *entitlement.Access { return nil }

// Problems are those of roles, conditions and scopes.
func (s *subscription) Problems() []entitlement.Problem { return s.compiled.Problems() }

// Survey tells which storage lies open.
func (s *subscription) Survey(in *finding.Input) assess.Survey {
	for i := range in.Buckets {
		in.Buckets[i].Exposure = policy.Storage(s.compiled, in.Buckets[i].Resource)
	}
	return assess.Survey{}
}

// Grants returns every grant that reaches an identity.
func (s *subscription) Grants(id entitlement.IdentityID) []assess.Via {
	return s.compiled.Grants(id)
}

// Via returns the grants that give an identity an action.
func (s *subscription) Via(id entitlement.IdentityID, action entitlement.Action) []assess.Via {
	return s.compiled.Via(id, action)
}
