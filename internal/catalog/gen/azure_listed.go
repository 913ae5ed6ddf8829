package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

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

// addOperations adds what providers list, if it is given: the output of `az
// provider operation list`, the answer of the REST API behind it, or a folder
// with the pages of the permissions reference (articles/role-based-access-control/permissions
// of MicrosoftDocs/azure-docs).
func (n *azureNames) addOperations(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return n.addPages(path)
	}
	providers, err := readProviders(path)
	if err != nil {
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

func readProviders(path string) ([]azureProvider, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the operations of Azure: %w", err)
	}
	var answer struct {
		Value []azureProvider `json:"value"`
	}
	if json.Unmarshal(raw, &answer) == nil {
		return answer.Value, nil
	}
	var providers []azureProvider
	if err := json.Unmarshal(raw, &providers); err != nil {
		return nil, fmt.Errorf("decode %s: %w", path, err)
	}
	return providers, nil
}

func (n *azureNames) addPages(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("find *.md in %s: %d files, want at least one (%w)", dir, len(paths), err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read the operations of Azure: %w", err)
		}
		n.addPage(string(raw))
	}
	return nil
}

// addPage adds the rows of a page's tables. Each provider has one, in which data
// actions come last, below a heading of their own:
//
//	> | Action | Description |
//	> | --- | --- |
//	> | Microsoft.A/things/read | Reads a thing. |
//	> | **DataAction** | **Description** |
//	> | Microsoft.A/things/blobs/read | Reads a blob. |
func (n *azureNames) addPage(text string) {
	data := false
	for line := range strings.Lines(text) {
		row, ok := strings.CutPrefix(line, "> | ")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(row, " |")
		switch name = strings.TrimSpace(name); {
		case name == "Action" || name == "**Action**":
			data = false
		case strings.Trim(name, "*") == "DataAction":
			data = true
		case strings.Contains(name, "/") && !strings.Contains(name, " "):
			n.add(name, either(data, dataListed, controlListed))
		}
	}
}
