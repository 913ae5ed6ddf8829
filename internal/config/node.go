package config

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// DecodeNode decodes a mapping within a document into the struct that v points
// to, for types which set defaults in their UnmarshalYAML. The library forgets
// there that unknown fields are errors, so that they are looked for here, also
// in structs within the struct.
func DecodeNode(node *yaml.Node, v any) error {
	if err := node.Decode(v); err != nil {
		return err
	}
	return checkFields(node, reflect.TypeOf(v).Elem())
}

func checkFields(node *yaml.Node, typ reflect.Type) error {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	known := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(typ) {
		known[yamlName(&f)] = f.Type
	}
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i]
		below, ok := known[key.Value]
		if !ok {
			return fmt.Errorf("line %d: there is no field %q; check its spelling and indentation", key.Line, key.Value)
		}
		if below.Kind() != reflect.Struct || reflect.PointerTo(below).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
			continue
		}
		if err := checkFields(node.Content[i+1], below); err != nil {
			return err
		}
	}
	return nil
}

func yamlName(f *reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "" {
		return strings.ToLower(f.Name)
	}
	return name
}
