package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Judge judges policy documents by the catalogue of actions and the suite's one
// definition of reading, that of [policy.ReadOnly].
type Judge struct{ cat *catalog.Catalog }

// NewJudge returns a judge.
func NewJudge(cat *catalog.Catalog) *Judge { return &Judge{cat: cat} }

// Judge judges one document. A document with anything in it that is not
// understood is an error.
func (j *Judge) Judge(text string) (Judgement, error) {
	doc, diagnostics := policy.Parse([]byte(text))
	if doc.Rejected > 0 {
		for _, d := range diagnostics {
			if d.Level == policy.Rejected {
				return Judgement{}, fmt.Errorf("%s: %s", d.Position, d.Message)
			}
		}
	}
	raw, err := statements(text)
	if err != nil {
		return Judgement{}, err
	}
	v := Judgement{ReadOnly: policy.IsReadOnly(doc, j.cat)}
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if s.Index >= len(raw) {
			return Judgement{}, fmt.Errorf("statement %d can't be found", s.Index+1)
		}
		if err := j.statement(&v, s, raw[s.Index], doc.Version); err != nil {
			return Judgement{}, err
		}
	}
	return v, nil
}

// statements returns the statements of a document as they stand in it. One
// alone may stand without a list around it.
func statements(text string) ([]json.RawMessage, error) {
	var d struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return nil, fmt.Errorf("decode the document: %w", err)
	}
	var list []json.RawMessage
	if json.Unmarshal(d.Statement, &list) == nil {
		return list, nil
	}
	return []json.RawMessage{d.Statement}, nil
}

func (j *Judge) statement(v *Judgement, s *policy.Statement, raw json.RawMessage, version string) error {
	// What is "${…}" in an old document is plain text there and a variable in
	// the new one; see
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html.
	otherwise := version != policy.Version2012 && strings.Contains(string(raw), "${")
	if s.Effect == policy.Deny {
		if otherwise {
			return fmt.Errorf("statement %d denies with \"${\" in a document of version %s, which can't be carried over", s.Index+1, policy.Version2008)
		}
		v.Denies = append(v.Denies, raw)
		return nil
	}
	v.Admin = v.Admin || unlimited(s)
	if otherwise {
		v.Lost = append(v.Lost, fmt.Sprintf("statement %d has \"${\" in a document of version %s, so that its reading is not carried over", s.Index+1, policy.Version2008))
		return nil
	}
	kept, err := j.reading(s)
	if err == nil && kept != nil {
		v.Reads = append(v.Reads, kept)
	}
	return err
}

// reading returns the reading part of a statement; nil if there is none.
func (j *Judge) reading(s *policy.Statement) (json.RawMessage, error) {
	one := *s
	one.Sid, one.Index = "", 0
	kept, err := policy.ReadOnly(&policy.Document{Version: policy.Version2012, Statements: []policy.Statement{one}}, j.cat)
	if err != nil || len(kept.Statements) == 0 {
		return nil, err
	}
	text, err := kept.JSON()
	if err != nil {
		return nil, fmt.Errorf("statement %d: %w", s.Index+1, err)
	}
	list, err := statements(string(text))
	if err != nil || len(list) != 1 {
		return nil, fmt.Errorf("statement %d: its reading is not one statement: %w", s.Index+1, err)
	}
	return list[0], nil
}

// unlimited reports whether a statement allows everything.
func unlimited(s *policy.Statement) bool {
	everything := slices.Contains(s.Actions, "*") || slices.Contains(s.Actions, "*:*")
	return everything && !s.Conditional() && slices.Contains(s.Resources, "*")
}
