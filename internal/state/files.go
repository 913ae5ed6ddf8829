package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// file is a file of provisioned queries, in YAML or JSON.
type file struct {
	Queries []entry `yaml:"queries"`
}

// entry is a query, either as a text with its range and systems beside it, or
// as its JSON has it.
type entry struct {
	Name        string                 `yaml:"name"`
	Description string                 `yaml:"description"`
	Text        string                 `yaml:"text"`
	Last        config.Duration        `yaml:"last"`
	From        time.Time              `yaml:"from"`
	To          time.Time              `yaml:"to"`
	Clouds      []entitlement.Cloud    `yaml:"clouds"`
	Systems     []entitlement.SystemID `yaml:"systems"`
	Folders     []string               `yaml:"folders"`
	Query       *tree                  `yaml:"query"`
}

type tree struct{ query.Query }

// UnmarshalYAML reads a query as its JSON has it.
func (t *tree) UnmarshalYAML(node *yaml.Node) error {
	text, err := JSON(node)
	if err != nil {
		return err
	}
	if t.Query, err = query.Decode(text); err != nil {
		return fmt.Errorf("line %d: query.%w", node.Line, err)
	}
	return nil
}

// ReadDefinitions reads the queries to be provisioned from files, and from the
// files *.yaml, *.yml and *.json of directories. The error joins one for each
// problem, which names the file and the field.
func ReadDefinitions(paths ...string) ([]Definition, error) {
	var list []Definition
	var problems []error
	for _, path := range paths {
		names, err := filesOf(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("read saved queries: %w", err))
		}
		for _, name := range names {
			more, err := readFile(name)
			if err != nil {
				problems = append(problems, err)
			}
			list = append(list, more...)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	_, err := validateDefinitions(list)
	return list, err
}

// filesOf returns the files of a directory, by name, or the file itself.
func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".yaml", ".yml", ".json":
			if e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0 {
				names = append(names, filepath.Join(path, e.Name()))
			}
		}
	}
	return names, nil
}

func readFile(path string) ([]Definition, error) {
	f, err := os.Open(path) //nolint:gosec // The path is the operator's choice.
	if err != nil {
		return nil, fmt.Errorf("read saved queries: %w", err)
	}
	defer func() { _ = f.Close() }()
	var content file
	if err := config.DecodeStrict(f, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var list []Definition
	var problems []error
	for i := range content.Queries {
		e := &content.Queries[i]
		q, err := e.query()
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: queries[%d] (%q): %w", path, i, e.Name, err))
		}
		list = append(list, Definition{Name: e.Name, Description: e.Description, Query: q, Origin: path})
	}
	return list, errors.Join(problems...)
}

func (e *entry) query() (query.Query, error) {
	if e.Query != nil {
		if e.Text != "" || e.Last != 0 || !e.From.IsZero() || !e.To.IsZero() || len(e.Clouds)+len(e.Systems)+len(e.Folders) > 0 {
			return query.Query{}, invalid("query", "text, last, from, to, clouds, systems and folders stand in it, not beside it")
		}
		return e.Query.Query, nil
	}
	q, err := query.Parse(e.Text)
	if err != nil {
		return query.Query{}, fmt.Errorf("text: %w", err)
	}
	q.Range = query.Range{Last: e.Last, From: e.From, To: e.To}
	q.Clouds, q.Systems, q.Folders = e.Clouds, e.Systems, e.Folders
	return q, nil
}
