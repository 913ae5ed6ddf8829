package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// bucket is a known bucket.
type bucket struct {
	id      entitlement.ResourceID
	name    string
	guarded bool     // It has a policy, or may have one.
	objects []string // Patterns that its policy names.
}

func bucketOf(r *entitlement.Resource) bucket {
	b := bucket{id: r.ID, name: partOf(string(r.ID), resourcePart), guarded: r.Policy != nil || r.PolicyUnknown}
	if r.Policy != nil {
		doc, _ := aws.Parse(r.Policy)
		for i := range doc.Statements {
			b.objects = append(b.objects, objectsOf(&doc.Statements[i])...)
		}
	}
	return b
}

// Buckets returns the known buckets of account a that an identity can list, or
// of which it can read or write objects, in the order of the inventory; and how
// many of these only under conditions. A function or an instance reaches what
// its role does. Any object counts: the decision is asked for an object of any
// name, and for one of each pattern of objects that a policy names. An identity
// that the documents do not hold reaches nothing.
//
// The total to compare with is the number of buckets in the inventory.
func (s *Survey) Buckets(a *aws.Account, id entitlement.IdentityID) (reachable []entitlement.ResourceID, conditional int) {
	r := s.reading(a)
	who := s.actor(id)
	if who == nil {
		return nil, 0
	}
	g := s.grasp(who)
	for i := range r.buckets {
		b := &r.buckets[i]
		if !g.any && (!b.guarded || g.account != a) {
			continue
		}
		switch s.touches(g, b) {
		case aws.Allowed:
			reachable = append(reachable, b.id)
		case aws.Conditional:
			reachable = append(reachable, b.id)
			conditional++
		case aws.ImplicitlyDenied, aws.ExplicitlyDenied:
		}
	}
	return reachable, conditional
}

// actor returns whose policies count for an identity, nil if it is not known.
func (s *Survey) actor(id entitlement.IdentityID) *entitlement.Identity {
	a := s.estate.Account(entitlement.SystemID(accountOf(string(id))))
	if a == nil {
		return nil
	}
	r := s.reading(a)
	who := r.identities[id]
	if who != nil && who.RunsAs != "" {
		who = r.identities[who.RunsAs]
	}
	if who == nil || who.Kind != entitlement.User && who.Kind != entitlement.Role {
		return nil
	}
	return who
}

// grasp is an identity with what it may do to buckets by its own policies.
type grasp struct {
	who     *entitlement.Identity
	account *aws.Account
	any     bool     // Any of the actions on any bucket.
	objects []string // Patterns that its policies name.
}

// bucketActions are the actions that count, the last of them on buckets.
func bucketActions() [3]string { return [3]string{"s3:GetObject", "s3:PutObject", "s3:ListBucket"} }

func (s *Survey) grasp(who *entitlement.Identity) *grasp {
	a := s.estate.Account(entitlement.SystemID(accountOf(string(who.ID))))
	g := &grasp{who: who, account: a, any: who.Root}
	access := a.Access(who.ID)
	for _, action := range bucketActions() {
		if i, ok := s.cat.Index(entitlement.Action(action)); ok && access.Reach(i) != entitlement.ReachNone {
			g.any = true
		}
	}
	r := s.reading(a)
	for _, p := range r.policiesOf(who) {
		g.objects = append(g.objects, r.document(p).objects...)
	}
	g.objects = sorted(g.objects)
	return g
}

// touches returns the best answer of all actions and objects.
func (s *Survey) touches(g *grasp, b *bucket) aws.Verdict {
	actions := bucketActions()
	best := aws.ImplicitlyDenied
	keys := s.keys(g, b)
	for _, action := range actions[:2] {
		for _, key := range keys {
			if best = better(best, s.verdict(g, action, string(b.id)+"/"+key)); best == aws.Allowed {
				return best
			}
		}
	}
	return better(best, s.verdict(g, actions[2], string(b.id)))
}

func (s *Survey) verdict(g *grasp, action, resource string) aws.Verdict {
	v, _ := s.decide(g.who.ID, action, resource)
	return v
}

func better(x, y aws.Verdict) aws.Verdict {
	if y == aws.Allowed || y == aws.Conditional && x != aws.Allowed {
		return y
	}
	return x
}

// keys returns names of objects to ask for: any, and one of each pattern.
func (s *Survey) keys(g *grasp, b *bucket) []string {
	out := []string{"x"}
	for _, list := range [][]string{g.objects, b.objects} {
		for _, p := range list {
			name, key, _ := strings.Cut(p, "/")
			if key != "*" && glob.Match(glob.Encode(name, false), b.name) {
				out = append(out, fill(key, g.who))
			}
		}
	}
	slices.Sort(out[1:])
	return slices.Compact(out)
}
