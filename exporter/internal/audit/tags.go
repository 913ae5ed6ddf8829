package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// Tagged returns a function for logsql.Options.Tagged over what the last
// collections found. Sees, if set, says whose tags count.
func Tagged(snapshot func() *collector.Snapshot, sees func(entitlement.SystemID) bool) func(f query.Field, key, value string, op query.Operator) ([]string, error) {
	return func(f query.Field, key, value string, op query.Operator) ([]string, error) {
		match, err := tagMatch(key, value, op)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, r := range snapshot().Results {
			if sees == nil || sees(r.System.ID) {
				ids = append(ids, tagged(r, f, match)...)
			}
		}
		slices.Sort(ids)
		return slices.Compact(ids), nil
	}
}

// tagged returns the identities or resources of one system with a tag that
// matches.
func tagged(r *collector.Result, f query.Field, match func(key, value string) bool) []string {
	var ids []string
	if f == query.ResourceTag {
		if r.Reading == nil {
			return nil
		}
		for _, one := range r.Reading.Tagged {
			if anyTag(one.Tags, match) {
				ids = append(ids, string(one.ID))
			}
		}
		return ids
	}
	if r.Assessment == nil {
		return nil
	}
	for i := range r.Assessment.Identities {
		if one := &r.Assessment.Identities[i]; anyTag(one.Tags, match) {
			ids = append(ids, string(one.ID))
		}
	}
	return ids
}

func anyTag(tags map[string]string, match func(key, value string) bool) bool {
	for key, value := range tags {
		if match(key, value) {
			return true
		}
	}
	return false
}

// tagMatch returns whether a tag fulfils an operator: its key alone where no
// value is asked for, else both.
func tagMatch(key, value string, op query.Operator) (func(key, value string) bool, error) {
	var holds func(have, want string) bool
	switch op { //nolint:exhaustive // The language has no others for tags.
	case query.Exists:
		return func(string, string) bool { return true }, nil
	case query.Is, query.In:
		holds = func(have, want string) bool { return have == want }
	case query.Contains:
		holds = func(have, want string) bool { return strings.Contains(strings.ToLower(have), strings.ToLower(want)) }
	case query.Matches:
		holds = func(have, want string) bool {
			return wildcard(query.SplitPattern(strings.ToLower(want)), strings.ToLower(have))
		}
	default:
		return nil, fmt.Errorf("tags cannot be asked for with %s", op)
	}
	return func(k, v string) bool { return holds(k, key) && (value == "" || holds(v, value)) }, nil
}

// wildcard reports whether a pattern matches a whole text. It goes back to the
// last * alone, so that its time is bounded by the product of both lengths.
func wildcard(parts []query.PatternPart, text string) bool {
	runes, pattern := []rune(text), units(parts)
	at, i, star, mark := 0, 0, -1, 0
	for at < len(runes) {
		switch {
		case i < len(pattern) && pattern[i].any:
			star, mark = i, at
			i++
		case i < len(pattern) && (pattern[i].one || pattern[i].is == runes[at]):
			i, at = i+1, at+1
		case star >= 0:
			mark++
			i, at = star+1, mark
		default:
			return false
		}
	}
	for i < len(pattern) && pattern[i].any {
		i++
	}
	return i == len(pattern)
}

// unit is one step of a pattern: any characters, one of any, or one.
type unit struct {
	any, one bool
	is       rune
}

func units(parts []query.PatternPart) []unit {
	var list []unit
	for _, p := range parts {
		switch p.Wildcard {
		case '*':
			list = append(list, unit{any: true})
		case '?':
			list = append(list, unit{one: true})
		default:
			for _, r := range p.Text {
				list = append(list, unit{is: r})
			}
		}
	}
	return list
}
