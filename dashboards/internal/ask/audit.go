package ask

import (
	"fmt"
	"slices"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/state"
)

// The formats of answers.
const (
	Events = "table"
	Logs   = "logs"
	Series = "series"
	Groups = "groups"
)

// Audit asks the audit log with a text, which may hold variables as values.
func Audit(format, text string, scope *Scope) Query {
	tree, err := query.Parse(text)
	if err != nil {
		return Query{Problem: fmt.Errorf("audit query %q: %w", text, err)}
	}
	return audit(format, &tree, scope)
}

// Starter asks one of the six starter queries, q1 to q6, of the range that the
// dashboard shows. Where it groups by identity the username is said as well, for
// an identity of Azure is a number.
func Starter(id string, scope *Scope) Query {
	all := starter.Queries()
	i := slices.IndexFunc(all, func(d state.Definition) bool { return d.ID == id })
	if i < 0 {
		return Query{Problem: fmt.Errorf("there is no starter query %s", id)}
	}
	tree := all[i].Query
	if len(tree.Clouds) > 0 {
		scope = &Scope{}
		for _, c := range tree.Clouds {
			scope.Clouds = append(scope.Clouds, string(c))
		}
	}
	tree.Range, tree.Clouds = query.Range{}, nil
	format := Events
	if tree.Group != nil {
		format = Groups
		group := *tree.Group
		if i := slices.Index(group.By, query.Identity); i >= 0 && !slices.Contains(group.By, query.Username) {
			group.By = slices.Insert(slices.Clone(group.By), i, query.Username)
		}
		tree.Group = &group
	}
	return audit(format, &tree, scope)
}

// audit keeps both forms of a query: the tree, which the visual editor shows and
// which is run, and the text.
func audit(format string, tree *query.Query, scope *Scope) Query {
	q := base("audit", scope)
	q.Limit, tree.Limit = tree.Limit, 0
	q.Audit = &AuditPart{Editor: "builder", Format: format, Text: tree.String(), Query: tree}
	return q
}

// Trace asks for the way of an identity through the events, as a graph.
func Trace(identity string, scope *Scope) Query {
	q := base("path", scope)
	q.Path = &PathPart{Start: "identity", Value: identity, MaxNodes: 40}
	return q
}
