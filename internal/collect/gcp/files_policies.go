package gcp

import (
	"encoding/json"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// allowPolicy is the allow policy of one resource.
type allowPolicy struct {
	src      *source
	name     string // Full name, as written.
	kind     string
	updated  time.Time
	bindings []binding
	text     string // To compare with another of the same resource.
}

type binding struct {
	role      entitlement.RoleID
	members   []string
	condition *entitlement.Condition
}

// attached takes a policy with the resource that it is of: a result of a search
// of all policies, or what a user wrote around a policy.
func (b *builder) attached(src *source, o object, _ *around) {
	kind := o.text("assetType")
	name := fullName(o.text("resource"), kind)
	if name == "" {
		b.reject(src, records.MissingField, "resource: %q does not tell the service; write a full resource name such as "+
			"//storage.googleapis.com/my-bucket, or projects/my-project", clip(o.text("resource")))
		return
	}
	b.placed(src, name, o)
	if containerOf(name) == "" && !isPlural(o) {
		b.keep(src, name, kind, nil)
	}
	b.policy(src, name, kind, o.value("policy"), o)
	b.present(name)
}

func isPlural(o object) bool { return !isResource(o.text("assetType")) }

// policy takes the allow policy of a resource. Version 1 has no conditions; what
// a policy says of audit logs is not an entitlement.
// https://cloud.google.com/iam/docs/reference/rest/v1/Policy
func (b *builder) policy(src *source, name, kind string, value any, around object) {
	o := asObject(value)
	if o == nil {
		b.reject(src, records.UnsupportedShape, "the allow policy of %s is not an object; export it again", name)
		return
	}
	p := &allowPolicy{src: src, name: name, kind: kind}
	if o.value("bindings") != nil && o.list("bindings") == nil {
		b.problem(src.within(", %s", name), records.UnsupportedShape, "bindings is not a list: what the policy grants is unknown; export it again")
	}
	p.updated, _ = around.time("updateTime") // Only to tell which of two is the later.
	for i, v := range o.list("bindings") {
		if x, ok := b.binding(src.within(", %s, bindings[%d]", name, i), asObject(v)); ok {
			p.bindings = append(p.bindings, x)
		}
	}
	text, _ := json.Marshal(o.value("bindings")) // It was JSON.
	p.text = string(text)
	b.policies = append(b.policies, p)
}

func (b *builder) binding(p place, o object) (binding, bool) {
	x := binding{role: entitlement.RoleID(o.text("role")), members: o.texts("members"), condition: condition(o)}
	switch {
	case x.role == "":
		b.problem(p, records.MissingField, "role is missing: the binding is left out; export the policy again")
		return x, false
	case len(x.members) != len(o.list("members")) || o.has("members") && o.list("members") == nil:
		b.problem(p, records.UnsupportedShape, "members is not a list of texts such as user:alice@example.com: "+
			"the others are left out; export the policy again")
	case o.has("condition") && x.condition == nil:
		b.problem(p, records.UnsupportedShape, "condition has no expression: the binding is left out, since it might grant nothing; "+
			"export the policy again, with version 3")
		return x, false
	}
	return x, true
}

// condition returns the condition of a binding or rule, nil if there is none. An
// expression that is always true is none.
func condition(o object) *entitlement.Condition {
	c := o.object("condition")
	if c.text("expression") == "" {
		return nil
	}
	return &entitlement.Condition{Title: c.text("title"), Description: c.text("description"), Expression: c.text("expression")}
}
