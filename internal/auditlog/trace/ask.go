package trace

import (
	"slices"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
)

// batch is how many leads one query asks for.
const batch = 200

// ask puts leads into one query: the events that may belong to them. Those that
// do are told by leadSet.covers.
func (w *walk) ask(leads []*lead) query.Query {
	var keys, arns, patterns, names, signIns, addresses, actedAs []string
	var sessions []query.Node
	from := w.start.To
	for _, l := range leads {
		if l.from.Before(from) {
			from = l.from
		}
		switch l.kind {
		case byKey:
			keys = append(keys, l.value)
		case byAddress:
			addresses = append(addresses, l.value)
		case bySession:
			sessions = append(sessions, sessionNode(l))
		case bySignIn:
			signIns = append(signIns, variants(l)...)
		case byIdentity:
			arns = append(arns, variants(l)...)
			if isPrincipal(l.value) {
				actedAs = append(actedAs, l.value)
			}
			if name, pattern, ok := anyPath(l.value); ok {
				names, patterns = append(names, name), append(patterns, pattern)
			}
		}
	}
	anyOf := append(oneOf(query.AccessKey, keys), oneOf(query.Identity, arns)...)
	anyOf = append(anyOf, oneOf(query.Address, addresses)...)
	anyOf = append(anyOf, oneOf(query.Session, actedAs)...)
	if len(names) > 0 {
		anyOf = append(anyOf, query.Node{All: append(oneOf(query.Username, names),
			query.Node{Field: query.Identity, Operator: query.Matches, Values: patterns})})
	}
	if len(signIns) > 0 {
		anyOf = append(anyOf, query.Node{All: append(oneOf(query.Identity, signIns),
			query.Node{Field: query.AccessKey, Operator: query.NotMatches, Values: []string{"AKIA*"}})})
	}
	return w.query(from, append(anyOf, sessions...))
}

// query asks for the events that fulfil one of the nodes, the earliest first.
func (w *walk) query(from time.Time, anyOf []query.Node) query.Query {
	where := anyOf[0]
	if len(anyOf) > 1 {
		where = query.Node{Any: anyOf}
	}
	return query.Query{
		Range:   query.Range{From: from, To: w.start.To},
		Systems: w.start.Systems,
		Where:   &where,
		Sort:    []query.Order{{By: string(query.Time)}},
	}
}

// telling narrows a query to the calls that a trace is about: those that lead
// further, the calls that are known by name, and changes of permissions, behind
// the events that were taken.
func (w *walk) telling(q query.Query, taken []*step) query.Query {
	if len(taken) > 0 {
		q.Range.From = taken[len(taken)-1].Time
	}
	var names []string
	for _, r := range rows() {
		names = append(names, strings.Fields(r.names)...)
	}
	permissions, operations := tellingElsewhere()
	names = append(names, operations...)
	anyOf := append(oneOf(query.Name, names),
		query.Node{Field: query.Name, Operator: query.Matches, Values: []string{"UpdateFunctionCode*", "PublishLayerVersion*"}},
		query.Node{Field: query.Issued, Operator: query.Exists},
		node(query.Action, query.In, append(permissions, "iam:PassRole", "iam.serviceAccounts.actAs")), is(query.ActionType, "permissions"))
	q.Where = &query.Node{All: []query.Node{*q.Where, {Any: anyOf}}}
	return q
}

func oneOf(f query.Field, values []string) []query.Node {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	return []query.Node{{Field: f, Operator: query.In, Values: slices.Compact(values)}}
}

func is(f query.Field, value string) query.Node {
	return query.Node{Field: f, Operator: query.Is, Values: []string{value}}
}

// sessionNode asks for the sessions of a name, of one role if the lead names it.
func sessionNode(l *lead) query.Node {
	all := []query.Node{is(query.Session, l.value)}
	switch {
	case isPrincipal(l.role): // Events of Google Cloud have the identity and no role.
		all = append(all, is(query.Identity, l.role))
	case l.role != "":
		all = append(all, is(query.Role, nameOf(l.role)))
	}
	if l.system != "" {
		all = append(all, is(query.System, string(l.system)))
	}
	if len(all) == 1 {
		return all[0]
	}
	return query.Node{All: all}
}

// variants returns the ARNs that an identity may be recorded by.
func variants(l *lead) []string {
	if l.arn == "" || l.arn == l.value {
		return []string{l.value}
	}
	return []string{l.value, l.arn}
}

// anyPath returns the name of a user or role and the pattern of its ARN with any
// path.
func anyPath(arn string) (name, pattern string, ok bool) {
	if !isIdentity(arn) || isPrincipal(arn) {
		return "", "", false
	}
	i := strings.LastIndexByte(arn, '/')
	if i < 0 {
		return "", "", false
	}
	return arn[i+1:], query.EscapePattern(arn[:i]) + "/*/" + query.EscapePattern(arn[i+1:]), true
}

func node(f query.Field, op query.Operator, values []string) query.Node {
	return query.Node{Field: f, Operator: op, Values: values}
}

// tellingElsewhere returns the permissions and the operations that are known by
// name outside of AWS, as logs write them.
func tellingElsewhere() (permissions, operations []string) {
	lines := func(table map[Kind]string) (list []string) {
		for _, names := range table {
			for name := range strings.Lines(names) {
				if name = strings.TrimSpace(name); name != "" {
					list = append(list, name)
				}
			}
		}
		slices.Sort(list)
		return list
	}
	return append(lines(permissionsOfGCP()), lines(permissionsOfAzure())...), lines(operationsOfEntra())
}
