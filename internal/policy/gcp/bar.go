package gcp

import "github.com/leastward/leastward/internal/entitlement"

// barred tells how surely boundaries keep somebody from using a permission on a
// resource. Those of them that can block the permission count, and what they
// reach adds up. See
// https://cloud.google.com/iam/docs/principal-access-boundary-policies#evaluation.
func (p *Project) barred(s *subject, permission, resource string, level int) truth {
	blocking, reached := no, no
	in, out := 0, 0 // The highest versions of those that reach the resource for sure, and of the others.
	for _, h := range s.boundaries {
		b := &p.boundaries[h.index]
		surely := h.sure.and(p.blocks(b.version, permission))
		if surely == no {
			continue
		}
		reach := p.reaches(b, resource, level)
		blocking, reached = blocking.or(surely), reached.or(surely.and(reach))
		switch {
		case reach != yes:
			out = max(out, b.version)
		case h.sure == yes:
			in = max(in, b.version)
		}
	}
	switch {
	case blocking == no, reached == yes, out == 0:
		return no
	case in >= out: // What blocks at all reaches the resource then: versions only grow.
		return no
	case blocking == yes && reached == no:
		return yes
	}
	return perhaps
}

// reaches tells how surely a boundary lets its members reach a resource.
func (p *Project) reaches(b *boundary, resource string, level int) truth {
	t := no
	for _, r := range b.resources {
		if covers(r, resource) {
			return yes
		}
		switch l, sure := p.level(r); {
		case l >= 0 && sure && l >= level:
			return yes
		case l >= 0 && !sure:
			t = perhaps // What lies above is not all known.
		}
	}
	return t
}

// blocks tells how surely a version of enforcement blocks a permission at all:
// of versions later than those that are known, only that what these block is
// blocked.
func (p *Project) blocks(version int, permission string) truth {
	switch from := p.blockedFrom(permission); {
	case from > 0 && from <= version:
		return yes
	case version <= knownVersion:
		return no
	}
	return perhaps
}

// blockedFrom returns the first version of enforcement that blocks a
// permission, 0 if none that is known does.
func (p *Project) blockedFrom(permission string) int {
	if i, ok := p.eval.cat.Index(entitlement.Action(permission)); ok {
		return int(p.eval.blocked()[i])
	}
	return p.eval.blocks().from(permission)
}
