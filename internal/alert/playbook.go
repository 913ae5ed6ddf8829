package alert

import (
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
)

// Playbook names the procedure that answers an alert. Some run in the
// remediator, the others are for people to follow; each has a runbook.
type Playbook string

// InactiveUserReadOnly takes an inactive user's permissions down to read-only
// and tags it, so that the finding is settled.
const InactiveUserReadOnly Playbook = "inactive-user-read-only"

// The playbooks that people carry out by the runbook until the remediator
// learns them.
const (
	InactiveIdentityReview   Playbook = "inactive-identity-review"
	SuperIdentityReview      Playbook = "super-identity-review"
	OverprovisionedRightSize Playbook = "overprovisioned-right-size"
	EscalationReview         Playbook = "privilege-escalation-review"
	SecurityToolReview       Playbook = "security-tool-admin-review"
	SecretAccessReview       Playbook = "secret-access-review"
	ExternalAccessReview     Playbook = "external-access-review"
	BucketReview             Playbook = "bucket-review"
	SecurityGroupReview      Playbook = "open-security-group-review"
	AccessKeyRotate          Playbook = "access-key-rotate"
	AccessKeyDeactivate      Playbook = "access-key-deactivate"
	UserMFAEnforce           Playbook = "user-mfa-enforce"
	SystemPCIReview          Playbook = "system-pci-review"
	CollectionRepair         Playbook = "collection-repair"
	SeriesBudgetReview       Playbook = "series-budget-review"
	ObservabilityRestore     Playbook = "observability-restore"
	ConfigRepair             Playbook = "config-repair"
	RemediationReview        Playbook = "remediation-review"
	ActivityTriggerReview    Playbook = "activity-trigger-review"
	FirstTimeReview          Playbook = "first-time-activity-review"
	AuditStoreRepair         Playbook = "audit-store-repair"
	AuditRuleRepair          Playbook = "audit-rule-repair"
)

// Playbooks returns all playbooks, those that the remediator runs first.
func Playbooks() []Playbook {
	return []Playbook{
		InactiveUserReadOnly,
		InactiveIdentityReview, SuperIdentityReview, OverprovisionedRightSize,
		EscalationReview, SecurityToolReview, SecretAccessReview, ExternalAccessReview, BucketReview, SecurityGroupReview,
		AccessKeyRotate, AccessKeyDeactivate, UserMFAEnforce,
		SystemPCIReview, CollectionRepair, SeriesBudgetReview, ObservabilityRestore, ConfigRepair, RemediationReview,
		ActivityTriggerReview, FirstTimeReview, AuditStoreRepair, AuditRuleRepair,
	}
}

// Automated reports whether the remediator runs the playbook. Alertmanager
// sends it the alerts of these playbooks alone.
func (p Playbook) Automated() bool { return p == InactiveUserReadOnly }

// Accepts reports whether the playbook may act on a finding of category c. A
// playbook for people accepts every alert.
func (p Playbook) Accepts(c entitlement.Category) bool {
	if p == InactiveUserReadOnly {
		return c == entitlement.InactiveUser
	}
	return true
}

func (p Playbook) known() bool { return slices.Contains(Playbooks(), p) }
