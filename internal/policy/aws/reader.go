package aws

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// policy is a compiled document. Policies with the same text share one.
type policy struct {
	statements []statement
	// doubtful is set where something that may be an Allow could not be
	// understood, so that the policy cannot serve as a guard.
	doubtful bool
	literals []int32      // Those of the universe that an Allow names.
	diags    []Diagnostic // Without the policy's id.
}

// statement is a rule as numbers: actions and resources by their place in the
// reader's tables, and the actions that it bears on by reach.
type statement struct {
	sid                       string
	index                     int32
	deny, conditional         bool
	notActions, notResources  bool
	actions, resources        []int32
	position                  Position
	all, part, named, several *sparse
}

// reader turns documents into statements. Texts that recur are held once.
type reader struct {
	inv         *entitlement.Inventory
	ids         map[entitlement.PolicyID]int32 // Into policies.
	policies    []policy
	byText      map[uint64][]sample
	seed        maphash.Seed
	actions     interned
	resources   map[resourceKey]int32
	patterns    []*pattern
	literals    map[string]entitlement.Action // By lower case; candidates.
	diagnostics []Diagnostic
}

// sample is a document seen before.
type sample struct {
	doc    []byte
	policy int32
}

type resourceKey struct {
	raw       string
	variables bool
}

// interned numbers texts.
type interned struct {
	ids   map[string]int32
	texts []string
}

func (t *interned) id(s string) int32 {
	if id, ok := t.ids[s]; ok {
		return id
	}
	s = strings.Clone(s)      // Else it would keep its whole document.
	id := int32(len(t.texts)) //nolint:gosec // bounded by the size of the documents
	t.ids[s] = id
	t.texts = append(t.texts, s)
	return id
}

func newReader(inv *entitlement.Inventory) *reader {
	return &reader{
		inv:       inv,
		ids:       make(map[entitlement.PolicyID]int32, len(inv.Policies)),
		byText:    map[uint64][]sample{},
		seed:      maphash.MakeSeed(),
		actions:   interned{ids: map[string]int32{}},
		resources: map[resourceKey]int32{},
		literals:  map[string]entitlement.Action{},
	}
}

func (r *reader) readPolicies() {
	ids := make([]entitlement.PolicyID, 0, len(r.inv.Policies))
	for id := range r.inv.Policies {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	r.policies = make([]policy, 0, len(ids))
	for _, id := range ids {
		n := r.policy(r.inv.Policies[id].Document)
		r.ids[id] = n
		for _, d := range r.policies[n].diags {
			d.Policy = id
			r.diagnostics = append(r.diagnostics, d)
		}
	}
}

// policy reads a document, or finds the same text read before.
func (r *reader) policy(doc []byte) int32 {
	h := maphash.Bytes(r.seed, doc)
	for _, s := range r.byText[h] {
		if bytes.Equal(s.doc, doc) {
			return s.policy
		}
	}
	n := int32(len(r.policies)) //nolint:gosec // bounded by the number of documents
	r.byText[h] = append(r.byText[h], sample{doc, n})
	r.policies = append(r.policies, r.read(doc))
	return n
}

func (r *reader) read(doc []byte) policy {
	d, diags := Parse(doc)
	p := policy{diags: diags, doubtful: d.RejectedAllows > 0}
	p.statements = make([]statement, 0, len(d.Statements))
	for i := range d.Statements {
		s := &d.Statements[i]
		if fault := identityFault(s); fault != "" {
			p.diags = append(p.diags, Diagnostic{Position: s.Position, Level: Rejected, Message: fault})
			p.doubtful = p.doubtful || s.Effect == Allow
			continue
		}
		p.statements = append(p.statements, r.statement(d, s))
	}
	return p
}

// identityFault tells why a statement cannot stand in a policy of an identity
// or an organisation, "" if it can.
func identityFault(s *Statement) string {
	fault := ""
	switch {
	case s.Principal != nil || s.NotPrincipal != nil:
		fault = "the statement has a Principal, which only policies of resources have"
	case s.Resources == nil && s.NotResources == nil:
		fault = "the statement has neither Resource nor NotResource"
	default:
		return ""
	}
	if s.Effect == Deny {
		return fault + ": the Deny statement, which therefore denies nothing here, is left out"
	}
	return fault + ": the statement is left out"
}

func (r *reader) statement(d *Document, s *Statement) statement {
	out := statement{
		sid: strings.Clone(s.Sid), index: int32(s.Index), //nolint:gosec // bounded by MaxDocument
		deny: s.Effect == Deny, conditional: s.Conditional(),
		notActions: s.NotActions != nil, notResources: s.NotResources != nil,
		position: s.Position,
	}
	for _, a := range slices.Concat(s.Actions, s.NotActions) {
		out.actions = append(out.actions, r.action(a, s.Effect == Allow && !out.notActions))
	}
	for _, raw := range slices.Concat(s.Resources, s.NotResources) {
		out.resources = append(out.resources, r.resource(resourceKey{raw, d.variables() && strings.Contains(raw, "${")}))
	}
	return out
}

// action numbers an action pattern and notes literal ones that are granted.
func (r *reader) action(a string, granted bool) int32 {
	lower := strings.ToLower(a)
	if strings.Trim(lower, "*") == "" {
		lower = "*"
	}
	if granted && !strings.ContainsAny(lower, "*?") {
		if _, ok := r.literals[lower]; !ok {
			r.literals[strings.Clone(lower)] = entitlement.Action(strings.Clone(a))
		}
	}
	return r.actions.id(lower)
}

func (r *reader) resource(key resourceKey) int32 {
	if id, ok := r.resources[key]; ok {
		return id
	}
	key.raw = strings.Clone(key.raw)
	p := parsePattern(key.raw, key.variables)
	id := int32(len(r.patterns)) //nolint:gosec // bounded by the size of the documents
	r.resources[key] = id
	r.patterns = append(r.patterns, &p)
	return id
}

// universe returns the actions of the catalogue and the literal ones besides.
func (r *reader) universe(cat *catalog.Catalog) *universe {
	var literals []entitlement.Action
	for lower, a := range r.literals {
		if _, ok := cat.Index(entitlement.Action(lower)); !ok {
			literals = append(literals, a)
		}
	}
	slices.Sort(literals)
	u, err := newUniverse(cat, literals)
	if err != nil {
		r.reject("", "%v: none of these is shown", err)
		u, _ = newUniverse(cat, nil)
	}
	return u
}

func (r *reader) reject(id entitlement.PolicyID, format string, args ...any) {
	r.diagnostics = append(r.diagnostics, Diagnostic{Policy: id, Level: Rejected, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) sortedDiagnostics() []Diagnostic {
	slices.SortStableFunc(r.diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Policy, b.Policy),
			cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})
	return r.diagnostics
}

// homeOf finds the account's number and partition.
func homeOf(inv *entitlement.Inventory) home {
	var h home
	if inv.System.ID != "" {
		h.account = []byte(inv.System.ID)
	}
	for i := range inv.Identities {
		if parts := strings.SplitN(string(inv.Identities[i].ID), ":", 3); len(parts) == 3 && parts[0] == "arn" {
			h.partition = []byte(parts[1])
			break
		}
	}
	return h
}
