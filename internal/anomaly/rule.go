package anomaly

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// Kind tells what is done for the first time.
type Kind string

// The kinds. Their titles are those of Entra Permissions Management.
const (
	Resource Kind = "resource" // Any resource accessed for the first time.
	Action   Kind = "action"   // Identity performs a particular task for the first time.
	Identity Kind = "identity" // Identity performs a task for the first time.
)

// Rule is a first-time rule.
type Rule struct {
	// Name identifies the rule for good, in metrics and alerts too: small
	// letters, digits and hyphens.
	Name string `yaml:"name" json:"name"`
	// Title is what people call it; "" is that of the kind.
	Title   string `yaml:"title" json:"title"`
	Kind    Kind   `yaml:"kind" json:"kind"`
	Enabled bool   `yaml:"enabled" json:"enabled"`
	// Interval is 90d, 60d or 30d. The store must keep events for longer.
	Interval config.Duration `yaml:"interval" json:"interval"`
	// IgnoreReads leaves out calls that the cloud says only read.
	IgnoreReads bool `yaml:"ignore_reads" json:"ignore_reads"`

	// Clouds, Systems and Folders narrow what is looked at; empty is everything.
	Clouds  []entitlement.Cloud    `yaml:"clouds" json:"clouds,omitempty"`
	Systems []entitlement.SystemID `yaml:"systems" json:"systems,omitempty"`
	Folders []string               `yaml:"folders" json:"folders,omitempty"`
	// Where narrows further: only events that fulfil it count, before and after.
	Where trigger.Condition `yaml:"where" json:"-"`

	Severity alert.Severity `yaml:"severity" json:"severity"`
	Owner    string         `yaml:"owner" json:"owner,omitempty"` // Team that alerts go to; "" is the owner of the system.
}

const day = 24 * time.Hour

// ruleWord is what errors call a rule.
const ruleWord = "first-time rule"

// Rules returns the three rules that ship, switched off: they can make many
// alerts, and are best bound to the systems that matter most.
func Rules() []Rule {
	interval := config.Duration(90 * day)
	return []Rule{
		{Name: "first-time-resource", Kind: Resource, Title: titles()[Resource], Interval: interval, Severity: alert.Info},
		{Name: "first-time-action", Kind: Action, Title: titles()[Action], Interval: interval, IgnoreReads: true, Severity: alert.Info},
		{Name: "first-time-identity", Kind: Identity, Title: titles()[Identity], Interval: interval, Severity: alert.Warning},
	}
}

func titles() map[Kind]string {
	return map[Kind]string{
		Resource: "Any Resource Accessed for the First Time",
		Action:   "Identity Performs a Particular Task for the First Time",
		Identity: "Identity Performs a Task for the First Time",
	}
}

// Validate checks the rule. The error joins one [*trigger.FieldError] for each
// problem.
func (r *Rule) Validate() error {
	var problems []error
	reject := func(field, format string, args ...any) {
		problems = append(problems, &trigger.FieldError{Rule: ruleWord, Trigger: r.Name, Field: field, Problem: fmt.Sprintf(format, args...)})
	}
	if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(r.Name) || len(r.Name) > 100 {
		reject("name", "%q is not made of at most 100 small letters, digits and single hyphens", r.Name)
	}
	if titles()[r.Kind] == "" {
		reject("kind", "%q is not one of resource, action, identity", r.Kind)
	}
	if !slices.Contains([]time.Duration{30 * day, 60 * day, 90 * day}, r.Interval.Std()) {
		reject("interval", "%s is not one of 30d, 60d, 90d", r.Interval)
	}
	if !slices.Contains(alert.Severities(), r.Severity) {
		reject("severity", "%q is not one of critical, warning, info", r.Severity)
	}
	for field, text := range map[string]string{"title": r.Title, "owner": r.Owner} {
		if !utf8.ValidString(text) || len(text) > 200 || strings.ContainsFunc(text, unicode.IsControl) || strings.TrimSpace(text) != text {
			reject(field, "%q has more than 200 bytes, a character that does not show, or a space at its end", text)
		}
	}
	if err := r.condition().Validate(); err != nil && titles()[r.Kind] != "" {
		reject("where", "%v", err)
	}
	return errors.Join(problems...)
}

// condition returns what events count; see the package's documentation.
func (r *Rule) condition() *query.Node {
	one := func(f query.Field, op query.Operator, values ...string) query.Node {
		return query.Node{Field: f, Operator: op, Values: values}
	}
	all := []query.Node{one(query.Identity, query.Exists), one(query.ByService, query.Is, "false")}
	if r.Kind != Identity {
		all = append(all, one(query.Field(r.Kind), query.Exists), one(query.Outcome, query.IsNot, string(auditlog.AuthorizationFailure)))
	}
	if r.IgnoreReads {
		all = append(all, one(query.ReadOnly, query.Is, "false"))
	}
	if scope := r.scope(); scope != nil {
		all = append(all, *scope)
	}
	return &query.Node{All: all}
}

// scope returns the systems and the events that the rule is bound to; nil is
// all of them.
func (r *Rule) scope() *query.Node {
	d := trigger.Definition{Clouds: r.Clouds, Systems: r.Systems, Folders: r.Folders, Where: r.Where}
	return d.Condition()
}

// check validates rules, and that each has a name of its own.
func check(list []Rule) error {
	var problems []error
	seen := map[string]bool{}
	for i := range list {
		problems = append(problems, list[i].Validate())
		if seen[list[i].Name] {
			problems = append(problems, &trigger.FieldError{Rule: ruleWord, Trigger: list[i].Name, Field: "name", Problem: "another rule has the same; choose another"})
		}
		seen[list[i].Name] = true
	}
	return errors.Join(problems...)
}
