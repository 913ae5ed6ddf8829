package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// azureRole is a role definition as `az role definition list` and the data set
// write it.
type azureRole struct {
	ID          string       `json:"name"`
	Name        string       `json:"roleName"`
	Scopes      []string     `json:"assignableScopes"`
	Permissions []azureBlock `json:"permissions"`
}

type azureBlock struct {
	Condition      string   `json:"condition"`
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

// azureMap is the call map: by method and path, the operations that it needs.
type azureMap map[string]map[string]map[string]struct {
	IsDataAction bool `json:"isDataAction"`
}

// azureProvider is one provider as `az provider operation list` writes it.
type azureProvider struct {
	Operations    []azureOperation `json:"operations"`
	ResourceTypes []struct {
		Operations []azureOperation `json:"operations"`
	} `json:"resourceTypes"`
}

type azureOperation struct {
	Name         string `json:"name"`
	IsDataAction bool   `json:"isDataAction"`
}

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

func readAzure(o options) (*cloudSource, error) {
	dir := filepath.Join(o.iann0036, "azure")
	names := azureNames{map[string]map[string]int{}, map[string]map[string]int{}, map[string]planes{}}
	var roles []azureRole
	if err := readJSON(filepath.Join(dir, "built-in-roles-raw.json"), &roles); err != nil {
		return nil, err
	}
	if err := names.addMap(dir); err != nil {
		return nil, err
	}
	if err := names.addOperations(o.azureOperations); err != nil {
		return nil, err
	}
	for _, r := range roles {
		for _, b := range r.Permissions {
			names.addLiterals(controlSeen, b.Actions, b.NotActions)
			names.addLiterals(dataSeen, b.DataActions, b.NotDataActions)
		}
	}
	table, err := azureRoleTable(roles)
	return &cloudSource{entries: names.entries(), roles: table}, err
}

func (n *azureNames) addMap(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "map*.json"))
	if err != nil || len(paths) != 1 {
		return fmt.Errorf("find map*.json in %s: %d files, want one (%w)", dir, len(paths), err)
	}
	var m azureMap
	if err := readJSON(paths[0], &m); err != nil {
		return err
	}
	for _, calls := range m {
		for _, operations := range calls {
			for name, facts := range operations {
				n.add(name, either(facts.IsDataAction, dataListed, controlSeen))
			}
		}
	}
	return nil
}

// addOperations adds the output of `az provider operation list`, if given.
func (n *azureNames) addOperations(path string) error {
	if path == "" {
		return nil
	}
	var providers []azureProvider
	if err := readJSON(path, &providers); err != nil {
		return err
	}
	for _, p := range providers {
		all := p.Operations
		for _, t := range p.ResourceTypes {
			all = append(all, t.Operations...)
		}
		for _, op := range all {
			n.add(op.Name, either(op.IsDataAction, dataListed, controlListed))
		}
	}
	return nil
}

func either(data bool, yes, no planes) planes {
	if data {
		return yes
	}
	return no
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

func azureRoleTable(roles []azureRole) (string, error) {
	for i := range roles {
		roles[i].ID = strings.ToLower(roles[i].ID)
	}
	slices.SortFunc(roles, func(a, b azureRole) int { return cmp.Compare(a.ID, b.ID) })
	var b strings.Builder
	for _, r := range roles {
		if !slices.Equal(r.Scopes, []string{"/"}) || strings.ContainsAny(r.ID+r.Name, "\t\n") {
			return "", fmt.Errorf("role %q (%q) is not one that may be assigned everywhere", r.ID, r.Name)
		}
		fmt.Fprintf(&b, "R\t%s\t%s\t\t\n", r.ID, r.Name)
		for _, p := range r.Permissions {
			if err := writeBlock(&b, p); err != nil {
				return "", fmt.Errorf("role %q: %w", r.ID, err)
			}
		}
	}
	return b.String(), nil
}

func writeBlock(b *strings.Builder, p azureBlock) error {
	condition := strings.Join(strings.Fields(p.Condition), " ")
	b.WriteString("B\t" + condition + "\n")
	for _, list := range []struct {
		kind     string
		patterns []string
	}{{"+", p.Actions}, {"-", p.NotActions}, {"d", p.DataActions}, {"n", p.NotDataActions}} {
		for _, a := range list.patterns {
			if strings.ContainsAny(a, "\t\n") {
				return fmt.Errorf("pattern %q has a tab or a line break", a)
			}
			b.WriteString(list.kind + "\t" + strings.TrimSpace(a) + "\n")
		}
	}
	return nil
}
