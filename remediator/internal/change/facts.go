package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Facts is what holds of an identity, by [Key]. The value is "" for facts that
// only hold or don't.
type Facts map[string]string

// Clone returns a copy.
func (f Facts) Clone() Facts { return maps.Clone(f) }

// Apply returns the facts as they are after the operation.
func (f Facts) Apply(o Operation) Facts {
	after := f.Clone()
	if after == nil {
		after = Facts{}
	}
	if o.Set {
		after[o.Key()] = o.Value
	} else {
		delete(after, o.Key())
	}
	return after
}

// InEffect reports whether the operation would change nothing.
func (f Facts) InEffect(o Operation) bool {
	value, holds := f[o.Key()]
	return holds == o.Set && (!o.Set || same(o.Key(), value, o.Value))
}

// Inverse returns the operation that brings the fact which o concerns back to
// what it is in f.
func (f Facts) Inverse(o Operation) Operation {
	value, held := f[o.Key()]
	return Operation{Kind: o.Kind, Name: o.Name, Set: held, Value: value}
}

// Diff says, one line each and sorted, how got differs from want; nothing
// where they agree. Policy documents agree when they mean the same JSON.
func Diff(want, got Facts) []string {
	var lines []string
	for key, value := range want {
		if actual, ok := got[key]; !ok {
			lines = append(lines, fmt.Sprintf("%s is missing", key))
		} else if !same(key, value, actual) {
			lines = append(lines, fmt.Sprintf("%s has another value", key))
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			lines = append(lines, fmt.Sprintf("%s is there and should not be", key))
		}
	}
	slices.Sort(lines)
	return lines
}

func same(key, a, b string) bool {
	if a == b {
		return true
	}
	kind, _ := SplitKey(key)
	if kind != InlinePolicy {
		return false
	}
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}
