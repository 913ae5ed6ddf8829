package explain

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Notes says what about a request may not be what its author means, a sentence
// each: an action that is not known, which may be misspelt; and resources that
// are not one.
func Notes(r *policy.Request) []string {
	var notes []string
	index, known := catalog.AWS().Index(entitlement.Action(r.Action))
	if !known {
		notes = append(notes, r.Action+" is not an action that the catalogue knows; check its spelling.")
	}
	switch {
	case known && len(catalog.AWS().Info(index).ResourceTypes) == 0:
	case r.Resource == "" || r.Resource == "*":
		if known {
			notes = append(notes, fmt.Sprintf("%s works on a resource, and none is named: statements about some resources alone do not count.", r.Action))
		}
	case strings.ContainsAny(r.Resource, "*?"):
		notes = append(notes, fmt.Sprintf("The resource %s is taken as one, whose name has these very characters; wildcards are for policies.", r.Resource))
	}
	return notes
}
