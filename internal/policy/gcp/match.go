package gcp

import (
	"encoding/binary"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// match is a grant that reaches somebody.
type match struct {
	grant int32
	sure  truth
	via   entitlement.IdentityID
}

// by returns by way of whom a grant reaches somebody: a group, or the member
// that stands for many.
func (m match) by(g *grant) entitlement.IdentityID {
	if m.via == "" || isPrincipal(string(m.via)) {
		return m.via
	}
	return entitlement.IdentityID(g.Member)
}

// matches returns the grants that reach somebody, in the order of the
// inventory.
func (p *Project) matches(w *who) []match {
	var out []match
	for k, surely := range w.has {
		for _, g := range p.index[k] {
			out = append(out, match{g, surely, w.via[k]})
		}
	}
	slices.SortFunc(out, func(a, b match) int {
		if a.grant != b.grant {
			return int(a.grant) - int(b.grant)
		}
		if a.sure != b.sure {
			return int(b.sure) - int(a.sure)
		}
		switch {
		case a.via < b.via:
			return -1
		case a.via > b.via:
			return 1
		}
		return 0
	})
	return slices.CompactFunc(out, func(a, b match) bool { return a.grant == b.grant })
}

// hit is a rule or boundary that is about somebody.
type hit struct {
	index int32
	sure  truth
}

func (p *Project) denialsOf(w *who) []hit {
	var out []hit
	for i := range p.denials {
		if t := p.denials[i].hits(w); t != no {
			out = append(out, hit{int32(i), t}) //nolint:gosec // far fewer
		}
	}
	return out
}

func (p *Project) boundariesOf(w *who) []hit {
	var out []hit
	for i := range p.boundaries {
		if t := p.binds(&p.boundaries[i], w); t != no {
			out = append(out, hit{int32(i), t}) //nolint:gosec // far fewer
		}
	}
	return out
}

// subject is somebody with all that is about them.
type subject struct {
	who        *who
	grants     []match
	denials    []hit
	boundaries []hit
}

func (p *Project) subject(id entitlement.IdentityID) *subject { return p.subjectOf(p.identify(id)) }

func (p *Project) subjectOf(w *who) *subject {
	if w.kind == nobodyKind {
		return &subject{who: w}
	}
	return &subject{who: w, grants: p.matches(w), denials: p.denialsOf(w), boundaries: p.boundariesOf(w)}
}

// key identifies those who have the same access.
func (s *subject) key() string {
	key := make([]byte, 0, 64)
	for _, m := range s.grants {
		key = binary.AppendUvarint(key, uint64(m.grant)<<1|uint64(m.sure&1)) //nolint:gosec // never negative
	}
	for _, list := range [][]hit{s.denials, s.boundaries} {
		key = append(key, 0xff, 0xff, 0xff)
		for _, h := range list {
			key = binary.AppendUvarint(key, uint64(h.index)<<1|uint64(h.sure&1)) //nolint:gosec // never negative
		}
	}
	return string(key)
}
