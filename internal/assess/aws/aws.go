// Package aws assesses accounts of AWS: what their policies grant, ways to more
// permissions, outsiders, and what lies open.
package aws

import (
	"strings"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// Cloud is [assess.Cloud] of AWS.
type Cloud struct {
	catalog   *catalog.Catalog
	evaluator *policy.Evaluator
	reach     *exposure.Tools
}

var _ assess.Cloud = (*Cloud)(nil)

// New returns it over a catalogue of AWS.
func New(cat *catalog.Catalog) *Cloud {
	return &Cloud{catalog: cat, evaluator: policy.New(cat), reach: exposure.NewTools(cat)}
}

// Catalog returns the catalogue that it evaluates against.
func (c *Cloud) Catalog() *catalog.Catalog { return c.catalog }

// Evaluator returns what compiles policies against the catalogue.
func (c *Cloud) Evaluator() *policy.Evaluator { return c.evaluator }

// Judge compiles the policies of an account.
func (c *Cloud) Judge(inv *entitlement.Inventory) assess.Judged {
	return &account{cloud: c, Account: c.evaluator.Compile(inv)}
}

// account is [assess.Judged] of one account.
type account struct {
	*policy.Account

	cloud *Cloud
}

// Whole returns what a root user may do.
func (a *account) Whole(id *entitlement.Identity) *entitlement.Access {
	if !id.Root {
		return nil
	}
	return a.cloud.whole(a.Inventory(), id)
}

// Problems are those of the policy documents.
func (a *account) Problems() []entitlement.Problem {
	var list []entitlement.Problem
	for _, d := range a.Diagnostics() {
		list = append(list, entitlement.Problem{
			Code: "policy_document", Subject: string(d.Policy),
			Message: strings.TrimPrefix(d.String(), string(d.Policy)+": "),
		})
	}
	return list
}
