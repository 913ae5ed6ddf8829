package query

import (
	"bytes"
	"encoding/json"
)

// schema is a JSON schema or a part of one.
type schema map[string]any

// Schema returns the JSON schema (draft 2020-12) of queries. What it cannot say,
// such as that two times are in order, [Query.Validate] does.
func Schema() []byte {
	s := schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Audit query",
		"type":    "object",
		"properties": schema{
			"range":   schema{"$ref": "#/$defs/range"},
			"clouds":  listOf(schema{"enum": []string{"aws", "azure", "gcp", "platform"}}, MaxValues),
			"systems": listOf(nameSchema(), MaxValues),
			"folders": listOf(nameSchema(), MaxValues),
			"where":   schema{"$ref": "#/$defs/node"},
			"group":   schema{"$ref": "#/$defs/group"},
			"series":  schema{"$ref": "#/$defs/series"},
			"sort":    listOf(schema{"$ref": "#/$defs/order"}, MaxBy),
			"limit":   schema{"type": "integer", "minimum": 0, "maximum": MaxLimit},
			"cursor":  schema{"type": "string", "maxLength": maxCursor},
		},
		"additionalProperties": false,
		"not":                  schema{"required": []string{"group", "series"}},
		"$defs": schema{
			"range": rangeSchema(), "duration": durationSchema(), "time": timeSchema(),
			"node":  nodeSchema(false),
			"draft": nodeSchema(true),
			"group": groupSchema(), "series": seriesSchema(), "order": orderSchema(), "groupable": schema{"enum": groupable()},
		},
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil // Maps, lists and texts are always encoded.
	}
	return b.Bytes()
}

func properties(members schema, required ...string) schema {
	s := schema{"type": "object", "properties": members, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func listOf(items schema, most int) schema {
	return schema{"type": "array", "items": items, "maxItems": most}
}

func nameSchema() schema {
	return schema{"type": "string", "minLength": 1, "maxLength": maxName}
}

func durationSchema() schema {
	return schema{
		"type": "string", "description": "As Prometheus writes it: 30s, 24h, 90d, 1d12h.",
		"pattern": "^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$", "minLength": 1,
	}
}

func timeSchema() schema { return schema{"type": "string", "format": "date-time"} }

func rangeSchema() schema {
	return schema{
		"description": "The last so-and-so much, or from one instant to another, which is now where it is left out; without either, the last day.",
		"anyOf": []schema{
			properties(schema{"last": schema{"$ref": "#/$defs/duration"}}),
			properties(schema{"from": schema{"$ref": "#/$defs/time"}, "to": schema{"$ref": "#/$defs/time"}}, "from"),
		},
	}
}

// nodeSchema describes conditions; a draft is within what is disabled, where
// values may be missing or wrong.
func nodeSchema(draft bool) schema {
	self := schema{"$ref": "#/$defs/node"}
	if draft {
		self = schema{"$ref": "#/$defs/draft"}
	}
	variants := groupSchemas(self, schema{"type": "boolean"})
	if !draft {
		for _, v := range variants {
			v["properties"].(schema)["disabled"] = schema{"const": false} //nolint:forcetypeassert // made above
		}
		variants = append(variants, schema{"$ref": "#/$defs/draft", "properties": schema{"disabled": schema{"const": true}}, "required": []string{"disabled"}})
	}
	return schema{"anyOf": append(variants, conditionSchemas(draft)...)}
}

func groupSchemas(child, disabled schema) []schema {
	group := func(name string, of schema) schema {
		return properties(schema{name: of, "disabled": disabled}, name)
	}
	return []schema{group("all", listOf(child, MaxNodes)), group("any", listOf(child, MaxNodes)), group("not", child)}
}

// conditionSchemas describe the conditions on fields: one for each set of
// fields, operators and values that go together.
func conditionSchemas(draft bool) []schema {
	var all []schema
	for _, f := range fields().list {
		if draft {
			all = append(all, properties(schema{
				"field": schema{"const": f.Name}, "op": schema{"enum": f.Operators},
				"values": listOf(schema{"type": "string"}, MaxValues), "disabled": schema{"type": "boolean"},
			}, "field", "op"))
			continue
		}
		for _, ops := range alike(f.Operators) {
			all = append(all, conditionSchema(&f, ops))
		}
	}
	return all
}

// alike gathers the operators that take the same values.
func alike(ops []Operator) [][]Operator {
	var kinds []Operator
	groups := map[Operator][]Operator{}
	for _, op := range ops {
		kind, _ := op.Plain()
		switch kind {
		case In, Contains, Matches:
			kind = Is
		case Less:
			kind = Greater
		case Is, Greater, InCIDR, Exists, IsNot, NotIn, NotContains, NotMatches, NotInCIDR, NotExists:
		}
		if groups[kind] == nil {
			kinds = append(kinds, kind)
		}
		groups[kind] = append(groups[kind], op)
	}
	var list [][]Operator
	for _, kind := range kinds {
		list = append(list, groups[kind])
	}
	return list
}

func conditionSchema(f *Info, ops []Operator) schema {
	value := schema{"type": "string", "minLength": 1, "maxLength": MaxValue}
	most, least := MaxValues, 1
	switch plain, _ := ops[0].Plain(); {
	case plain == Exists:
		least, most = 0, 0
	case plain == Greater || plain == Less:
		value, most = schema{"$ref": "#/$defs/time"}, 1
	case plain == InCIDR:
		value["pattern"] = "^[0-9a-fA-F.:]+/[0-9]{1,3}$"
	case len(f.Values) > 0:
		value = schema{"enum": f.Values}
	}
	values := listOf(value, most)
	values["minItems"] = least
	members := schema{"field": schema{"const": f.Name}, "op": schema{"enum": ops}, "values": values, "disabled": schema{"const": false}}
	if least > 0 {
		return properties(members, "field", "op", "values")
	}
	return properties(members, "field", "op")
}

func groupable() []Field {
	var list []Field
	for _, f := range fields().list {
		if f.Group {
			list = append(list, f.Name)
		}
	}
	return list
}

func byList() schema {
	s := listOf(schema{"$ref": "#/$defs/groupable"}, MaxBy)
	s["uniqueItems"] = true
	return s
}

func groupSchema() schema {
	aggregates := listOf(schema{"anyOf": []schema{
		properties(schema{"function": schema{"enum": []Function{Count, First, Last}}}, "function"),
		properties(schema{"function": schema{"const": Unique}, "field": schema{"$ref": "#/$defs/groupable"}}, "function", "field"),
	}}, MaxBy)
	aggregates["uniqueItems"] = true
	return properties(schema{"by": byList(), "aggregates": aggregates})
}

func seriesSchema() schema {
	common := func() schema {
		return schema{"step": schema{"$ref": "#/$defs/duration"}, "by": byList(), "top": schema{"type": "integer", "minimum": 0, "maximum": MaxTop}}
	}
	count, unique := common(), common()
	count["function"] = schema{"const": Count}
	unique["function"], unique["field"] = schema{"const": Unique}, schema{"$ref": "#/$defs/groupable"}
	return schema{"anyOf": []schema{properties(count), properties(unique, "function", "field")}}
}

func orderSchema() schema {
	return properties(schema{"by": schema{"type": "string", "minLength": 1}, "descending": schema{"type": "boolean"}}, "by")
}
