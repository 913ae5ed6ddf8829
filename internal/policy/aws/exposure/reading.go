package exposure

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// reading is what has been read of an account's policies.
type reading struct {
	account    *aws.Account
	identities map[entitlement.IdentityID]*entitlement.Identity
	documents  map[entitlement.PolicyID]*contents
	buckets    []bucket
}

// contents is what a policy says, as far as it matters here.
type contents struct {
	targets  []target
	assumes  bool     // A statement is about assuming roles;
	personal bool     // and one of these looks at who asks.
	objects  []string // Patterns of the objects that an Allow names: "bucket/key".
}

// reading returns what is known of an account's policies, and reads it first.
func (s *Survey) reading(a *aws.Account) *reading {
	if r := s.read[a]; r != nil {
		return r
	}
	inv := a.Inventory()
	r := &reading{
		account:    a,
		identities: make(map[entitlement.IdentityID]*entitlement.Identity, len(inv.Identities)),
		documents:  map[entitlement.PolicyID]*contents{},
	}
	for i := range inv.Identities {
		r.identities[inv.Identities[i].ID] = &inv.Identities[i]
	}
	for i := range inv.Resources {
		if res := &inv.Resources[i]; res.Bucket != nil || res.Type == "s3:bucket" {
			r.buckets = append(r.buckets, bucketOf(res))
		}
	}
	s.read[a] = r
	return r
}

// policiesOf returns the policies that decide what an identity may do: its own,
// its groups', its boundary.
func (r *reading) policiesOf(id *entitlement.Identity) []entitlement.PolicyID {
	out := append([]entitlement.PolicyID(nil), id.Policies...)
	for _, g := range id.Groups {
		if group := r.identities[g]; group != nil {
			out = append(out, group.Policies...)
		}
	}
	if id.Boundary != "" {
		out = append(out, id.Boundary)
	}
	return out
}

// document reads a policy.
func (r *reading) document(id entitlement.PolicyID) *contents {
	if c := r.documents[id]; c != nil {
		return c
	}
	c := &contents{}
	r.documents[id] = c
	doc, _ := aws.Parse(r.account.Inventory().Policies[id].Document)
	for i := range doc.Statements {
		s := &doc.Statements[i]
		c.targets = append(c.targets, targetsOf(s)...)
		if selects(s, byAccount.action()) {
			c.assumes, c.personal = true, c.personal || personal(s)
		}
		c.objects = append(c.objects, objectsOf(s)...)
	}
	return c
}

// objectsOf returns the patterns of objects that an Allow names.
func objectsOf(s *aws.Statement) []string {
	if s.Effect != aws.Allow {
		return nil
	}
	var out []string
	for _, r := range s.Resources {
		if parts := strings.SplitN(r, ":", resourcePart+1); len(parts) > resourcePart && parts[servicePart] == "s3" && strings.Contains(parts[resourcePart], "/") {
			out = append(out, parts[resourcePart])
		}
	}
	return out
}

// fill returns a text that a pattern matches, with policy variables as far as
// they follow from an identity, which may be nil.
func fill(pattern string, id *entitlement.Identity) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		end := strings.IndexByte(pattern[i:], '}')
		switch {
		case strings.HasPrefix(pattern[i:], "${") && end > 0:
			b.WriteString(valueOf(pattern[i+2:i+end], id))
			i += end
		case pattern[i] == '*' || pattern[i] == '?':
			b.WriteByte('x')
		default:
			b.WriteByte(pattern[i])
		}
	}
	return b.String()
}

// valueOf returns what a policy variable stands for.
func valueOf(name string, id *entitlement.Identity) string {
	switch lower := strings.ToLower(name); {
	case name == "*" || name == "?" || name == "$":
		return name
	case id == nil:
	case lower == "aws:username" && id.Kind == entitlement.User:
		return string(id.ID[strings.LastIndexByte(string(id.ID), '/')+1:])
	case strings.HasPrefix(lower, "aws:principaltag/"):
		for tag, v := range id.Tags {
			if strings.EqualFold(tag, name[len("aws:principaltag/"):]) {
				return v
			}
		}
	}
	return "x"
}
