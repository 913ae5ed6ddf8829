package entitle

import (
	"fmt"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
)

// policies counts what an identity has itself: policies on AWS, elsewhere grants
// of roles.
func (w *who) policies() int {
	if w.sys.Assessment.Roles == nil {
		return len(w.Policies)
	}
	n := 0
	for _, v := range w.sys.Assessment.Roles.Grants(w.ID) {
		if v.Group == "" {
			n++
		}
	}
	return n
}

// roleName names the role of a grant.
func roleName(v *assess.Via) string {
	if v.Role != nil && v.Role.Name != "" {
		return v.Role.Name
	}
	return string(v.Grant.Role)
}

// grantText tells a grant in words: the role, where, and by way of whom.
func (s *system) grantText(v *assess.Via) string {
	text := fmt.Sprintf("%s on %s", roleName(v), v.Grant.Scope)
	if v.Group != "" {
		text += ", by group " + s.nameOf(v.Group)
	}
	switch {
	case v.Grant.Eligible:
		text += " (once activated)"
	case v.Conditional:
		text += " (conditional)"
	}
	return text
}

// onlyAWS says that systems of other clouds have nothing that a table shows, and
// why; "" where none is asked about.
func onlyAWS(q *tables.Question, why string) []string {
	var names []string
	for _, c := range []entitlement.Cloud{entitlement.Azure, entitlement.GCP} {
		n := 0
		for _, r := range q.Assessed() {
			if r.System.Cloud == c {
				n++
			}
		}
		if n > 0 {
			names = append(names, fmt.Sprintf("%d of %s", n, c.Title()))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Of the systems %s nothing is here: %s.", strings.Join(names, " and "), why)}
}
