package alert_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/entitlement"
)

// Findings of three clouds name the kinds of identity that these have; a
// managed identity is one of the system identities, as a service principal is.
func TestSubjectsOfThreeClouds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		category entitlement.Category
		kind     entitlement.Kind
		want     bool
	}{
		{entitlement.SuperServicePrincipal, entitlement.ServicePrincipal, true},
		{entitlement.SuperServicePrincipal, entitlement.ManagedIdentity, true},
		{entitlement.SuperServicePrincipal, entitlement.ServiceAccount, false},
		{entitlement.InactiveServiceAccount, entitlement.ServiceAccount, true},
		{entitlement.EscalationServiceAccount, entitlement.User, false},
		{entitlement.AccessKeyOld, entitlement.User, true},
		{entitlement.AccessKeyOld, entitlement.ServicePrincipal, true},
		{entitlement.AccessKeyUnused, entitlement.ServiceAccount, true},
		{entitlement.AccessKeyUnused, entitlement.Role, false},
		{entitlement.InactiveUser, entitlement.ManagedIdentity, false},
		{entitlement.ExcludedFromReports, entitlement.ManagedIdentity, true},
		{entitlement.StorageManagedKeys, entitlement.User, false},
	} {
		if got := alert.SubjectOf(tc.category, tc.kind); got != tc.want {
			t.Errorf("%s of a %s: %v", tc.category, tc.kind, got)
		}
		labels := map[string]string{
			"alertname": "x", "severity": "warning", "playbook": "super-identity-review", "cloud": "azure", "system": "s",
			"category": string(tc.category), "finding": "0011223344556677", "identity": "i", "identity_type": string(tc.kind),
		}
		_, err := alert.Parse(labels)
		if (err == nil) != tc.want {
			t.Errorf("%s of a %s: %v", tc.category, tc.kind, err)
		}
	}
	_, err := alert.Parse(map[string]string{"alertname": "x", "severity": "info", "playbook": "super-identity-review", "cloud": "gcp", "system": "s", "identity": "i", "identity_type": "robot"})
	if err == nil || !strings.Contains(err.Error(), "service_principal, managed_identity, service_account") {
		t.Errorf("a robot: %v", err)
	}
}
