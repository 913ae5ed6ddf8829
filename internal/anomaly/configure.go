package anomaly

import (
	"errors"
	"slices"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// Use switches a shipped rule on and fits it to the organisation. What it does
// not name stays as it ships.
type Use struct {
	Name        string                 `yaml:"name"`
	Interval    config.Duration        `yaml:"interval"`
	IgnoreReads *bool                  `yaml:"ignore_reads"`
	Clouds      []entitlement.Cloud    `yaml:"clouds"`
	Systems     []entitlement.SystemID `yaml:"systems"`
	Folders     []string               `yaml:"folders"`
	Where       trigger.Condition      `yaml:"where"`
	Severity    alert.Severity         `yaml:"severity"`
	Owner       string                 `yaml:"owner"`
}

// Configure returns all rules: those that ship, switched on and changed by the
// uses, and the operator's own. The error joins one [*trigger.FieldError] for
// each problem.
func Configure(shipped []Rule, uses []Use, own []Rule) ([]Rule, error) {
	all := slices.Clone(shipped)
	var problems []error
	seen := map[string]bool{}
	for i := range uses {
		u := &uses[i]
		k := slices.IndexFunc(all, func(r Rule) bool { return r.Name == u.Name })
		switch {
		case k < 0:
			problems = append(problems, &trigger.FieldError{Trigger: u.Name, Field: "name", Problem: "no first-time rule of this name ships"})
		case seen[u.Name]:
			problems = append(problems, &trigger.FieldError{Trigger: u.Name, Field: "name", Problem: "it stands twice"})
		default:
			u.apply(&all[k])
		}
		seen[u.Name] = true
	}
	all = append(all, own...)
	return all, errors.Join(append(problems, check(all))...)
}

// apply changes a copy of a shipped rule.
func (u *Use) apply(r *Rule) {
	r.Enabled = true
	r.Clouds, r.Systems, r.Folders, r.Where = u.Clouds, u.Systems, u.Folders, u.Where
	if u.Interval != 0 {
		r.Interval = u.Interval
	}
	if u.IgnoreReads != nil {
		r.IgnoreReads = *u.IgnoreReads
	}
	if u.Severity != "" {
		r.Severity = u.Severity
	}
	if u.Owner != "" {
		r.Owner = u.Owner
	}
}
