package aws

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// guarded is a resource that is known, with its policy.
type guarded struct {
	id       string
	resource *entitlement.Resource // nil for a role.
	policy   int32                 // absent if there is none.
	unknown  bool                  // The policy could not be read.
}

// level is one level of an organisation's policies.
type level struct {
	policies []attached
	doubtful bool // Something that may allow cannot be understood, or there is nothing.
	missing  bool // The document of a policy is.
}

type attached struct {
	id     entitlement.PolicyID
	policy int32
}

// guards links the resources with their policies.
func (l *linker) guards() {
	a := l.account
	a.guards = make(map[string]*guarded, len(l.inv.Resources))
	for i := range l.inv.Resources {
		r := &l.inv.Resources[i]
		g := &guarded{id: string(r.ID), resource: r, policy: absent, unknown: r.PolicyUnknown}
		if n, ok := l.reader.guards[r.ID]; ok {
			g.policy = n
		}
		a.guards[g.id] = g
	}
}

// trust links a role with its trust policy.
func (l *linker) trust(s *subject) {
	if s.Kind != entitlement.Role {
		return
	}
	a := l.account
	if a.roles == nil {
		a.roles = map[string]*subject{}
	}
	a.roles[roleName(string(s.ID))] = s
	n, ok := l.reader.guards[entitlement.ResourceID(s.ID)]
	if !ok {
		return
	}
	s.trust = n
	tag, known := a.cat.Index("sts:TagSession")
	s.taggable = slices.ContainsFunc(a.policies[n].statements, func(st statement) bool {
		return !st.deny && (!known || st.acts.has(tag))
	})
}

// levels links the levels of both kinds of the organisation's policies.
func (l *linker) levels() {
	for _, ids := range l.inv.Controls {
		l.account.serviceLevels = append(l.account.serviceLevels, l.level(ids))
	}
	for i, ids := range l.inv.ResourceControls {
		for _, id := range ids {
			if _, ok := l.reader.ids[id]; !ok {
				l.absent(id, "it is a resource control policy of level %d, counted from the root, but the inventory does not hold its document: what it denies is not known", i+1)
			}
		}
		l.account.shareLevels = append(l.account.shareLevels, l.level(ids))
	}
}

func (l *linker) level(ids []entitlement.PolicyID) level {
	out := level{doubtful: len(ids) == 0}
	for _, id := range ids {
		n, ok := l.reader.ids[id]
		if !ok {
			out.missing = true
			continue
		}
		out.doubtful = out.doubtful || l.account.policies[n].doubtful
		out.policies = append(out.policies, attached{id, n})
	}
	return out
}

// guardedBy finds the known resource that a resource is or is a part of, as an
// object is of its bucket.
func (a *Account) guardedBy(resource string) *guarded {
	if len(a.guards) == 0 {
		return nil
	}
	parts, ok := splitARN(resource)
	if !ok || hasSlashes(parts[partService]) {
		return a.guards[resource]
	}
	first := len(resource) - len(parts[partResource])
	for end := len(resource); end > first; end-- {
		if end < len(resource) && resource[end] != '/' && resource[end] != ':' {
			continue
		}
		if g := a.guards[resource[:end]]; g != nil {
			return g
		}
	}
	return nil
}

// hasSlashes reports whether a slash in a resource of the service may be one of
// its name and not lead to a part of another. See
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-create.html,
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html.
func hasSlashes(service string) bool {
	return service == "ecr" || service == "ecr-public" || service == "ssm"
}

// ownerOf finds the account of a resource whose ARN names none.
func (e *Estate) ownerOf(resource string) *Account {
	for _, a := range e.accounts {
		if a.guardedBy(resource) != nil {
			return a
		}
	}
	return nil
}

// matchesAction matches one of the account's action patterns with an action in
// lower case.
func (a *Account) matchesAction(id int32, action string) bool {
	return glob.Match(a.actions[id], action)
}

// Trust returns the trust policy of a role; nil if it has none.
func (a *Account) Trust(role entitlement.IdentityID) *Document {
	s := a.subjects[role]
	if s == nil || s.Trust == nil {
		return nil
	}
	d, _ := Parse(s.Trust)
	return d
}
