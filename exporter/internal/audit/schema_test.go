package audit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// schemas validates values against the subset of JSON schema that the OpenAPI
// file and the schema of queries use. A keyword that it does not know is a
// problem, so that nothing is taken for checked that is not.
type schemas struct{}

// annotations say nothing about values.
func annotations() []string {
	return []string{"description", "title", "default", "examples", "$id", "$schema", "$defs", "$comment", "deprecated"}
}

// check returns what is wrong with a value; base is the schema that "#" in
// references means.
func (s *schemas) check(schema map[string]any, value any, path string, base map[string]any) []string {
	if _, own := schema["$id"]; own {
		base = schema
	}
	var problems []string
	for _, keyword := range slices.Sorted(maps.Keys(schema)) {
		if slices.Contains(annotations(), keyword) {
			continue
		}
		problems = append(problems, s.keyword(keyword, schema, value, path, base)...)
	}
	return problems
}

func (s *schemas) keyword(keyword string, schema map[string]any, value any, path string, base map[string]any) []string {
	wrong := func(format string, args ...any) []string { return []string{path + ": " + fmt.Sprintf(format, args...)} }
	argument := schema[keyword]
	object, _ := value.(map[string]any)
	list, isList := value.([]any)
	text, isText := value.(string)
	number, isNumber := value.(float64)
	switch keyword {
	case "$ref":
		return s.check(resolve(base, argument.(string)), value, path, base)
	case "type":
		if !hasType(argument, value) {
			return wrong("%v is no %v", value, argument)
		}
	case "enum":
		if !slices.ContainsFunc(argument.([]any), func(v any) bool { return reflect.DeepEqual(v, value) }) {
			return wrong("%v is none of %v", value, argument)
		}
	case "const":
		if !reflect.DeepEqual(argument, value) {
			return wrong("%v is not %v", value, argument)
		}
	case "required":
		for _, name := range argument.([]any) {
			if _, there := object[name.(string)]; object != nil && !there {
				return wrong("%s is missing", name)
			}
		}
	case "properties", "additionalProperties":
		if keyword == "properties" || schema["properties"] == nil {
			return s.members(schema, object, path, base)
		}
	case "items":
		var problems []string
		for i, v := range list {
			problems = append(problems, s.check(argument.(map[string]any), v, fmt.Sprintf("%s[%d]", path, i), base)...)
		}
		return problems
	case "anyOf", "oneOf", "allOf":
		return s.combined(keyword, argument.([]any), value, path, base)
	case "not":
		if len(s.check(argument.(map[string]any), value, path, base)) == 0 {
			return wrong("fulfils what it must not")
		}
	case "minimum":
		if isNumber && number < argument.(float64) {
			return wrong("%v is below %v", number, argument)
		}
	case "maximum":
		if isNumber && number > argument.(float64) {
			return wrong("%v is above %v", number, argument)
		}
	case "minItems":
		if isList && float64(len(list)) < argument.(float64) {
			return wrong("has less than %v elements", argument)
		}
	case "maxItems":
		if isList && float64(len(list)) > argument.(float64) {
			return wrong("has more than %v elements", argument)
		}
	case "uniqueItems":
		for i := range list {
			if slices.ContainsFunc(list[:i], func(v any) bool { return reflect.DeepEqual(v, list[i]) }) {
				return wrong("has %v twice", list[i])
			}
		}
	case "minLength":
		if isText && float64(len(text)) < argument.(float64) {
			return wrong("is too short")
		}
	case "maxLength":
		if isText && float64(len(text)) > argument.(float64) {
			return wrong("is too long")
		}
	case "minProperties":
		if object != nil && float64(len(object)) < argument.(float64) {
			return wrong("has less than %v members", argument)
		}
	case "maxProperties":
		if object != nil && float64(len(object)) > argument.(float64) {
			return wrong("has more than %v members", argument)
		}
	case "pattern":
		if isText && !regexp.MustCompile(argument.(string)).MatchString(text) {
			return wrong("%q does not match %s", text, argument)
		}
	case "format":
		if _, err := time.Parse(time.RFC3339, text); isText && argument == "date-time" && err != nil {
			return wrong("%q is no time", text)
		}
	case "dependentRequired":
	default:
		return wrong("the test does not know the keyword %q", keyword)
	}
	return nil
}

func (s *schemas) members(schema, object map[string]any, path string, base map[string]any) []string {
	properties, _ := schema["properties"].(map[string]any)
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		below := path + "." + name
		if p, known := properties[name]; known {
			problems = append(problems, s.check(p.(map[string]any), object[name], below, base)...)
			continue
		}
		switch rest := schema["additionalProperties"].(type) {
		case bool:
			if !rest {
				problems = append(problems, below+": there is no such member")
			}
		case map[string]any:
			problems = append(problems, s.check(rest, object[name], below, base)...)
		}
	}
	return problems
}

func (s *schemas) combined(keyword string, list []any, value any, path string, base map[string]any) []string {
	var all []string
	fits := 0
	for _, one := range list {
		problems := s.check(one.(map[string]any), value, path, base)
		if len(problems) == 0 {
			fits++
		}
		all = append(all, problems...)
	}
	switch {
	case keyword == "allOf" && fits < len(list), keyword == "anyOf" && fits == 0:
		return all
	case keyword == "oneOf" && fits != 1:
		return append(all, fmt.Sprintf("%s: fits %d of %d schemas", path, fits, len(list)))
	}
	return nil
}

func hasType(names any, value any) bool {
	if list, several := names.([]any); several {
		return slices.ContainsFunc(list, func(n any) bool { return hasType(n, value) })
	}
	switch v := value.(type) {
	case map[string]any:
		return names == "object"
	case []any:
		return names == "array"
	case string:
		return names == "string"
	case bool:
		return names == "boolean"
	case float64:
		return names == "number" || names == "integer" && v == math.Trunc(v)
	case nil:
		return names == "null"
	}
	return false
}

// resolve finds what a reference within a document means.
func resolve(document map[string]any, reference string) map[string]any {
	var at any = document
	for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimPrefix(reference, "#"), "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		at = at.(map[string]any)[part]
	}
	found, ok := at.(map[string]any)
	if !ok {
		panic("there is nothing at " + reference)
	}
	return found
}

func decoded(text []byte) any {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Sprintf("decode %.200s: %v", text, err))
	}
	return v
}
