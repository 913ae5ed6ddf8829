package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// kind is what somebody is.
type kind uint8

const (
	userKind kind = iota
	accountKind
	groupKind
	workforceKind
	workloadKind
	anybodyKind // allUsers and allAuthenticatedUsers, as what anybody has.
	nobodyKind  // A workload that runs as nobody.
)

// who is somebody with all keys under which policies may mean them.
type who struct {
	id               entitlement.IdentityID
	kind             kind
	subject          string
	domain, customer string
	pool             string
	project          string // Of a workload, by id or number; "" if not known.
	agent            bool   // A service account that Google made and runs.
	placed           bool   // What lies above the project of a workload is known, and is among the keys.

	has map[string]truth
	via map[string]entitlement.IdentityID // By way of which group or special member.
}

// add gives somebody a key; the first way counts, and the surest.
func (w *who) add(key string, t truth, via entitlement.IdentityID) {
	if t > w.has[key] {
		w.has[key], w.via[key] = t, via
	}
}

// among tells how surely somebody has one of the keys.
func (w *who) among(keys map[string]bool) truth {
	t := no
	if len(keys) < len(w.has) {
		for k := range keys {
			t = t.or(w.has[k])
		}
		return t
	}
	for k, surely := range w.has {
		if keys[k] {
			t = t.or(surely)
		}
	}
	return t
}

// identify finds out who somebody is. Functions and instances are who they run
// as. The spellings of members are taken too.
func (p *Project) identify(id entitlement.IdentityID) *who {
	w := &who{id: p.spelled(id), has: map[string]truth{}, via: map[string]entitlement.IdentityID{}}
	if known := p.identities[w.id]; known != nil && (known.Kind == entitlement.Function || known.Kind == entitlement.Instance) {
		if known.RunsAs == "" {
			w.kind = nobodyKind
			return w
		}
		w.id = lower(known.RunsAs)
	}
	p.classify(w)
	p.addKeys(w)
	return w
}

// spelled returns an identity's id where another spelling is given.
func (p *Project) spelled(id entitlement.IdentityID) entitlement.IdentityID {
	s := string(id)
	if s == allUsers || s == authenticated || p.identities[lower(id)] != nil {
		return lowerUnlessSpecial(id)
	}
	if m := p.names.readMember(s); m.problem == "" && len(m.keys) == 1 && (strings.Contains(m.keys[0], "@") || strings.Contains(m.keys[0], "://")) {
		return entitlement.IdentityID(m.keys[0])
	}
	return lowerUnlessSpecial(id)
}

func lowerUnlessSpecial(id entitlement.IdentityID) entitlement.IdentityID {
	if id == allUsers || id == authenticated {
		return id
	}
	return lower(id)
}

func (p *Project) classify(w *who) {
	s := string(w.id)
	w.subject = s
	known := p.identities[w.id]
	pool, rest, federated := pool(s)
	switch {
	case s == allUsers || s == authenticated:
		w.kind = anybodyKind
	case federated:
		w.kind, w.pool, w.subject = workforceKind, p.names.poolName(pool), strings.TrimPrefix(rest, "subject/")
		if path, ok := strings.CutPrefix(w.pool, "projects/"); ok {
			w.kind, w.project = workloadKind, first(path)
		}
	case known != nil && known.Kind == entitlement.Group:
		w.kind = groupKind
	case known != nil && known.Kind == entitlement.ServiceAccount, isServiceAccount(s), strings.Contains(s, ".svc.id.goog["):
		w.kind, w.project = accountKind, projectOfAccount(s)
		w.agent = isAgent(s) || known != nil && known.ServiceManaged
		if w.project == "" && known != nil && !w.agent {
			w.project = string(known.System)
		}
	default:
		_, w.domain, _ = strings.Cut(s, "@")
		w.customer = p.inv.Domains[w.domain]
	}
}
