package alert

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/entitlement"
)

// maxValue bounds a label's value in bytes: an ARN has at most 2,048.
const maxValue = 2048

// LabelError tells which label is wrong, why, and what it should be.
type LabelError struct {
	Label   string
	Problem string
}

func (e *LabelError) Error() string { return "label " + e.Label + ": " + e.Problem }

// checker collects what is wrong with a set of labels.
type checker struct {
	labels   map[string]string
	problems []error
}

func (c *checker) err() error { return errors.Join(c.problems...) }

func (c *checker) reject(label, format string, args ...any) {
	c.problems = append(c.problems, &LabelError{Label: label, Problem: fmt.Sprintf(format, args...)})
}

func (c *checker) required(label string) string {
	value := c.optional(label)
	if value == "" && c.labels[label] == "" {
		c.reject(label, "missing; add it to the alert rule")
	}
	return value
}

// optional returns the value of a label, or "" where it is absent or unfit to
// be shown, logged or compared.
func (c *checker) optional(label string) string {
	value := c.labels[label]
	switch {
	case len(value) > maxValue:
		c.reject(label, "%d bytes long; at most %d are allowed", len(value), maxValue)
	case !utf8.ValidString(value):
		c.reject(label, "%q is not valid UTF-8", value)
	case strings.ContainsFunc(value, unicode.IsControl):
		c.reject(label, "%q has a control character", value)
	case strings.TrimSpace(value) != value:
		c.reject(label, "%q begins or ends with a space", value)
	default:
		return value
	}
	return ""
}

// values checks each label that stands against the values that it may have.
func (c *checker) values(l *Labels) {
	if l.Severity != "" && !slices.Contains(Severities(), l.Severity) {
		c.reject(LabelSeverity, "%q is not one of %s", l.Severity, list(Severities()))
	}
	if l.Playbook != "" && !l.Playbook.known() {
		c.reject(LabelPlaybook, "%q is not one of %s", l.Playbook, list(Playbooks()))
	}
	if l.Cloud != "" && !knownCloud(l.Cloud) {
		c.reject(LabelCloud, "%q is not one of aws, azure, gcp, platform", l.Cloud)
	}
	if l.IdentityType != "" && !knownKind(l.IdentityType) {
		c.reject(LabelIdentityType, "%q is not one of %s", l.IdentityType, list(entitlement.Kinds()))
	}
	if _, ok := SubjectKind(l.Category); l.Category != "" && !ok {
		c.reject(LabelCategory, "%q is not a category of finding", l.Category)
	}
}

// scope checks that the labels which the scope needs are there.
func (c *checker) scope(l *Labels) {
	finding, identity := l.Scope >= ScopeIdentity, l.Scope == ScopeIdentity
	need := map[string]bool{
		LabelCloud:        l.Scope >= ScopeSystem,
		LabelSystem:       finding || l.Category != "",
		LabelCategory:     finding,
		LabelFinding:      finding,
		LabelIdentity:     identity || l.Playbook.Automated(),
		LabelIdentityType: identity,
		LabelResource:     l.Scope == ScopeResource,
	}
	for _, label := range []string{LabelCloud, LabelSystem, LabelCategory, LabelFinding, LabelIdentity, LabelIdentityType, LabelResource} {
		if need[label] && c.labels[label] == "" {
			c.reject(label, "missing; an alert with these labels needs it: keep it in the rule's expression")
		}
	}
}

// agreement checks that labels which are right by themselves belong together.
func (c *checker) agreement(l *Labels) {
	if OfResource(l.Category) && (l.Identity != "" || l.IdentityType != "") {
		c.reject(LabelIdentity, "%q does not belong to category %s, which is about no identity", cmp.Or(string(l.Identity), string(l.IdentityType)), l.Category)
	}
	if of, known := SubjectKind(l.Category); known && !OfResource(l.Category) && knownKind(l.IdentityType) && !SubjectOf(l.Category, l.IdentityType) {
		c.reject(LabelIdentityType, "%q does not belong to category %s, which is about a %s", l.IdentityType, l.Category, of)
	}
	if l.Playbook.Automated() && l.Category != "" && !l.Playbook.Accepts(l.Category) {
		c.reject(LabelPlaybook, "%q does not act on findings of category %s", l.Playbook, l.Category)
	}
	if l.Cloud == entitlement.AWS && l.System != "" {
		c.aws(l)
	}
}

// aws checks the account number and that the identity's ARN is of the account.
// The form is "arn:partition:service:region:account-id:resource", see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html.
func (c *checker) aws(l *Labels) {
	if !account(string(l.System)) {
		c.reject(LabelSystem, "%q is not an AWS account number (12 digits)", l.System)
		return
	}
	if l.Identity == "" {
		return
	}
	parts := strings.SplitN(string(l.Identity), ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn" || parts[5] == "":
		c.reject(LabelIdentity, "%q is not an ARN", l.Identity)
	case parts[4] != string(l.System):
		c.reject(LabelIdentity, "%q is not in account %s, which the system label names", l.Identity, l.System)
	}
}

func account(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

func list[S ~string](values []S) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}
