package escalation

import (
	"bytes"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// class is the set of users, or of roles, of one account with the same policies, groups'
// included, and the same boundary: what does not look at who asks is the same
// for all of them. Where one of the policies looks at an identity it is alone.
type class struct {
	name     string
	denies   bool // A Deny or a boundary limits what it can give itself.
	policies []entitlement.PolicyID
	kin      []*kin // By the numbers of plans; nil until asked for.
}

// text is what a policy tells at a glance.
type text struct {
	glance
	denies bool // It may have a Deny.
}

// text looks at a policy's text once. It errs on the safe side: what looks like
// a variable or a Deny is taken for one.
func (v *view) text(p entitlement.PolicyID) *text {
	if t, ok := v.texts[p]; ok {
		return t
	}
	doc := bytes.ToLower(v.inv.Policies[p].Document)
	escaped := bytes.Contains(doc, []byte(`\u`))
	t := &text{
		denies: escaped || bytes.Contains(doc, []byte(`"deny"`)),
	}
	if escaped || looks(doc) {
		t.glance = glanceOf(v.document(p))
	}
	v.texts[p] = t
	return t
}

// looks reports whether a policy, in lower case, may look at who asks.
func looks(doc []byte) bool {
	return bytes.Contains(doc, []byte("${")) || bytes.Contains(doc, []byte("aws:principal")) || bytes.Contains(doc, []byte("aws:user"))
}

// classOf returns the class of an identity.
func (v *view) classOf(a *actor) *class {
	if a.class != nil {
		return a.class
	}
	c := class{denies: a.Boundary != "", policies: slices.Clone(a.Policies)}
	for _, g := range v.groupsOf(a) {
		c.policies = append(c.policies, g.Policies...)
	}
	slices.Sort(c.policies)
	c.policies = slices.Compact(c.policies)
	name := []string{string(a.Kind), string(a.Boundary)}
	personal := v.text(a.Boundary).at(a)
	for _, p := range v.looking {
		personal = personal || v.text(p).at(a)
	}
	for _, p := range c.policies {
		t := v.text(p)
		personal, c.denies = personal || t.at(a), c.denies || t.denies
		name = append(name, string(p))
	}
	if personal {
		name = append(name, string(a.ID))
	}
	c.name = strings.Join(name, "\n")
	if a.class = v.classes[c.name]; a.class == nil {
		c.kin = make([]*kin, v.plans)
		a.class = &c
		v.classes[c.name] = a.class
	}
	return a.class
}

// groupsOf returns the groups that a user belongs to.
func (v *view) groupsOf(a *actor) []*entitlement.Identity {
	var out []*entitlement.Identity
	for _, id := range a.Groups {
		if g := v.groupByID[id]; g != nil {
			out = append(out, g)
		}
	}
	return out
}

// document returns a policy parsed.
func (v *view) document(p entitlement.PolicyID) *aws.Document {
	d, ok := v.docs[p]
	if !ok {
		d, _ = aws.Parse(v.inv.Policies[p].Document)
		v.docs[p] = d
	}
	return d
}

// statements yields the statements that allow an identity an action.
func (f *finder) statements(who *actor, action entitlement.Action) []*aws.Statement {
	i, ok := f.cat.Index(action)
	if !ok {
		return nil
	}
	var out []*aws.Statement
	for _, via := range who.view.account.Via(who.ID, i) {
		list := who.view.document(via.Policy).Statements
		if n, ok := slices.BinarySearchFunc(list, via.Statement, func(s aws.Statement, n int) int { return s.Index - n }); ok {
			out = append(out, &list[n])
		}
	}
	return out
}
