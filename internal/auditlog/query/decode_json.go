package query

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// wellFormed checks that there is one JSON value, and names the place where it
// breaks off.
func wellFormed(data []byte) error {
	var raw json.RawMessage
	d := json.NewDecoder(bytes.NewReader(data))
	err := d.Decode(&raw)
	if err == nil {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		return &Error{Message: "there is more after the query's JSON, at " + place(data, d.InputOffset())}
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &Error{Message: fmt.Sprintf("the query is not JSON: %v, at %s", syntax, place(data, syntax.Offset))}
	}
	return &Error{Message: "the query is not JSON: it ends too early, at " + place(data, int64(len(data)))}
}

// place names line and column of an offset.
func place(data []byte, offset int64) string {
	before := data[:min(offset, int64(len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1)
	return fmt.Sprintf("line %d, column %d", line, max(column, 1))
}

// object hands each member of a JSON object to its reader.
func object(raw json.RawMessage, path string, members map[string]member) error {
	if typeOf(raw) != "an object" {
		return wrongType(raw, path, "an object")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token() // The brace, as its type said.
	seen := map[string]bool{}
	for d.More() {
		name, err := key(d)
		if err != nil {
			return &Error{Path: path, Message: "is not JSON: " + err.Error()}
		}
		read, known := members[name]
		switch {
		case !known:
			return &Error{Path: under(path, shown(name)), Message: "is not known here; there are " + strings.Join(slices.Sorted(maps.Keys(members)), ", ")}
		case seen[name]:
			return &Error{Path: under(path, name), Message: "stands there twice"}
		}
		seen[name] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return &Error{Path: under(path, name), Message: "is not JSON: " + err.Error()}
		}
		if err := read(value, under(path, name)); err != nil {
			return err
		}
	}
	return nil
}

func key(d *json.Decoder) (string, error) {
	token, err := d.Token()
	if err != nil {
		return "", err
	}
	name, _ := token.(string) // The decoder lets nothing else be a key.
	return name, nil
}

// shown is a name that a user made up, as it stands in a path.
func shown(name string) string {
	for _, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return quote(name)
		}
	}
	if name == "" || len(name) > 60 {
		return quote(name)
	}
	return name
}

func decodeList[T any](raw json.RawMessage, path string, list *[]T, read func(json.RawMessage, string, *T) error) error {
	if typeOf(raw) != "a list" {
		return wrongType(raw, path, "a list")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token() // The bracket, as its type said.
	*list = []T{}
	for d.More() {
		if len(*list) == MaxValues {
			return &Error{Path: path, Message: fmt.Sprintf("has more than %d elements", MaxValues)}
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return &Error{Path: path, Message: "is not JSON: " + err.Error()}
		}
		var element T
		if err := read(value, fmt.Sprintf("%s[%d]", path, len(*list)), &element); err != nil {
			return err
		}
		*list = append(*list, element)
	}
	return nil
}

func decodeStrings[T ~string](raw json.RawMessage, path string, list *[]T) error {
	return decodeList(raw, path, list, decodeString[T])
}

func decodeString[T ~string](raw json.RawMessage, path string, s *T) error {
	if typeOf(raw) != "a string" {
		return wrongType(raw, path, "a string")
	}
	var text string
	err := json.Unmarshal(raw, &text)
	*s = T(text)
	return err
}

func decodeInt(raw json.RawMessage, path string, n *int) error {
	if typeOf(raw) != "a number" {
		return wrongType(raw, path, "a number")
	}
	if err := json.Unmarshal(raw, n); err != nil {
		return &Error{Path: path, Message: quote(string(raw)) + " is not a whole number that fits"}
	}
	return nil
}

func decodeBool(raw json.RawMessage, path string, b *bool) error {
	if typeOf(raw) != "a boolean" {
		return wrongType(raw, path, "true or false")
	}
	return json.Unmarshal(raw, b)
}

func wrongType(raw json.RawMessage, path, want string) error {
	if path == "" {
		path = "query"
	}
	if got := typeOf(raw); got != "null" {
		return &Error{Path: path, Message: "is " + got + "; give " + want}
	}
	return &Error{Path: path, Message: "is null; give " + want + " or leave it out"}
}

func typeOf(raw json.RawMessage) string {
	trimmed := bytes.TrimLeft(raw, " \t\r\n")
	if len(trimmed) == 0 {
		return "nothing"
	}
	switch trimmed[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
