package state

import (
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// JSON returns the JSON of a query, or of a part of one, that stands in a YAML
// file. Scalars become texts, so that account numbers keep their zeros and
// times their form, but for the members that queries have as numbers or
// booleans.
func JSON(node *yaml.Node) ([]byte, error) {
	value, err := plain("", node)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func plain(name string, node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.ScalarNode:
		return scalar(name, node), nil
	case yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, child := range node.Content {
			var err error
			if list[i], err = plain("", child); err != nil {
				return nil, err
			}
		}
		return list, nil
	case yaml.MappingNode:
		return mapping(node)
	case yaml.DocumentNode, yaml.AliasNode:
	}
	return nil, fmt.Errorf("line %d: an alias does not fit here; write out what it stands for", node.Line)
}

func mapping(node *yaml.Node) (any, error) {
	members := map[string]any{}
	for i := 0; i < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if _, twice := members[name]; twice {
			return nil, fmt.Errorf("line %d: %q stands twice", node.Content[i].Line, name)
		}
		var err error
		if members[name], err = plain(name, node.Content[i+1]); err != nil {
			return nil, err
		}
	}
	return members, nil
}

func scalar(name string, node *yaml.Node) any {
	switch {
	case (name == "disabled" || name == "descending") && node.ShortTag() == "!!bool":
		return node.Value == "true"
	case (name == "limit" || name == "top") && node.ShortTag() == "!!int" && json.Valid([]byte(node.Value)):
		return json.Number(node.Value)
	case node.ShortTag() == "!!null":
		return nil
	}
	return node.Value
}
