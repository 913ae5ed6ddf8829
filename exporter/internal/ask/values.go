package ask

import (
	"errors"
	"fmt"
	"strings"

	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/azure/condition"
)

// readContext reads the JSON object of a request's context.
func readContext(raw []byte) (*Context, error) {
	values := map[string][]string{}
	c := cursor{text: raw}
	err := c.object(func(name []byte) error {
		key := string(name)
		list, err := readValue(&c)
		if err != nil {
			return contextError(key, err)
		}
		return Add(values, key, list)
	})
	if err != nil {
		return nil, err
	}
	return NewContext(values), nil
}

func contextError(key string, err error) error {
	return &FieldError{Field: fieldContext + "." + key, Err: err}
}

// Key returns a context key as it is compared: case does not matter, but in the
// key of a tag of Azure that says so, nor does the "@" that begins an attribute.
func Key(key string) string { return condition.Canonical(key) }

func sameKey(a, b string) bool {
	alike := strings.EqualFold(strings.TrimPrefix(a, "@"), strings.TrimPrefix(b, "@"))
	const short = "subOperation" // Has a longer spelling.
	return a == b || (alike || strings.EqualFold(a, short) || strings.EqualFold(b, short)) && Key(a) == Key(b)
}

// Add enters the values of a context key, none where it is known to be absent.
func Add(context map[string][]string, key string, values []string) error {
	if key == "" {
		return &FieldError{Field: fieldContext, Err: errors.New(`a key is empty; give one such as "aws:SourceIp"`)}
	}
	for known := range context {
		if sameKey(known, key) {
			return contextError(key, errors.New("stands twice; keys are the same in any case of their letters"))
		}
	}
	context[key] = values
	return nil
}

// readValue reads the value or values of a context key.
func readValue(c *cursor) ([]string, error) {
	switch c.next() {
	case '[':
		values := []string{}
		err := c.list(']', func() error {
			if b := c.next(); b == 'n' || b == '[' || b == '{' {
				return fmt.Errorf("has %s in its list; give strings, numbers or booleans", kind(b))
			}
			v, err := readScalar(c)
			values = append(values, v)
			return err
		})
		return values, err
	case '{':
		return nil, errors.New("is an object; give a string, a number, a boolean, a list of these, or null for a key that is absent")
	case 'n':
		_, err := c.literal()
		return nil, err
	}
	v, err := readScalar(c)
	return []string{v}, err
}

// readScalar reads a string, or a number or boolean as it is written.
func readScalar(c *cursor) (string, error) {
	if c.next() != '"' {
		v, err := c.literal()
		return string(v), err
	}
	v, err := c.str()
	return string(v), err
}

// readSession reads the JSON list of session policies, each an object or the
// text of one.
func (a *Asker) readSession(raw []byte) ([]*policy.SessionPolicy, error) {
	var list []*policy.SessionPolicy
	c := cursor{text: raw}
	err := c.list(']', func() (err error) {
		var doc []byte
		switch b := c.next(); b {
		case '"':
			doc, err = c.str()
		case '{':
			doc, err = c.skip(0)
		default:
			err = fmt.Errorf("is %s; give the document as an object or as a string", kind(b))
		}
		var one *policy.SessionPolicy
		if err == nil {
			one, err = a.SessionPolicy(doc)
		}
		if err != nil {
			return fieldf(fmt.Sprintf("%s[%d]", fieldSession, len(list)), "%w", err)
		}
		list = append(list, one)
		return nil
	})
	return list, err
}

// SessionPolicy reads a session policy. One that is understood only in
// part is an error: the part that is not could grant or deny.
func (a *Asker) SessionPolicy(doc []byte) (*policy.SessionPolicy, error) {
	if a.aws == nil {
		return nil, errors.New("is for AWS, and no account is among what was read")
	}
	p, diags := a.aws.estate.Accounts()[0].Evaluator().SessionPolicy(doc)
	for _, d := range diags {
		if d.Level == policy.Rejected {
			return nil, errors.New(d.String())
		}
	}
	return p, nil
}
