package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Judge judges policy documents by the catalogue of actions.
type Judge struct {
	cat   *catalog.Catalog
	reads entitlement.ActionSet
}

// NewJudge returns a judge. Reading is what the catalogue types as read or
// list, as AWS's service authorization reference does.
func NewJudge(cat *catalog.Catalog) *Judge {
	j := &Judge{cat: cat, reads: entitlement.NewActionSet(cat.Len())}
	for i := range cat.Len() {
		if !cat.Info(i).Type.Changes() {
			j.reads.Add(i)
		}
	}
	return j
}

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
	v := Judgement{ReadOnly: true}
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
	v.ReadOnly = v.ReadOnly && j.onlyReads(s)
	v.Admin = v.Admin || unlimited(s)
	if otherwise {
		v.Lost = append(v.Lost, fmt.Sprintf("statement %d has \"${\" in a document of version %s, so that its reading is not carried over", s.Index+1, policy.Version2008))
		return nil
	}
	actions := j.reading(s)
	if len(actions) == 0 {
		return nil
	}
	kept, err := replaceActions(raw, actions)
	if err != nil {
		return fmt.Errorf("statement %d: %w", s.Index+1, err)
	}
	v.Reads = append(v.Reads, kept)
	return nil
}

// unlimited reports whether a statement allows everything.
func unlimited(s *policy.Statement) bool {
	everything := slices.Contains(s.Actions, "*") || slices.Contains(s.Actions, "*:*")
	return everything && !s.Conditional() && slices.Contains(s.Resources, "*")
}

// onlyReads reports whether all that a statement allows is reading. A pattern
// that no known action matches may allow anything.
func (j *Judge) onlyReads(s *policy.Statement) bool {
	if len(s.NotActions) > 0 {
		return j.allowed(s).Minus(j.reads).Empty() // Hardly ever.
	}
	for _, pattern := range s.Actions {
		if matched := j.cat.Match(pattern); matched.Empty() || !matched.Minus(j.reads).Empty() {
			return false
		}
	}
	return true
}

// allowed returns the known actions that a statement allows.
func (j *Judge) allowed(s *policy.Statement) entitlement.ActionSet {
	set := entitlement.NewActionSet(j.cat.Len())
	for _, pattern := range s.Actions {
		set = set.Union(j.cat.Match(pattern))
	}
	if len(s.NotActions) == 0 {
		return set
	}
	set = j.cat.All()
	for _, pattern := range s.NotActions {
		set = set.Minus(j.cat.Match(pattern))
	}
	return set
}

// replaceActions returns the statement with other actions and everything else
// as it stands.
func replaceActions(raw json.RawMessage, actions []string) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, err
	}
	delete(members, "NotAction")
	delete(members, "Sid")
	text, err := json.Marshal(actions)
	if err != nil {
		return nil, err
	}
	members["Action"] = text
	return json.Marshal(members)
}
