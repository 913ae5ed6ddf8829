package escalation

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// glance is whom of an account a policy looks at: what it says to all others is
// the same.
type glance struct {
	everybody bool
	arns      [][]byte // Who is named, as lower-case globs.
}

// at reports whether the policy may look at an identity.
func (g *glance) at(who *actor) bool {
	if g.everybody || len(g.arns) == 0 {
		return g.everybody
	}
	arn := strings.ToLower(string(who.ID))
	return slices.ContainsFunc(g.arns, func(p []byte) bool { return glob.Match(p, arn) })
}

// anybody reports whether the policy may look at anybody.
func (g *glance) anybody() bool { return g.everybody || len(g.arns) > 0 }

func glanceOf(d *aws.Document) glance {
	var g glance
	for i := range d.Statements {
		s := &d.Statements[i]
		g.everybody = g.everybody || slices.ContainsFunc(s.Resources, variable) || slices.ContainsFunc(s.NotResources, variable)
		for _, c := range s.Conditions {
			g.add(&c)
		}
	}
	return g
}

func variable(s string) bool { return strings.Contains(s, "${") }

// add adds whom a condition looks at.
func (g *glance) add(c *aws.Condition) {
	key := strings.ToLower(c.Key)
	switch {
	case slices.ContainsFunc(c.Values, variable):
		g.everybody = true
	case key == "aws:principalarn":
		for _, v := range c.Values {
			v = strings.ToLower(v)
			g.everybody = g.everybody || strings.Contains(v, "assumed-role")
			g.arns = append(g.arns, glob.Encode(v, false))
		}
	case shared(key):
	case strings.HasPrefix(key, "aws:principal") || strings.HasPrefix(key, "aws:user"):
		g.everybody = true
	}
}

// shared reports whether a key about the caller has one value for all of an
// account.
func shared(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principalisawsservice", "aws:useragent":
		return true
	}
	return false
}
