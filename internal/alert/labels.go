package alert

import (
	"github.com/leastward/leastward/internal/entitlement"
)

// Scope tells what an alert is about; it decides which labels must stand.
type Scope uint8

// The scopes, from the widest to the narrowest.
const (
	ScopeSuite    Scope = iota // The suite itself: no cloud, no system.
	ScopeCloud                 // One cloud or folder of it.
	ScopeSystem                // One authorization system, perhaps one category.
	ScopeIdentity              // One finding about one identity.
	ScopeResource              // One finding about something that is no identity.
)

// Labels are the labels of one alert, checked by [Parse].
type Labels struct {
	Alertname string
	Severity  Severity
	Playbook  Playbook
	Scope     Scope

	Cloud        entitlement.Cloud      // "" in ScopeSuite.
	System       entitlement.SystemID   // "" unless ScopeSystem or narrower.
	Category     entitlement.Category   // "" where the alert is not about findings.
	Finding      string                 // entitlement.Finding's ID; ScopeIdentity and ScopeResource alone.
	Identity     entitlement.IdentityID // ScopeIdentity alone.
	IdentityType entitlement.Kind       // ScopeIdentity alone.
	Resource     string                 // Always in ScopeResource; else "" where the finding has none.
	Owner        string                 // "" is unknown.
}

// Parse checks the labels of one alert and returns them typed. Labels that the
// contract does not know are ignored: Prometheus and Alertmanager add their
// own. The error joins one [*LabelError] for each label that is wrong, in the
// order of the contract.
//
// Beyond the form of each label it checks that they agree: the category is one
// that the playbook may act on and is about that kind of identity, and an AWS
// identity belongs to the account that the system label names. A remediation
// must never act on an identity that the alert only seems to name.
func Parse(labels map[string]string) (Labels, error) {
	c := &checker{labels: labels}
	l := Labels{
		Alertname:    c.required(LabelAlertname),
		Severity:     Severity(c.required(LabelSeverity)),
		Playbook:     Playbook(c.required(LabelPlaybook)),
		Cloud:        entitlement.Cloud(c.optional(LabelCloud)),
		System:       entitlement.SystemID(c.optional(LabelSystem)),
		Category:     entitlement.Category(c.optional(LabelCategory)),
		Finding:      c.optional(LabelFinding),
		Identity:     entitlement.IdentityID(c.optional(LabelIdentity)),
		IdentityType: entitlement.Kind(c.optional(LabelIdentityType)),
		Resource:     c.optional(LabelResource),
		Owner:        c.optional(LabelOwner),
	}
	l.Scope = l.scope()
	c.values(&l)
	c.scope(&l)
	c.agreement(&l)
	if err := c.err(); err != nil {
		return Labels{}, err
	}
	return l, nil
}

func (l *Labels) scope() Scope {
	switch {
	case l.Finding != "" && l.Identity == "" && (OfResource(l.Category) || l.Category == entitlement.ExcludedFromReports):
		return ScopeResource
	case l.Identity != "" || l.Finding != "":
		return ScopeIdentity
	case l.System != "":
		return ScopeSystem
	case l.Cloud != "":
		return ScopeCloud
	}
	return ScopeSuite
}
