package condition

import (
	"errors"
	"fmt"
	"strings"

	"github.com/leastward/leastward/internal/policy/glob"
)

// Variable is a policy variable, such as ${aws:PrincipalTag/team, 'none'}.
type Variable struct {
	Key        Key
	Default    string // Stands in where the key is absent, if HasDefault.
	HasDefault bool
}

// ParseVariables returns the policy variables of a text in the order of the
// markers that glob.Encode puts in their place. "${*}", "${?}" and "${$}" are
// none. The rules are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func ParseVariables(raw string) []Variable {
	var out []Variable
	for i := strings.Index(raw, "${"); i >= 0; i = strings.Index(raw, "${") {
		raw = raw[i:]
		end := glob.VariableEnd(raw)
		if end == 0 {
			break
		}
		if name := raw[2:end]; !escape(name) {
			out = append(out, parseVariable(name))
		}
		raw = raw[end+1:]
	}
	return out
}

// parseVariable reads what stands in the braces.
func parseVariable(s string) Variable {
	name, standIn, found := strings.Cut(s, ",")
	standIn = strings.TrimSpace(standIn)
	if found && len(standIn) >= 2 && standIn[0] == '\'' && standIn[len(standIn)-1] == '\'' {
		key := newKey(strings.TrimSpace(name))
		return Variable{Key: key, Default: standIn[1 : len(standIn)-1], HasDefault: true}
	}
	return Variable{Key: newKey(strings.TrimSpace(s))}
}

// checkVariables refuses what names no key. ParseVariables reads it as a key that
// no request has.
func checkVariables(vars []Variable) error {
	for i := range vars {
		switch name := vars[i].Key.Name; {
		case name == "":
			return errors.New("a policy variable without name: write one such as ${aws:username}")
		case strings.ContainsAny(name, ",'"):
			return fmt.Errorf("the policy variable %q: write a default in single quotes, as in ${aws:username, 'nobody'}", name)
		}
	}
	return nil
}

// value returns the text of a variable: Yes if it has one, No if it has none,
// Maybe if it is not known. A key with several values has none, because AWS
// does not put one of them into a policy.
func (v *Variable) value(src Source) (string, Truth) {
	found := lookup(src, &v.Key)
	switch {
	case found.State == Unknown, found.State == Hidden:
		return "", Maybe
	case found.State == Present && found.Many == nil:
		return found.One, Yes
	case found.State == Present && len(found.Many) == 1:
		return found.Many[0], Yes
	}
	return v.Default, truth(v.HasDefault)
}

// Resolved tells whether all variables have a value: Maybe if that is not known
// of one, No if one has none.
func Resolved(vars []Variable, src Source) Truth {
	t := Yes
	for i := range vars {
		_, has := vars[i].value(src)
		t = t.And(has)
	}
	return t
}

// Bind appends to buf the pattern, as glob.Encode wrote it, with the value of
// each variable, which stands for itself, in place of its glob.Variable. It
// returns Yes if every variable has a value; No if one has none, so that the
// pattern matches nothing; Maybe if one is not known: its glob.Variable stays.
func Bind(buf, pattern []byte, vars []Variable, src Source) (out []byte, t Truth) {
	t, next := Yes, 0
	for _, c := range pattern {
		if c != glob.Variable || next >= len(vars) {
			buf = append(buf, c)
			if c == glob.Variable {
				t = t.And(Maybe)
			}
			continue
		}
		text, known := vars[next].value(src)
		next++
		t = t.And(known)
		if known == Maybe {
			buf = append(buf, c)
		}
		buf = glob.AppendLiteral(buf, text)
	}
	return buf, t
}
