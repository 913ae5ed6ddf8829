package main

import (
	"fmt"
	"path/filepath"
)

// azureMap is the call map: by method and path, the operations that it needs.
type azureMap map[string]map[string]map[string]struct {
	IsDataAction bool `json:"isDataAction"`
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
