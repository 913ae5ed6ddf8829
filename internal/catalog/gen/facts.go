package main

import "strings"

// facts are what our tables say, by action.
type facts struct {
	sensitive, dataPlane, uncalled, recorded map[string]string
}

// gather reads the tables; those in fresh stand for the ones on disk.
func gather(dir string, fresh []file, actions []string) (*facts, error) {
	var f facts
	for _, t := range []struct {
		name string
		into *map[string]string
	}{
		{"sensitive_aws.txt", &f.sensitive},
		{"dataplane_aws.txt", &f.dataPlane},
		{"uncalled_aws.txt", &f.uncalled},
		{"recorded_aws.txt", &f.recorded},
	} {
		tab, err := tableOf(dir, t.name, fresh)
		if err != nil {
			return nil, err
		}
		if *t.into, err = tab.resolve(actions); err != nil {
			return nil, err
		}
	}
	if err := supplement(dir, fresh, actions, f.sensitive); err != nil {
		return nil, err
	}
	return &f, nil
}

func tableOf(dir, name string, fresh []file) (*table, error) {
	for _, f := range fresh {
		if f.name == name {
			return parseTable(name, string(f.data)), nil
		}
	}
	return readTable(dir, name)
}

// flags returns the flag letters of an action.
func (f *facts) flags(name string, typ rune) string {
	var b strings.Builder
	if high(name, typ, f.sensitive[name]) {
		b.WriteByte('H')
	}
	b.WriteString(f.sensitive[name])
	for _, flag := range []struct {
		letter byte
		set    bool
	}{
		{'d', has(f.dataPlane, name)},
		{'u', has(f.uncalled, name) && !has(f.recorded, name) && !has(f.dataPlane, name)},
	} {
		if flag.set {
			b.WriteByte(flag.letter)
		}
	}
	return b.String()
}

func has(m map[string]string, name string) bool {
	_, ok := m[name]
	return ok
}
