// Package gcp assesses projects of Google Cloud: what allow policies grant, ways
// to more permissions, and which buckets lie open.
package gcp

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/gcp"
	"github.com/leastward/leastward/internal/policy/gcp/escalation"
)

// Cloud is [assess.Cloud] of Google Cloud.
type Cloud struct {
	catalog   *catalog.Catalog
	evaluator *policy.Evaluator
}

var _ assess.Cloud = (*Cloud)(nil)

// New returns it over a catalogue of Google Cloud.
func New(cat *catalog.Catalog) *Cloud { return &Cloud{catalog: cat, evaluator: policy.New(cat)} }

// Catalog returns the catalogue that it evaluates against.
func (c *Cloud) Catalog() *catalog.Catalog { return c.catalog }

// Evaluator returns what compiles the inventories of projects.
func (c *Cloud) Evaluator() *policy.Evaluator { return c.evaluator }

// Judge compiles the policies of a project.
func (c *Cloud) Judge(inv *entitlement.Inventory) assess.Judged {
	return &project{c.evaluator.Compile(inv)}
}

// project is [assess.ByRoles] of one project.
type project struct{ compiled *policy.Project }

var _ assess.ByRoles = (*project)(nil)

// Access returns what an identity may do.
func (p *project) Access(id entitlement.IdentityID) *entitlement.Access {
	return p.compiled.Access(id)
}

// Whole returns nil: whoever may do everything was granted it.
func (p *project) Whole(*entitlement.Identity) *entitlement.Access { return nil }

// Problems are those of roles, members, conditions and scopes.
func (p *project) Problems() []entitlement.Problem { return p.compiled.Problems() }

// Survey looks for ways to more permissions, and tells which buckets lie open.
func (p *project) Survey(in *finding.Input) assess.Survey {
	for i := range in.Buckets {
		in.Buckets[i].Exposure = policy.Bucket(p.compiled, in.Buckets[i].Resource)
	}
	said := assess.Survey{Ways: escalation.Find(policy.NewEstate(p.compiled), p.compiled)}
	said.Escalate(in)
	return said
}

// Grants returns every grant that reaches an identity.
func (p *project) Grants(id entitlement.IdentityID) []assess.Via {
	return p.compiled.Grants(id)
}

// Via returns the grants that give an identity an action.
func (p *project) Via(id entitlement.IdentityID, action entitlement.Action) []assess.Via {
	return p.compiled.Via(id, action)
}
