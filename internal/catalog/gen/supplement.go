package main

import (
	"fmt"
	"strings"
)

// supplementName is the table of the sensitive actions that the public list
// lacks; we keep it by hand.
const supplementName = "sensitive_more_aws.txt"

// supplement adds our own sensitive actions to those of the public list. Its
// rows are an action as the data set spells it, its class and what it hands
// out. A row that the public list holds already is an error: the list has grown
// and the row is to go.
func supplement(dir string, fresh []file, actions []string, sensitive map[string]string) error {
	t, err := tableOf(dir, supplementName, fresh)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(actions))
	for _, a := range actions {
		known[a] = true
	}
	previous := ""
	for _, r := range t.rows {
		if err := r.addTo(sensitive, known, previous); err != nil {
			return fmt.Errorf("%s:%d: %w", t.name, r.line, err)
		}
		previous = r.fields[0]
	}
	return nil
}

// addTo adds one row of the supplement, whose row before was of the action
// previous.
func (r row) addTo(sensitive map[string]string, known map[string]bool, previous string) error {
	if len(r.fields) != 3 || r.fields[2] == "" {
		return fmt.Errorf("%d fields, want action, class and what the action hands out", len(r.fields))
	}
	action, class := r.fields[0], r.fields[1]
	switch {
	case !known[action]:
		return fmt.Errorf("%q is no action of the data set; correct or remove the row", action)
	case class != "C" && class != "D" && class != "CD":
		return fmt.Errorf("%s has the class %q, want C, D or CD", action, class)
	case strings.EqualFold(action, previous):
		return fmt.Errorf("%s occurs twice; remove one of the rows", action)
	case strings.ToLower(action) < strings.ToLower(previous):
		return fmt.Errorf("%s comes after %s; sort the rows", action, previous)
	case has(sensitive, action):
		return fmt.Errorf("%s is in sensitive_aws.txt already; remove the row", action)
	}
	sensitive[action] = class
	return nil
}
