package query

import (
	"slices"
	"strings"
	"sync"
)

// Kind says what values of a field look like.
type Kind string

// The kinds.
const (
	KindText    Kind = "text"
	KindEnum    Kind = "enum"    // One of Info.Values.
	KindBool    Kind = "bool"    // true or false; false where the event does not say.
	KindAddress Kind = "address" // Text that is often an IP address.
	KindTime    Kind = "time"    // RFC 3339.
	KindTag     Kind = "tag"     // key, or key=value; the operator is about both, each for itself.
	KindWords   Kind = "words"   // Any of many fields: see [TextFields].
)

// Info describes a field to those who write queries.
type Info struct {
	Name Field `json:"name"`
	// Title is what people call it; where Entra Permissions Management had the
	// field, its words.
	Title string `json:"title"`
	Help  string `json:"help"`
	Kind  Kind   `json:"kind"`
	// Values are all that there are; none where they are not known beforehand.
	Values []string `json:"values,omitempty"`
	// Several is set where an event may have more than one value.
	Several   bool       `json:"several,omitempty"`
	Operators []Operator `json:"operators"`
	// Aliases are further names that the text form takes.
	Aliases []string `json:"aliases,omitempty"`
	// Example is a value.
	Example string `json:"example"`
	// Group is set where events may be grouped by the field, or its values
	// counted.
	Group bool `json:"group"`
	// Sort is set where events may be sorted by the field.
	Sort bool `json:"sort"`
}

// Allows tells whether the field may be asked with an operator.
func (i *Info) Allows(op Operator) bool { return slices.Contains(i.Operators, op) }

// Fields describes every field, in the order in which an editor offers them.
func Fields() []Info {
	all := slices.Clone(fields().list)
	for i := range all {
		f := &all[i]
		f.Values, f.Operators, f.Aliases = slices.Clone(f.Values), slices.Clone(f.Operators), slices.Clone(f.Aliases)
	}
	return all
}

// Lookup finds a field by its name or an alias, whatever the case.
func Lookup(name string) (*Info, bool) {
	t := fields()
	i, ok := t.byName[strings.ToLower(name)]
	if !ok {
		return nil, false
	}
	info := t.list[i]
	return &info, true
}

// lookup finds a field by its own name, exactly.
func lookup(f Field) (*Info, bool) {
	t := fields()
	i, ok := t.byName[string(f)]
	if !ok || t.list[i].Name != f {
		return nil, false
	}
	return &t.list[i], true
}

type fieldTable struct {
	list   []Info
	byName map[string]int
}

//nolint:gochecknoglobals // built once and never changed
var fields = sync.OnceValue(func() *fieldTable {
	t := &fieldTable{list: table(), byName: map[string]int{}}
	for i := range t.list {
		f := &t.list[i]
		if f.Operators == nil {
			f.Operators = operatorsOf(f.Kind)
		}
		if f.Kind == KindBool {
			f.Values = []string{"true", "false"}
		}
		t.byName[string(f.Name)] = i
		for _, alias := range f.Aliases {
			t.byName[alias] = i
		}
	}
	return t
})

func operatorsOf(k Kind) []Operator {
	whole := []Operator{Is, IsNot, In, NotIn}
	parts := []Operator{Contains, NotContains, Matches, NotMatches}
	exists := []Operator{Exists, NotExists}
	switch k {
	case KindEnum:
		return slices.Concat(whole, exists)
	case KindBool:
		return whole
	case KindAddress:
		return slices.Concat(whole, parts, []Operator{InCIDR, NotInCIDR}, exists)
	case KindTime:
		return []Operator{Greater, Less}
	case KindWords:
		return []Operator{Contains, NotContains}
	case KindText, KindTag:
	}
	return slices.Concat(whole, parts, exists)
}

// TextFields are the fields that [Text] looks in, beside the words of the
// request's parameters and of the answer (auditlog.Event.Detail).
func TextFields() []Field {
	return []Field{
		ID, System, Identity, IdentityType, Username, Role, Session, AccessKey, Service, Name, Action, Resource, ResourceType,
		ErrorCode, ErrorText, Address, UserAgent, Region, RequestID, InvokedBy, Issued,
	}
}
