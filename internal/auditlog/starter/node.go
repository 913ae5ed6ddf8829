package starter

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
)

func all(list ...query.Node) query.Node { return query.Node{All: list} }

func anyOf(list ...query.Node) query.Node { return query.Node{Any: list} }

func is(f query.Field, value string) query.Node {
	return query.Node{Field: f, Operator: query.Is, Values: []string{value}}
}

func in(f query.Field, values ...string) query.Node {
	return query.Node{Field: f, Operator: query.In, Values: values}
}

func notIn(f query.Field, values ...string) query.Node {
	return query.Node{Field: f, Operator: query.NotIn, Values: values}
}

func matches(f query.Field, values ...string) query.Node {
	return query.Node{Field: f, Operator: query.Matches, Values: values}
}

func notMatches(f query.Field, values ...string) query.Node {
	return query.Node{Field: f, Operator: query.NotMatches, Values: values}
}

func exists(f query.Field) query.Node { return query.Node{Field: f, Operator: query.Exists} }

func absent(f query.Field) query.Node { return query.Node{Field: f, Operator: query.NotExists} }

// month is what the queries ask about.
func month() query.Range { return query.Range{Last: config.Duration(30 * 24 * time.Hour)} }
