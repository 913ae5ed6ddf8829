package trigger

import (
	"errors"
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// Use switches a shipped trigger on and fits it to the organisation. What it
// does not name stays as it ships.
type Use struct {
	Name string `yaml:"name"`
	// Values replace those of the trigger's parameters.
	Values  map[string][]string    `yaml:"values"`
	Clouds  []entitlement.Cloud    `yaml:"clouds"`
	Systems []entitlement.SystemID `yaml:"systems"`
	Folders []string               `yaml:"folders"`
	// Where narrows the trigger: an event must fulfil it as well.
	Where    Condition      `yaml:"where"`
	Severity alert.Severity `yaml:"severity"`
	Owner    string         `yaml:"owner"`
	Backfill bool           `yaml:"backfill"`
}

// Configure returns all triggers: those that ship, switched on and changed by
// the uses, and the operator's own. The error joins one [*FieldError] for each
// problem.
func Configure(shipped []Definition, uses []Use, own []Definition) ([]Definition, error) {
	all := slices.Clone(shipped)
	var problems []error
	seen := map[string]bool{}
	for i := range uses {
		u := &uses[i]
		k := slices.IndexFunc(all, func(d Definition) bool { return d.Name == u.Name })
		switch {
		case k < 0:
			problems = append(problems, &FieldError{Trigger: u.Name, Field: "name", Problem: "no trigger of this name ships"})
		case seen[u.Name]:
			problems = append(problems, &FieldError{Trigger: u.Name, Field: "name", Problem: "it stands twice"})
		default:
			problems = append(problems, u.apply(&all[k]))
		}
		seen[u.Name] = true
	}
	all = append(all, own...)
	return all, errors.Join(append(problems, check(all))...)
}

// apply changes a copy of a shipped definition.
func (u *Use) apply(d *Definition) error {
	d.Enabled, d.Backfill = true, u.Backfill
	if len(u.Clouds) > 0 {
		d.Clouds = u.Clouds
	}
	if len(u.Systems)+len(u.Folders) > 0 {
		d.Systems, d.Folders = u.Systems, u.Folders
	}
	if u.Severity != "" {
		d.Severity = u.Severity
	}
	if u.Owner != "" {
		d.Owner = u.Owner
	}
	if u.Where.Node != nil {
		d.Where = Condition{&query.Node{All: []query.Node{*d.Where.Node, *u.Where.Node}}}
	}
	return u.fill(d)
}

func (u *Use) fill(d *Definition) error {
	d.Parameters = slices.Clone(d.Parameters)
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(u.Values)) {
		p := d.parameter("$" + name)
		if p == nil {
			problems = append(problems, &FieldError{Trigger: d.Name, Field: "values." + name, Problem: "the trigger has no such parameter"})
			continue
		}
		p.Values = u.Values[name]
	}
	return errors.Join(problems...)
}

// check validates the triggers, and that each has a name of its own.
func check(list []Definition) error {
	var problems []error
	seen := map[string]bool{}
	for i := range list {
		d := &list[i]
		problems = append(problems, d.Validate())
		if seen[d.Name] {
			problems = append(problems, &FieldError{Trigger: d.Name, Field: "name", Problem: "another trigger has the same; choose another"})
		}
		seen[d.Name] = true
	}
	return errors.Join(problems...)
}
