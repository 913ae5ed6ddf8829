package gcp

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// object is a JSON object of an export. Google Cloud's APIs write keys in camel
// case; tools that go through protocol buffers in Python or Go write the same in
// snake case. Both are found by the camel case.
type object map[string]any

func (o object) value(key string) any {
	if v, ok := o[key]; ok {
		return v
	}
	return o[snake(key)]
}

func (o object) has(key string) bool { return o.value(key) != nil }

// text returns a string or number as text, "" for anything else.
func (o object) text(key string) string {
	switch v := o.value(key).(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// object returns a member that is an object, nil for anything else; nil has no
// members.
func (o object) object(keys ...string) object {
	for _, key := range keys {
		o = asObject(o.value(key))
	}
	return o
}

func (o object) list(key string) []any {
	l, _ := o.value(key).([]any)
	return l
}

// objects returns those elements of a list that are objects.
func (o object) objects(key string) []object {
	var out []object
	for _, v := range o.list(key) {
		if x := asObject(v); x != nil {
			out = append(out, x)
		}
	}
	return out
}

// texts returns those elements of a list that are strings.
func (o object) texts(key string) []string {
	var out []string
	for _, v := range o.list(key) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// flag reports a boolean, which some exports write as a string.
func (o object) flag(key string) entitlement.Tristate {
	switch v := o.value(key).(type) {
	case bool:
		return yes(v)
	case string:
		switch strings.ToLower(v) {
		case "true":
			return entitlement.Yes
		case "false":
			return entitlement.No
		}
	}
	return entitlement.Unknown
}

func (o object) is(key string) bool { return o.flag(key) == entitlement.Yes }

// labels returns the labels as tags.
func (o object) labels() map[string]string {
	var tags map[string]string
	for k, v := range o.object("labels") {
		if s, ok := v.(string); ok {
			if tags == nil {
				tags = map[string]string{}
			}
			tags[k] = s
		}
	}
	return tags
}

// time returns the time under a key, zero if there is none.
func (o object) time(key string) (time.Time, error) {
	s := o.text(key)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %q is not a time such as 2006-01-02T15:04:05Z", key, clip(s))
	}
	return t.UTC(), nil
}

func asObject(v any) object {
	m, _ := v.(map[string]any)
	return m
}

func yes(b bool) entitlement.Tristate {
	if b {
		return entitlement.Yes
	}
	return entitlement.No
}

// snake writes a key in snake case: assetType as asset_type.
func snake(key string) string {
	out := make([]byte, 0, len(key)+4)
	for i := range len(key) {
		c := key[i]
		if 'A' <= c && c <= 'Z' {
			out = append(out, '_', c+'a'-'A')
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:77] + "..."
	}
	return s
}
