package aws

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// list is a list of strings that JSON shows as a string where it has one.
type list []string

func (l list) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return plainJSON(l[0])
	}
	return plainJSON([]string(l))
}

type wireDocument struct {
	Version   string          `json:"Version,omitempty"`
	ID        string          `json:"Id,omitempty"`
	Statement []wireStatement `json:"Statement"`
}

type wireStatement struct {
	Sid          string          `json:"Sid,omitempty"`
	Effect       Effect          `json:"Effect"`
	Principal    json.RawMessage `json:"Principal,omitempty"`
	NotPrincipal json.RawMessage `json:"NotPrincipal,omitempty"`
	Action       list            `json:"Action,omitempty"`
	NotAction    list            `json:"NotAction,omitempty"`
	Resource     list            `json:"Resource,omitempty"`
	NotResource  list            `json:"NotResource,omitempty"`
	Condition    json.RawMessage `json:"Condition,omitempty"`
}

// JSON returns the document in AWS's form: compact, a list of one as a string,
// and nothing escaped that JSON doesn't make escape. Parse reads it back.
func (d *Document) JSON() ([]byte, error) {
	w := wireDocument{Version: d.Version, ID: d.ID, Statement: make([]wireStatement, len(d.Statements))}
	for i := range d.Statements {
		s := &d.Statements[i]
		w.Statement[i] = wireStatement{
			Sid: s.Sid, Effect: s.Effect, Principal: s.Principal, NotPrincipal: s.NotPrincipal,
			Action: s.Actions, NotAction: s.NotActions, Resource: s.Resources, NotResource: s.NotResources,
			Condition: s.Condition,
		}
	}
	return plainJSON(w)
}

// MarshalJSON is JSON, for encoding/json.
func (d *Document) MarshalJSON() ([]byte, error) { return d.JSON() }

// UnmarshalJSON is Parse for encoding/json. It fails on anything that Parse
// would leave out.
func (d *Document) UnmarshalJSON(data []byte) error {
	doc, diags := Parse(data)
	for _, diag := range diags {
		if diag.Level == Rejected {
			return fmt.Errorf("parse policy document: %s", diag)
		}
	}
	*d = *doc
	return nil
}

// plainJSON is json.Marshal without the escapes for HTML, which AWS would
// count as characters.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// The number of characters, as [Size] counts them, that AWS takes in a policy.
// The inline policies of one identity count together. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const (
	MaxManagedPolicy = 6144
	MaxUserInline    = 2048
	MaxGroupInline   = 5120
	MaxRoleInline    = 10240
)

// Size returns the number of characters of a policy document that count
// against AWS's quotas, which leave white space out. White space inside of
// strings is counted here, so that the result is never too small.
func Size(doc []byte) int {
	n, quoted, escaped := 0, false, false
	for _, r := range string(doc) {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case !quoted && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			continue
		}
		n++
	}
	return n
}
