package exposure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// offer is a statement, or an entry of an access control list, ready to
// compare with others.
type offer struct {
	label     string
	words     string // What it is about, as written.
	everybody string // Whom "everybody" is; "" is everybody.
	who       principals
	actions   entitlement.ActionSet // Of S3; those that the catalogue has.
	resources [][]byte              // As globs.
	except    bool                  // resources are those of a NotResource.
	when      []aws.Condition
}

func (o *offer) what() string { return o.label + " grants " + o.words }

func (o *offer) toEverybody() string {
	if o.everybody != "" {
		return o.what() + " to " + o.everybody
	}
	return o.what() + " to everybody"
}

// offers reads the bucket's policy: its Allow statements are returned, its Deny
// statements noted.
func (v *bucketView) offers() []offer {
	if v.resource.Policy == nil {
		return nil
	}
	doc, _ := aws.Parse(v.resource.Policy)
	if doc.RejectedAllows > 0 {
		v.doubt("%d statements of the bucket policy cannot be understood", doc.RejectedAllows)
	}
	var allows []offer
	for i := range doc.Statements {
		s := &doc.Statements[i]
		who, ok := principalsOf(s)
		if !ok {
			if s.Effect == aws.Allow {
				v.doubt("statement %d of the bucket policy has no Principal", s.Index+1)
			}
			continue
		}
		o := v.offer(doc, s, who)
		switch {
		case s.Effect == aws.Deny:
			v.denies = append(v.denies, o)
		case !o.actions.Empty() && v.concerns(&o):
			allows = append(allows, o)
		}
	}
	return allows
}

func (v *bucketView) offer(doc *aws.Document, s *aws.Statement, who principals) offer {
	o := offer{label: label(s), who: who, when: s.Conditions}
	patterns := s.Actions
	if o.words = strings.Join(s.Actions, ", "); s.NotActions != nil {
		patterns, o.words = s.NotActions, "all but "+strings.Join(s.NotActions, ", ")
	}
	o.actions = v.set(patterns, s.NotActions != nil, s.Effect)
	resources := s.Resources
	if s.NotResources != nil {
		resources, o.except = s.NotResources, true
	}
	for _, r := range resources {
		o.resources = append(o.resources, glob.Encode(r, doc.Version == aws.Version2012))
	}
	return o
}

// label names a statement; they are counted from 1, as for people everywhere.
func label(s *aws.Statement) string {
	if s.Sid == "" {
		return fmt.Sprintf("statement %d of the bucket policy", s.Index+1)
	}
	return fmt.Sprintf("statement %d (%s) of the bucket policy", s.Index+1, s.Sid)
}

// set returns the actions of S3 that patterns select. An Allow of an action of
// S3 that the catalogue does not know counts as one of any.
func (v *bucketView) set(patterns []string, not bool, effect aws.Effect) entitlement.ActionSet {
	set := entitlement.ActionSet{}
	for _, p := range patterns {
		got := catalog.AWS().Match(p).Intersect(v.actions)
		if got.Empty() && !not && effect == aws.Allow && strings.HasPrefix(strings.ToLower(p), "s3:") && !wild(p) {
			got = v.actions
		}
		set = set.Union(got)
	}
	if not {
		return v.actions.Minus(set)
	}
	return set
}

// resourceControls reads the Deny statements of the resource control policies
// above the account, which bind outsiders too. See
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html.
func (v *bucketView) resourceControls() []offer {
	var out []offer
	eachControl(v.account, func(doc *aws.Document, s *aws.Statement) {
		if who, ok := principalsOf(s); ok {
			out = append(out, v.offer(doc, s, who))
		}
	})
	return out
}

// eachControl yields the Deny statements of the resource control policies.
func eachControl(a *aws.Account, yield func(*aws.Document, *aws.Statement)) {
	inv := a.Inventory()
	for _, level := range inv.ResourceControls {
		for _, id := range level {
			doc, _ := aws.Parse(inv.Policies[id].Document)
			for i := range doc.Statements {
				if s := &doc.Statements[i]; s.Effect == aws.Deny {
					yield(doc, s)
				}
			}
		}
	}
}

// concerns reports whether a statement may be about the bucket or its objects.
func (v *bucketView) concerns(o *offer) bool {
	own := v.ownResources()
	return slices.ContainsFunc(own, func(g []byte) bool {
		if o.except {
			return !slices.ContainsFunc(o.resources, func(r []byte) bool { return glob.Covers(r, g) })
		}
		return slices.ContainsFunc(o.resources, func(r []byte) bool { return glob.Overlaps(r, g) })
	})
}

func (v *bucketView) ownResources() [][]byte {
	id := string(v.resource.ID)
	return [][]byte{glob.Encode(id, false), glob.AppendLiteral(nil, id+"/"), glob.Encode(id+"/*", false)}
}

// covers reports whether a Deny is about all resources that an Allow, on this
// bucket, is about.
func (v *bucketView) covers(deny, allow *offer) bool {
	named := allow.resources
	if allow.except {
		named = v.ownResources()
	}
	for _, g := range named {
		if !slices.ContainsFunc(v.ownResources(), func(own []byte) bool { return glob.Overlaps(g, own) }) {
			continue // Of another bucket.
		}
		if !deny.coversGlob(g) && !v.coversOwn(deny, g) {
			return false
		}
	}
	return true
}

func (o *offer) coversGlob(g []byte) bool {
	if o.except {
		return !slices.ContainsFunc(o.resources, func(r []byte) bool { return glob.Overlaps(r, g) })
	}
	return slices.ContainsFunc(o.resources, func(r []byte) bool { return glob.Covers(r, g) })
}

// coversOwn compares a pattern that reaches beyond the bucket, such as "*", by
// what it reaches of the bucket.
func (v *bucketView) coversOwn(deny *offer, g []byte) bool {
	for _, own := range v.ownResources() {
		if glob.Overlaps(g, own) && !deny.coversGlob(own) {
			return false
		}
	}
	return true
}
