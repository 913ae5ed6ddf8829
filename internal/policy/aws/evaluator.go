package aws

import (
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// Evaluator compiles the policies of AWS accounts against a catalogue. It is
// safe for concurrent use.
type Evaluator struct {
	cat    *catalog.Catalog
	schema *schema
}

// New returns an evaluator over the catalogue, whose indices its results use.
func New(cat *catalog.Catalog) *Evaluator {
	return &Evaluator{cat: cat, schema: newSchema(cat)}
}

// Compile makes the inventory of one account ready to answer. It never fails;
// what could not be understood is in Diagnostics. The inventory must not be
// changed while the Account is in use.
func (e *Evaluator) Compile(inv *entitlement.Inventory) *Account {
	r := newReader(inv)
	r.readPolicies()
	c := &compiler{reader: r, judge: &judge{schema: e.schema, home: homeOf(inv), n: e.cat.Len()}}
	c.universe = r.universe(e.cat)
	c.compile()
	a := &Account{
		inv: inv, cat: e.cat, judge: c.judge, universe: c.universe,
		policies: r.policies, patterns: r.patterns, results: entitlement.NewSetPool(),
	}
	for _, text := range r.actions.texts {
		a.actions = append(a.actions, glob.Encode(text, false))
	}
	a.link(inv, r)
	a.diags = r.sortedDiagnostics()
	return a
}
