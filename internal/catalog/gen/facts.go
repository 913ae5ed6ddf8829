package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// facts are what our tables say, by action.
type facts struct {
	sensitive, dataPlane, unrecorded, passRole map[string]string
}

// gather reads the tables and, where a source is given, first makes the table
// anew from it.
func gather(o options, actions []string) (*facts, []file, error) {
	var f facts
	var files []file
	for _, t := range []struct {
		name, source string
		refresh      func([]byte, []string) (string, error)
		into         *map[string]string
	}{
		{"sensitive_aws.txt", o.sensitive, sensitiveTable, &f.sensitive},
		{"passrole_aws.txt", o.sdkMap, passRoleTable, &f.passRole},
		{"dataplane_aws.txt", "", nil, &f.dataPlane},
		{"unrecorded_aws.txt", "", nil, &f.unrecorded},
	} {
		tab, made, err := tableFrom(o.out, t.name, t.source, actions, t.refresh)
		if err != nil {
			return nil, nil, err
		}
		if made != nil {
			files = append(files, *made)
		}
		if *t.into, err = tab.resolve(actions); err != nil {
			return nil, nil, err
		}
	}
	return &f, files, nil
}

func tableFrom(dir, name, source string, actions []string, refresh func([]byte, []string) (string, error)) (*table, *file, error) {
	if source == "" {
		tab, err := readTable(dir, name)
		return tab, nil, err
	}
	raw, err := os.ReadFile(source)
	if err != nil {
		return nil, nil, fmt.Errorf("read the source of %s: %w", name, err)
	}
	text, err := refresh(raw, actions)
	if err != nil {
		return nil, nil, fmt.Errorf("make %s from %s: %w", name, source, err)
	}
	return parseTable(name, text), &file{name, []byte(text)}, nil
}

// flags returns the flag letters of an action.
func (f *facts) flags(name string, typ rune, a action) string {
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
		{'u', has(f.unrecorded, name)},
		{'p', has(f.passRole, name) || passesRole(a)},
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

// passesRole reports whether the reference lists iam:PassRole as a permission
// that the action depends upon.
func passesRole(a action) bool {
	if slices.Contains(a.DependentActions, "iam:PassRole") {
		return true
	}
	for _, t := range a.ResourceTypes {
		if slices.Contains(t.DependentActions, "iam:PassRole") {
			return true
		}
	}
	return false
}
