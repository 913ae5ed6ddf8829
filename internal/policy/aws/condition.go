package aws

// conditions reads a Condition element: operators, each with keys, each with a
// value or a list of values.
func conditions(m *member) ([]Condition, *elementError) {
	v := &m.value
	if v.kind != objectValue {
		return nil, faultf(v, "Condition is %s, not an object", v.kind)
	}
	if d := duplicate(v.members); d != nil {
		return nil, faultf(&d.value, "the condition operator %q stands twice", d.name)
	}
	var out []Condition
	for i := range v.members {
		op := &v.members[i]
		if op.value.kind != objectValue {
			return nil, faultf(&op.value, "the condition operator %q holds %s, not an object of keys", op.name, op.value.kind)
		}
		if d := duplicate(op.value.members); d != nil {
			return nil, faultf(&d.value, "the condition key %q stands twice under %q", d.name, op.name)
		}
		for j := range op.value.members {
			c, err := oneCondition(op.name, &op.value.members[j])
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func oneCondition(operator string, key *member) (Condition, *elementError) {
	list := key.value.items
	if key.value.kind != listValue {
		list = []value{key.value}
	}
	c := Condition{Operator: operator, Key: key.name, Values: make([]string, len(list))}
	for i := range list {
		v := &list[i]
		if v.kind != stringValue && (v.kind != otherValue || v.text == "null") {
			return c, faultf(v, "the condition key %q holds a value that is no string, number or boolean", key.name)
		}
		c.Values[i] = v.text
	}
	return c, nil
}
