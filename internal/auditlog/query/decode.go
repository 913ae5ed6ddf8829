package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leastward/leastward/internal/config"
)

// Decode reads a query's JSON, as [Schema] describes it. It takes nothing that
// it does not know, nothing twice and nothing of the wrong type; the [Error]
// names the place. What the query says is left to [Query.Validate].
func Decode(data []byte) (Query, error) {
	var q Query
	if len(data) > MaxBytes {
		return q, &Error{Message: fmt.Sprintf("the query has more than %d bytes", MaxBytes)}
	}
	if err := wellFormed(data); err != nil {
		return q, err
	}
	if err := decodeQuery(data, "", &q); err != nil {
		return Query{}, err
	}
	return q, nil
}

// Encode writes a query as JSON.
func (q *Query) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode((*plainQuery)(q)); err != nil {
		return nil, fmt.Errorf("encode the query: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

type plainQuery Query

// UnmarshalJSON reads the query as [Decode] does.
func (q *Query) UnmarshalJSON(data []byte) error {
	decoded, err := Decode(data)
	if err != nil {
		return err
	}
	*q = decoded
	return nil
}

// UnmarshalJSON reads the condition as [Decode] does. Paths begin with "where".
func (n *Node) UnmarshalJSON(data []byte) error {
	if len(data) > MaxBytes {
		return &Error{Path: "where", Message: fmt.Sprintf("has %d bytes; at most %d are taken", len(data), MaxBytes)}
	}
	var decoded Node
	if err := new(nodes).decode(data, "where", 1, &decoded); err != nil {
		return err
	}
	*n = decoded
	return nil
}

// member reads one member of an object.
type member func(raw json.RawMessage, path string) error

func decodeQuery(raw json.RawMessage, path string, q *Query) error {
	return object(raw, path, map[string]member{
		"range":   func(r json.RawMessage, p string) error { return decodeRange(r, p, &q.Range) },
		"clouds":  func(r json.RawMessage, p string) error { return decodeStrings(r, p, &q.Clouds) },
		"systems": func(r json.RawMessage, p string) error { return decodeStrings(r, p, &q.Systems) },
		"folders": func(r json.RawMessage, p string) error { return decodeStrings(r, p, &q.Folders) },
		"where": func(r json.RawMessage, p string) error {
			q.Where = &Node{}
			return new(nodes).decode(r, p, 1, q.Where)
		},
		"group": func(r json.RawMessage, p string) error {
			q.Group = &Group{}
			return decodeGroup(r, p, q.Group)
		},
		"series": func(r json.RawMessage, p string) error {
			q.Series = &Series{}
			return decodeSeries(r, p, q.Series)
		},
		"sort":   func(r json.RawMessage, p string) error { return decodeList(r, p, &q.Sort, decodeOrder) },
		"limit":  func(r json.RawMessage, p string) error { return decodeInt(r, p, &q.Limit) },
		"cursor": func(r json.RawMessage, p string) error { return decodeString(r, p, &q.Cursor) },
	})
}

func decodeRange(raw json.RawMessage, path string, r *Range) error {
	return object(raw, path, map[string]member{
		"last": func(raw json.RawMessage, p string) error { return decodeDuration(raw, p, &r.Last) },
		"from": func(raw json.RawMessage, p string) error { return decodeTime(raw, p, &r.From) },
		"to":   func(raw json.RawMessage, p string) error { return decodeTime(raw, p, &r.To) },
	})
}

// nodes counts the nodes of a tree.
type nodes int

func (c *nodes) decode(raw json.RawMessage, path string, depth int, n *Node) error {
	if *c++; *c > MaxNodes {
		return &Error{Path: "where", Message: fmt.Sprintf("has more than %d conditions and groups; put values of the same field into one condition", MaxNodes)}
	}
	if depth > MaxDepth {
		return &Error{Path: path, Message: fmt.Sprintf("is nested deeper than %d groups", MaxDepth)}
	}
	child := func(r json.RawMessage, p string, n *Node) error { return c.decode(r, p, depth+1, n) }
	return object(raw, path, map[string]member{
		"all": func(r json.RawMessage, p string) error { return decodeList(r, p, &n.All, child) },
		"any": func(r json.RawMessage, p string) error { return decodeList(r, p, &n.Any, child) },
		"not": func(r json.RawMessage, p string) error {
			n.Not = &Node{}
			return child(r, p, n.Not)
		},
		"field":    func(r json.RawMessage, p string) error { return decodeString(r, p, &n.Field) },
		"op":       func(r json.RawMessage, p string) error { return decodeString(r, p, &n.Operator) },
		"values":   func(r json.RawMessage, p string) error { return decodeStrings(r, p, &n.Values) },
		"disabled": func(r json.RawMessage, p string) error { return decodeBool(r, p, &n.Disabled) },
	})
}

func decodeGroup(raw json.RawMessage, path string, g *Group) error {
	return object(raw, path, map[string]member{
		"by":         func(r json.RawMessage, p string) error { return decodeStrings(r, p, &g.By) },
		"aggregates": func(r json.RawMessage, p string) error { return decodeList(r, p, &g.Aggregates, decodeAggregate) },
	})
}

func decodeAggregate(raw json.RawMessage, path string, a *Aggregate) error {
	return object(raw, path, map[string]member{
		"function": func(r json.RawMessage, p string) error { return decodeString(r, p, &a.Function) },
		"field":    func(r json.RawMessage, p string) error { return decodeString(r, p, &a.Field) },
	})
}

func decodeSeries(raw json.RawMessage, path string, s *Series) error {
	return object(raw, path, map[string]member{
		"step":     func(r json.RawMessage, p string) error { return decodeDuration(r, p, &s.Step) },
		"by":       func(r json.RawMessage, p string) error { return decodeStrings(r, p, &s.By) },
		"top":      func(r json.RawMessage, p string) error { return decodeInt(r, p, &s.Top) },
		"function": func(r json.RawMessage, p string) error { return decodeString(r, p, &s.Function) },
		"field":    func(r json.RawMessage, p string) error { return decodeString(r, p, &s.Field) },
	})
}

func decodeOrder(raw json.RawMessage, path string, o *Order) error {
	return object(raw, path, map[string]member{
		"by":         func(r json.RawMessage, p string) error { return decodeString(r, p, &o.By) },
		"descending": func(r json.RawMessage, p string) error { return decodeBool(r, p, &o.Descending) },
	})
}

func decodeDuration(raw json.RawMessage, path string, d *config.Duration) error {
	var text string
	if err := decodeString(raw, path, &text); err != nil {
		return err
	}
	if err := d.UnmarshalText([]byte(text)); err != nil {
		return &Error{Path: path, Message: quote(text) + " is not a duration; write it like 30s, 24h or 90d"}
	}
	return nil
}

func decodeTime(raw json.RawMessage, path string, t *time.Time) error {
	var text string
	if err := decodeString(raw, path, &text); err != nil {
		return err
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return &Error{Path: path, Message: quote(text) + " is not a time; write it like 2026-01-31T12:00:00Z"}
	}
	if y := parsed.UTC().Year(); y < 1 || y > 9999 { // It could not be written again.
		return &Error{Path: path, Message: fmt.Sprintf("the year %d is not between 1678 and 2261", y)}
	}
	*t = parsed.UTC()
	return nil
}
