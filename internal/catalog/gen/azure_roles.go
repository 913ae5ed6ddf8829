package main

import (
	"cmp"
	"fmt"
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
