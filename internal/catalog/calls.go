package catalog

import (
	"fmt"
	"maps"
	"strings"
)

// callTable holds the exceptions to the rule that a call "Name" of the source
// "x.amazonaws.com" needs the permission "x:Name", and what else the calls of
// Azure and Google Cloud need.
//
// It is read from lines of tab-separated fields:
//
//	#	any text
//	prefix	source	prefix in policies
//	call	source:Name	action,action
//	none	source:Name		not permission-bearing
//
// where the source in "call" and "none" is the prefix in policies, if the
// source has one. Azure's calls have no source; those of Google Cloud have one
// where a method's name alone is not unique.
type callTable struct {
	prefixes map[string]string
	calls    map[string]mappedCall
}

func parseCalls(text string, c *Catalog) (*callTable, error) {
	t := &callTable{prefixes: map[string]string{}, calls: map[string]mappedCall{}}
	for n := 1; text != ""; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := t.line(strings.Split(line, "\t"), c); err != nil {
			return nil, fmt.Errorf("line %d of the call table: %w", n, err)
		}
	}
	return t, nil
}

// addMethods adds a packed table of calls; where the catalogue's own table has a
// call already, that stands.
func (c *Catalog) addMethods(packed []byte) error {
	text, err := unpack(packed)
	if err != nil {
		return err
	}
	t, err := parseCalls(text, c)
	if err != nil {
		return err
	}
	maps.Copy(t.calls, c.calls.calls)
	c.calls.calls = t.calls
	return nil
}

func (t *callTable) line(f []string, c *Catalog) error {
	if len(f) != 3 && (len(f) != 2 || f[0] != "none") {
		return fmt.Errorf("%d fields, want kind, name and value", len(f))
	}
	name := strings.ToLower(f[1])
	switch f[0] {
	case "prefix":
		t.prefixes[name] = f[2]
		return nil
	case "none":
		return t.add(name, mappedCall{mapping: NotPermissionBearing})
	case "call":
		m := mappedCall{mapping: Mapped}
		for a := range strings.SplitSeq(f[2], ",") {
			i, ok := c.index[strings.ToLower(a)]
			if !ok {
				return fmt.Errorf("action %q of call %q is not in the catalogue", a, f[1])
			}
			m.actions = append(m.actions, int(i))
		}
		return t.add(name, m)
	}
	return fmt.Errorf("unknown kind %q", f[0])
}

func (t *callTable) add(name string, m mappedCall) error {
	if _, ok := t.calls[name]; ok {
		return fmt.Errorf("call %q occurs twice", name)
	}
	t.calls[name] = m
	return nil
}
