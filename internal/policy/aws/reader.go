package aws

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws/condition"
)

// policy is a compiled document. Policies with the same text share one.
type policy struct {
	statements []statement
	// doubtful is set where something that may be an Allow could not be
	// understood, so that the policy cannot serve as a guard.
	doubtful bool
	literals []int32      // Those of the universe that an Allow names.
	union    *sparse      // The actions that its statements are about.
	lookup   *lookup      // nil for short ones.
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
	principal                 *principals    // Of policies of resources; nil otherwise.
	conditions                *condition.Set // nil: none.
	acts                      *sparse        // The actions that it is about, whatever their resources.
	all, part, named, several *sparse
}

// reader turns documents into statements. Texts that recur are held once.
type reader struct {
	inv         *entitlement.Inventory
	ids         map[entitlement.PolicyID]int32   // Into policies.
	guards      map[entitlement.ResourceID]int32 // Policies of resources and trust policies of roles, into policies.
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
	kind   documentKind
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
		guards:    map[entitlement.ResourceID]int32{},
		byText:    map[uint64][]sample{},
		seed:      maphash.MakeSeed(),
		actions:   interned{ids: map[string]int32{}},
		resources: map[resourceKey]int32{},
		literals:  map[string]entitlement.Action{},
	}
}

func (r *reader) readPolicies() {
	ids := slices.Sorted(maps.Keys(r.inv.Policies))
	shared := r.resourceControls()
	r.policies = make([]policy, 0, len(ids))
	for _, id := range ids {
		kind := identityDocument
		if shared[id] {
			kind = resourceDocument
		}
		r.ids[id] = r.document(id, r.inv.Policies[id].Document, kind)
	}
	for i := range r.inv.Resources {
		if res := &r.inv.Resources[i]; res.Policy != nil {
			r.guard(res.ID, res.Policy)
		}
	}
	for i := range r.inv.Identities {
		if id := &r.inv.Identities[i]; id.Trust != nil {
			r.guard(entitlement.ResourceID(id.ID), id.Trust)
		}
	}
}

// resourceControls are the policies that stand among the resource control
// policies, which have a Principal as policies of resources do.
func (r *reader) resourceControls() map[entitlement.PolicyID]bool {
	ids := map[entitlement.PolicyID]bool{}
	for _, level := range r.inv.ResourceControls {
		for _, id := range level {
			ids[id] = true
		}
	}
	return ids
}

// guard reads the policy of a resource.
func (r *reader) guard(id entitlement.ResourceID, doc []byte) {
	r.guards[id] = r.document(entitlement.PolicyID(id), doc, resourceDocument)
}

// document reads a document and reports what is wrong with it.
func (r *reader) document(id entitlement.PolicyID, doc []byte, kind documentKind) int32 {
	n := r.policy(doc, kind)
	for _, d := range r.policies[n].diags {
		d.Policy = id
		r.diagnostics = append(r.diagnostics, d)
	}
	return n
}

// policy reads a document, or finds the same text read before.
func (r *reader) policy(doc []byte, kind documentKind) int32 {
	h := maphash.Bytes(r.seed, doc)
	for _, s := range r.byText[h] {
		if s.kind == kind && bytes.Equal(s.doc, doc) {
			return s.policy
		}
	}
	n := int32(len(r.policies)) //nolint:gosec // bounded by the number of documents
	r.byText[h] = append(r.byText[h], sample{doc, n, kind})
	r.policies = append(r.policies, r.read(doc, kind))
	return n
}

func (r *reader) read(doc []byte, kind documentKind) policy {
	d, diags := Parse(doc)
	p := policy{diags: diags, doubtful: d.RejectedAllows > 0}
	p.statements = make([]statement, 0, len(d.Statements))
	for i := range d.Statements {
		s := &d.Statements[i]
		out, err := r.statement(d, s, kind)
		if fault := kind.fault(s); fault != "" {
			err = errors.New(fault)
		}
		if err != nil {
			p.diags = append(p.diags, Diagnostic{Position: s.Position, Level: Rejected, Message: left(s, err)})
			p.doubtful = p.doubtful || s.Effect == Allow
			continue
		}
		p.statements = append(p.statements, out)
	}
	return p
}

func (r *reader) statement(d *Document, s *Statement, kind documentKind) (statement, error) {
	out := statement{
		sid: strings.Clone(s.Sid), index: int32(s.Index), //nolint:gosec // bounded by MaxDocument
		deny: s.Effect == Deny, conditional: s.Conditional(),
		notActions: s.NotActions != nil, notResources: s.NotResources != nil,
		position: s.Position, principal: parsePrincipals(s),
	}
	var err error
	if out.conditions, err = compileConditions(s.Conditions, d.variables()); err != nil {
		return out, err
	}
	for _, a := range slices.Concat(s.Actions, s.NotActions) {
		out.actions = append(out.actions, r.action(a, s.Effect == Allow && !out.notActions && kind == identityDocument))
	}
	for _, raw := range slices.Concat(s.Resources, s.NotResources) {
		out.resources = append(out.resources, r.resource(resourceKey{raw, d.variables() && strings.Contains(raw, "${")}))
	}
	return out, nil
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
