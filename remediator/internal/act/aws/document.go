package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// document collects statements, each once, with names that don't repeat.
type document struct {
	statements []string
	sids       map[string]bool
	seen       map[string]bool
}

func (d *document) deny(statements []json.RawMessage) {
	for _, s := range statements {
		d.add(compact(s))
	}
}

func (d *document) allow(statement json.RawMessage, room int) bool {
	before := *d
	before.statements = slices.Clip(d.statements)
	text := compact(statement)
	if d.seen[text] {
		return true
	}
	d.add(text)
	if d.size() > room {
		delete(d.seen, text)
		d.statements = before.statements
		return false
	}
	return true
}

func (d *document) add(text string) {
	if d.sids == nil {
		d.sids, d.seen = map[string]bool{}, map[string]bool{}
	}
	if d.seen[text] {
		return
	}
	d.seen[text] = true
	var named struct{ Sid string }
	if json.Unmarshal([]byte(text), &named) == nil && named.Sid != "" {
		if d.sids[named.Sid] {
			text = withoutSid(text)
		}
		d.sids[named.Sid] = true
	}
	d.statements = append(d.statements, text)
}

func (d *document) text() string {
	if len(d.statements) == 0 {
		return ""
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[%s]}`, strings.Join(d.statements, ","))
}

func (d *document) size() int { return policy.Size([]byte(d.text())) }

func compact(statement json.RawMessage) string {
	var out bytes.Buffer
	if json.Compact(&out, statement) != nil {
		return string(statement)
	}
	return out.String()
}

// withoutSid takes away a statement's name, which within one document may
// stand only once and means nothing.
func withoutSid(text string) string {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		return text
	}
	delete(members, "Sid")
	out, err := json.Marshal(members)
	if err != nil {
		return text
	}
	return string(out)
}

// brief is a statement as a note shows it: the lists of some are endless.
func brief(statement json.RawMessage) string {
	var s struct {
		Action, Resource, NotResource words
		Condition                     json.RawMessage
	}
	if json.Unmarshal(statement, &s) != nil {
		return compact(statement)
	}
	on := s.Resource.brief()
	switch {
	case s.Resource == nil:
		on = "all but " + s.NotResource.brief()
	case on == "*":
		on = "every resource"
	}
	if s.Condition != nil {
		on += ", under its condition"
	}
	return s.Action.brief() + " on " + on
}

// words is a string or a list of strings.
type words []string

// UnmarshalJSON reads either.
func (w *words) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]string)(w))
	}
	*w = make(words, 1)
	return json.Unmarshal(text, &(*w)[0])
}

// brief names the first few.
func (w words) brief() string {
	const most = 5
	if len(w) <= most {
		return strings.Join(w, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(w[:most], ", "), len(w)-most)
}
