package model

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// variable matches the three ways in which a template variable is written:
// https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/.
//
//nolint:gochecknoglobals // It is compiled once, and never changes.
var variable = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\{\w+(?:\.[^:}]+)?(?::[^}]+)?\}|\$\w+|\[\[\w+(?::\w+)?\]\]`)
})

// own are names of the clouds that look like variables: the version and the
// stage of Lambda and API Gateway, and the variables of policies.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func own(name string) bool {
	if slices.Contains([]string{"$LATEST", "$DEFAULT", "$default", "$connect", "$disconnect"}, name) {
		return true
	}
	return slices.ContainsFunc([]string{"aws", "saml", "sts", "iam", "s3", "ec2", "sso", "cognito"}, func(service string) bool {
		return strings.HasPrefix(name, "${"+service+":")
	})
}

// leftovers are the variables that nothing took the place of.
type leftovers []string

func (l *leftovers) in(texts ...string) {
	for _, text := range texts {
		for _, name := range variable().FindAllString(text, -1) {
			if !own(name) && !slices.Contains(*l, name) {
				*l = append(*l, name)
			}
		}
	}
}

func (l *leftovers) inMap(m map[string][]string) {
	for name, values := range m {
		l.in(name)
		l.in(values...)
	}
}

func (l *leftovers) inNode(n *query.Node) {
	if n == nil {
		return
	}
	l.in(n.Values...)
	l.inNode(n.Not)
	for _, list := range [][]query.Node{n.All, n.Any} {
		for i := range list {
			l.inNode(&list[i])
		}
	}
}

// error names the variables.
func (l leftovers) error() error {
	if len(l) == 0 {
		return nil
	}
	slices.Sort(l)
	names := strings.Join(l, ", ")
	return &Error{Message: fmt.Sprintf(
		"nothing stands for %s here: alert rules and public dashboards have no variables, and others only those of their dashboard. "+
			"Put a value in its place; where the dollar sign is meant itself, match it by the pattern ? ", names)}
}

// Variables reports the variables that are left in what a query asks for.
// Audit conditions that are switched off do not count.
func (q *Query) Variables() error {
	var l leftovers
	for _, c := range q.Scope.Clouds {
		l.in(string(c))
	}
	for _, s := range q.Scope.Systems {
		l.in(string(s))
	}
	l.in(q.Scope.Folders...)
	switch q.Type {
	case Audit:
		q.Audit.variables(&l)
	case Path:
		l.in(q.Path.Value, q.Path.Role)
	case Report:
		l.in(q.Report.Kind, q.Report.Table)
		l.inMap(q.Report.Filters)
	case Entitlements, Findings, PCI, Remediation:
		l.in(q.Table.Name, q.Table.Search)
		l.inMap(q.Table.Filters)
	}
	return l.error()
}

func (q *AuditQuery) variables(l *leftovers) {
	switch parsed, err := query.Parse(q.Text); {
	case q.Linked() != nil:
		l.in(q.Saved.ID)
	case q.Editor == EditorBuilder && q.Query != nil:
		l.inNode(q.Query.Where.Active())
	case q.Editor == EditorText && err != nil:
		l.in(q.Text) // A variable may be why it is not a query.
	case q.Editor == EditorText:
		l.inNode(parsed.Where.Active())
	}
}
