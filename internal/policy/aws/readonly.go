package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/glob"
)

// ReadOnly returns the read-only projection of an identity policy: what is left
// of it for an identity that may look but change nothing.
//
// Each Allow statement is reduced to the actions of type read and list that it
// grants, with its resources and conditions as they were, and is dropped if
// none is left; what it says by NotAction is said by Action. Reads that hand
// out credentials (catalogue sensitivity CredentialExposure, and the reads of
// secrets) are left out, since whoever holds credentials can change things.
// Deny statements stay as they are.
//
// The projection grants nothing that the policy did not: a pattern in it ends
// in a wildcard only where the policy had a pattern that covers it, so that
// actions that AWS adds later don't slip in. It may still grant an action
// that is younger than the catalogue if its name begins as that of a read, such
// as "Get" or "List", also beside known ones that hand out credentials. An action
// that the catalogue does not know is left out.
//
// ReadOnly fails if a statement of the policy could not be understood: it might
// be a Deny, which must not be lost. A document without statements means that
// nothing is left; AWS takes no such policy, so detach it instead.
func ReadOnly(d *Document, cat *catalog.Catalog) (*Document, error) {
	if d.Rejected > 0 {
		return nil, fmt.Errorf("make the read-only projection: %d of the policy's statements cannot be understood; correct the policy first", d.Rejected)
	}
	out := &Document{Version: d.Version, ID: d.ID, Statements: []Statement{}}
	for i := range d.Statements {
		s := d.Statements[i]
		if s.Effect == Allow {
			s.Actions, s.NotActions = readActions(&s, cat), nil
			if len(s.Actions) == 0 {
				continue
			}
		}
		s.Index = len(out.Statements)
		out.Statements = append(out.Statements, s)
	}
	return out, nil
}

// IsReadOnly reports whether a policy grants nothing but what ReadOnly would
// leave of it: no statement is beyond understanding, and every pattern of each
// Allow selects at least one known action, and only reads and lists that hand
// out no credentials.
func IsReadOnly(d *Document, cat *catalog.Catalog) bool {
	if d.Rejected > 0 {
		return false
	}
	return !slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return s.Effect == Allow && !onlyReads(&s, cat)
	})
}

func onlyReads(s *Statement, cat *catalog.Catalog) bool {
	if s.NotActions != nil {
		return false // It grants whatever AWS will add.
	}
	return !slices.ContainsFunc(s.Actions, func(pattern string) bool {
		set := cat.Match(pattern)
		if set.Empty() {
			return true
		}
		for i := range set.Indices() {
			if !reads(cat.Info(i)) {
				return true
			}
		}
		return false
	})
}

// reads reports whether an action belongs in a read-only projection.
func reads(info *catalog.Info) bool {
	return !info.Type.Changes() && !info.Sensitivity.Has(catalog.CredentialExposure)
}

// readActions returns patterns for the reads and lists that a statement grants.
func readActions(s *Statement, cat *catalog.Catalog) []string {
	granted := entitlement.NewActionSet(cat.Len())
	for _, pattern := range slices.Concat(s.Actions, s.NotActions) {
		granted = granted.Union(cat.Match(pattern))
	}
	if s.NotActions != nil {
		granted = cat.All().Minus(granted)
	}
	wanted := entitlement.NewActionSet(cat.Len())
	for i := range granted.Indices() {
		if reads(cat.Info(i)) {
			wanted.Add(i)
		}
	}
	c := compressor{cat: cat, wanted: wanted, may: covering(s)}
	return c.patterns()
}

// covering returns a test of whether a statement grants everything that a
// pattern can ever select.
func covering(s *Statement) func(pattern string) bool {
	granted, excepted := globs(s.Actions), globs(s.NotActions)
	return func(pattern string) bool {
		g := glob.Encode(strings.ToLower(pattern), false)
		if s.NotActions != nil {
			return !slices.ContainsFunc(excepted, func(e []byte) bool { return glob.Overlaps(e, g) })
		}
		return slices.ContainsFunc(granted, func(a []byte) bool { return glob.Covers(a, g) })
	}
}

func globs(patterns []string) [][]byte {
	out := make([][]byte, len(patterns))
	for i, p := range patterns {
		out[i] = glob.Encode(strings.ToLower(p), false)
	}
	return out
}
