package trigger

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/state"
)

// Condition is what events must fulfil. In a file it is either the compact text
// of a query without pipes, or the condition as query's JSON has it.
type Condition struct{ *query.Node }

// UnmarshalYAML reads either form.
func (c *Condition) UnmarshalYAML(node *yaml.Node) error {
	var err error
	switch node.Kind {
	case yaml.ScalarNode:
		c.Node, err = query.ParseWhere(node.Value)
	case yaml.MappingNode:
		c.Node, err = tree(node)
	case yaml.DocumentNode, yaml.SequenceNode, yaml.AliasNode:
		err = errors.New("a condition is a text or a mapping")
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	return nil
}

// tree reads a condition that is written as a mapping.
func tree(node *yaml.Node) (*query.Node, error) {
	text, err := state.JSON(node)
	if err != nil {
		return nil, err
	}
	n := &query.Node{}
	return n, n.UnmarshalJSON(text)
}
