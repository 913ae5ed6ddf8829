package azure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxProblems bounds the problems that are kept for each reason.
const maxProblems = 20

// problemLog keeps the first problems of each reason, in the order met.
type problemLog struct {
	kept  map[records.Reason][]entitlement.Problem
	count map[records.Reason]int
}

func newProblemLog() problemLog {
	return problemLog{kept: map[records.Reason][]entitlement.Problem{}, count: map[records.Reason]int{}}
}

func (l *problemLog) add(reason records.Reason, subject, message string) {
	l.count[reason]++
	if len(l.kept[reason]) < maxProblems {
		l.kept[reason] = append(l.kept[reason], entitlement.Problem{Code: string(reason), Subject: subject, Message: message})
	}
}

func (l *problemLog) list() []entitlement.Problem {
	var out []entitlement.Problem
	for _, reason := range slices.Sorted(maps.Keys(l.kept)) {
		out = append(out, l.kept[reason]...)
		if more := l.count[reason] - len(l.kept[reason]); more > 0 {
			out = append(out, entitlement.Problem{
				Code: string(reason), Subject: "files exported from Azure",
				Message: fmt.Sprintf("%d more of this kind are counted and not listed", more),
			})
		}
	}
	return out
}

// pageLog tells whether the last page of a list is there. Each list that has a
// page with an address of the next ends with one that has none.
type pageLog struct {
	open map[kind]map[string]bool // Lists that go on, by the address of their pages.
	last map[kind]int             // Pages without an address of the next.
}

func newPageLog() pageLog {
	return pageLog{open: map[kind]map[string]bool{}, last: map[kind]int{}}
}

func (l *pageLog) add(p *page) {
	if p.more == "" {
		l.last[p.kind]++
		return
	}
	if l.open[p.kind] == nil {
		l.open[p.kind] = map[string]bool{}
	}
	l.open[p.kind][p.more] = true
}

// missing returns the kinds of which pages are missing. An empty last page of
// ARM is of no kind that could be told, and may belong to any; Microsoft Graph
// names the list on every page.
func (l *pageLog) missing() []kind {
	spare := l.last[kindUnknown]
	var out []kind
	for _, k := range slices.Sorted(maps.Keys(l.open)) {
		lack, empty := len(l.open[k]), spare
		if k != kindUnknown {
			lack -= l.last[k]
		}
		if ofGraph(l.open[k]) {
			empty = 0
		}
		if lack > empty {
			out = append(out, k)
		}
		spare -= max(0, min(empty, lack))
	}
	return out
}

// ofGraph reports whether one of these addresses is of Microsoft Graph, in
// whatever national cloud.
func ofGraph(addresses map[string]bool) bool {
	for a := range addresses {
		host, _, _ := strings.Cut(a, "/")
		if strings.Contains(host, "graph.") {
			return true
		}
	}
	return false
}

// someKeys names the first members of an object.
func someKeys[V any](m map[string]V) string {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return "no members"
	}
	if len(keys) > 5 {
		keys = append(keys[:5], "…")
	}
	return strings.Join(keys, ", ")
}
