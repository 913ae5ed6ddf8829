package gcp

import (
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/gcp/condition"
)

// boundary is a principal access boundary with one of its bindings.
type boundary struct {
	*entitlement.AccessBoundary

	target    string
	resources []string
	version   int
	expr      *condition.Expr
	broken    bool // The condition cannot be read.
	unclear   bool // The target cannot be understood.
}

func (p *Project) readBoundaries() {
	for i := range p.inv.Boundaries {
		b := boundary{AccessBoundary: &p.inv.Boundaries[i], version: defaultVersion}
		b.target = p.names.canonical(entitlement.ResourceID(b.Target))
		for _, r := range b.Resources {
			b.resources = append(b.resources, p.names.canonical(r))
		}
		if v, err := strconv.Atoi(b.Version); err == nil {
			b.version = max(v, 1)
		}
		if b.Condition != nil && strings.TrimSpace(b.Condition.Expression) != "" {
			b.expr, _ = p.readCondition(b.Condition, b.ID)
			b.broken = b.expr == nil
		}
		if b.unclear = !targetKnown(b.target); b.unclear {
			p.report(unknownTarget, b.Target, "in "+b.Binding)
		}
		p.boundaries = append(p.boundaries, b)
	}
}

func targetKnown(target string) bool {
	_, ok := cutAny(target, projects, folders, organizations, workspace, workforce)
	return ok || strings.Contains(target, "/workloadIdentityPools/")
}

const (
	workspace = "//iam.googleapis.com/locations/global/workspace/"
	workforce = "//iam.googleapis.com/locations/global/workforcePools/"
)

// binds tells how surely a boundary is about somebody. See
// https://cloud.google.com/iam/docs/principal-access-boundary-policies#principal-sets.
func (p *Project) binds(b *boundary, w *who) truth {
	t := p.inTarget(b, w)
	if t == no || b.expr == nil {
		if b.broken {
			t = t.and(perhaps)
		}
		return t
	}
	switch result, _ := b.expr.Eval(principalOnly{w}); result {
	case condition.Yes:
		return t
	case condition.Unknown:
		return t.and(perhaps)
	case condition.No, condition.Failed:
	}
	return no
}

func (p *Project) inTarget(b *boundary, w *who) truth {
	switch {
	case w.kind == groupKind || w.kind == anybodyKind:
		return no
	case b.unclear:
		return perhaps
	case strings.HasPrefix(b.target, organizations):
		return p.inOrganization(b, w)
	case strings.HasPrefix(b.target, workspace):
		return inWorkspace(strings.TrimPrefix(b.target, workspace), w)
	case strings.HasPrefix(b.target, poolsOf):
		return sure(w.pool != "" && b.target == poolsOf+w.pool)
	}
	if w.has[inKey+b.target] != yes && strings.HasPrefix(b.target, folders) {
		return p.perhapsAbove(w)
	}
	return sure(w.has[inKey+b.target] == yes) // Of a project or folder.
}

// perhapsAbove is whether somebody is of a folder or organization that is not
// known to lie above their project: what does is only known of this project,
// and if it was collected.
func (p *Project) perhapsAbove(w *who) truth {
	switch {
	case w.kind != accountKind && w.kind != workloadKind, w.placed:
		return no
	case w.project == "", !p.names.own(w.project), !p.whole:
		return perhaps
	}
	return no
}

// inOrganization tells whether somebody is of an organization: its workloads,
// and who is of its domains or pools of its workforce.
func (p *Project) inOrganization(b *boundary, w *who) truth {
	switch {
	case w.has[inKey+b.target] == yes:
		return yes
	case w.kind == accountKind || w.kind == workloadKind:
		return p.perhapsAbove(w)
	case w.kind == workforceKind:
		return perhaps // Which organization a workforce pool is of is not known.
	}
	_, known := p.inv.Domains[w.domain]
	switch {
	case len(p.inv.Domains) == 0:
		return perhaps
	case !known:
		return no
	case b.Customer != "" && w.customer != "":
		return sure(b.Customer == w.customer)
	case p.levels[b.target] > 0:
		return yes
	}
	return perhaps // Which of the organizations the domain is of is not known.
}

func inWorkspace(customer string, w *who) truth {
	switch {
	case w.kind != userKind:
		return no
	case w.customer != "":
		return sure(w.customer == customer)
	}
	return w.has[anyCustomer]
}

func sure(b bool) truth {
	if b {
		return yes
	}
	return no
}

// principalOnly is what is known of a request to a condition of a binding.
type principalOnly struct{ who *who }

// Attribute returns the values of "principal.type" and "principal.subject". See
// https://cloud.google.com/iam/docs/conditions-attribute-reference#principal.
func (r principalOnly) Attribute(name string) (any, bool) {
	switch name {
	case "principal.subject":
		return r.who.subject, true
	case "principal.type":
		switch r.who.kind {
		case userKind:
			return "iam.googleapis.com/WorkspaceIdentity", true
		case accountKind:
			return "iam.googleapis.com/ServiceAccount", true
		case workforceKind:
			return "iam.googleapis.com/WorkforcePoolIdentity", true
		case workloadKind:
			return "iam.googleapis.com/WorkloadPoolIdentity", true
		case groupKind, anybodyKind, nobodyKind: // No boundary binds them.
		}
	}
	return nil, false
}
