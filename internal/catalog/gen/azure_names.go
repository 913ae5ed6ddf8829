package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// azureNames collects the spellings of operations and on which plane they are.
type azureNames struct {
	spellings map[string]map[string]int // By name in lower case.
	providers map[string]map[string]int // By provider in lower case.
	planes    map[string]planes
}

// planes tell what says on which plane an operation is. A provider that lists it
// as a data action is right over a role that names it among its actions, where it
// grants nothing; a provider may list it as both.
type planes uint8

const (
	controlSeen   planes = 1 << iota // In a role's actions, or a call of the map.
	dataSeen                         // In a role's data actions.
	controlListed                    // So listed by its provider.
	dataListed
)

func (p planes) flag() byte {
	data := p&(dataSeen|dataListed) != 0
	control := p&controlListed != 0 || p&controlSeen != 0 && p&dataListed == 0
	switch {
	case data && control:
		return 'b'
	case data:
		return 'a'
	}
	return 0
}

// addLiterals adds the patterns of a role that have no wildcard.
func (n *azureNames) addLiterals(p planes, lists ...[]string) {
	for _, a := range slices.Concat(lists...) {
		if !strings.Contains(a, "*") {
			n.add(a, p)
		}
	}
}

// add notes one spelling of an operation. What names none, such as a role's
// "Microsoft.Insights/alertRules/", is left out.
func (n *azureNames) add(name string, p planes) {
	name = strings.TrimSpace(name)
	provider, _, ok := strings.Cut(name, "/")
	if !ok || strings.HasSuffix(name, "/") || strings.ContainsAny(name, "\t\n") {
		return
	}
	count(n.spellings, name)
	count(n.providers, provider)
	n.planes[strings.ToLower(name)] |= p
}

func count(into map[string]map[string]int, spelling string) {
	lower := strings.ToLower(spelling)
	if into[lower] == nil {
		into[lower] = map[string]int{}
	}
	into[lower][spelling]++
}

// entries gives each operation its most frequent spelling, and its provider the
// provider's.
func (n *azureNames) entries() []entry {
	out := map[string]entry{}
	for lower, spellings := range n.spellings {
		name := frequent(spellings)
		provider, rest, _ := strings.Cut(name, "/")
		provider = capital(n.providers[strings.ToLower(provider)])
		out[lower] = entry{name: provider + "/" + rest, data: n.planes[lower].flag()}
	}
	return sorted(out)
}

// frequent returns the most frequent spelling; among equals the first, which is
// the one with the earliest capital.
func frequent(spellings map[string]int) string {
	all := slices.SortedFunc(maps.Keys(spellings), func(a, b string) int {
		return cmp.Or(cmp.Compare(spellings[b], spellings[a]), cmp.Compare(a, b))
	})
	return all[0]
}

// capital returns the most frequent spelling of a provider that has a capital in
// each part, as "Microsoft.Web", where there is one: Azure writes some in lower
// case now and then.
func capital(spellings map[string]int) string {
	proper := map[string]int{}
	for s, n := range spellings {
		if company, name, ok := strings.Cut(s, "."); ok && company != strings.ToLower(company) && name != strings.ToLower(name) {
			proper[s] = n
		}
	}
	if len(proper) == 0 {
		proper = spellings
	}
	return frequent(proper)
}

func either(data bool, yes, no planes) planes {
	if data {
		return yes
	}
	return no
}
