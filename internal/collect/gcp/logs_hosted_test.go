package gcp_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// TestPermissionsWithAHost has permissions as version 2 of IAM writes them: some
// have that form in roles, too, and the others a shorter one.
func TestPermissionsWithAHost(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"iam.googleapis.com/workloadIdentityPools.create": "iam.googleapis.com/workloadIdentityPools.create",
		"iam.googleapis.com/roles.get":                    "iam.roles.get",
		"storage.objects.get":                             "storage.objects.get",
	} {
		entry := `{"insertId":"1","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2025-01-01T00:00:00Z","protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog",` +
			`"serviceName":"iam.googleapis.com","methodName":"m","authenticationInfo":{"principalEmail":"a@example.com"},"authorizationInfo":[{"permission":"` + written + `","granted":true}]}}`
		_, problems, err := gcp.ParseEvents(t.Context(), strings.NewReader(entry), "doc", records.Options{}, func(ev *auditlog.Event) error {
			if len(ev.Actions) != 1 || string(ev.Actions[0]) != want {
				t.Errorf("%s: got %q, want %s", written, ev.Actions, want)
			}
			return nil
		})
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", written, problems, err)
		}
	}
}
