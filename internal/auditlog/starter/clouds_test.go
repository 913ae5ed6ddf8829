package starter_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/query/querytest"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// activity is a record of the Activity Log as diagnostic settings write it; the
// operation and the resource are in capitals, as they often are.
func activity(operation, resource, result, claims string) string {
	return fmt.Sprintf(`{"time":"2026-01-02T03:04:05.1234567Z","resourceId":%q,"operationName":%q,"category":"Administrative","resultType":%q,"resultSignature":"Failed.Forbidden","callerIpAddress":"192.0.2.2","correlationId":%q,"identity":{"claims":%s}}`,
		strings.ToUpper(resource), strings.ToUpper(operation), result, operation+result+claims, claims)
}

// auditEntry is an entry of an audit log of Google Cloud.
func auditEntry(permission, key string, granted bool) string {
	code := 0
	if !granted {
		code = 7
	}
	return fmt.Sprintf(`{"insertId":%q,"logName":"projects/p/logs/cloudaudit.googleapis.com%%2Fdata_access","timestamp":"2026-01-02T03:04:05Z","protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","serviceName":"storage.googleapis.com","methodName":%q,"authenticationInfo":{"principalEmail":"ci@p.iam.gserviceaccount.com","serviceAccountKeyName":%q},"authorizationInfo":[{"permission":%q,"granted":%t,"resource":"projects/_/buckets/payroll"}],"status":{"code":%d}}}`,
		permission+key, permission, key, permission, granted, code)
}

// parsed reads one record.
func parsed(t *testing.T, record string) *auditlog.Event {
	t.Helper()
	read := func(ctx context.Context, in io.Reader, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
		if strings.Contains(record, "protoPayload") {
			return gcp.ParseEvents(ctx, in, "doc", records.Options{}, sink)
		}
		return azure.ParseEvents(ctx, in, "doc", records.Options{}, sink)
	}
	var event *auditlog.Event
	stats, problems, err := read(t.Context(), bytes.NewReader([]byte(record)), func(ev *auditlog.Event) error {
		kept := *ev
		kept.Resources = slices.Clone(ev.Resources)
		event = &kept
		return nil
	})
	if err != nil || stats.Parsed != 1 {
		t.Fatalf("%s: %+v, %v, %v", record, stats, problems, err)
	}
	return event
}

// TestStartersMatchRecords has records of Azure and Google Cloud as the clouds
// write them, and which triggers and queries they are for.
func TestStartersMatchRecords(t *testing.T) {
	t.Parallel()
	const (
		sub     = "/subscriptions/99999999-0000-4000-8000-000000000001"
		group   = sub + "/resourceGroups/payments/providers/"
		alice   = `{"http://schemas.microsoft.com/identity/claims/objectidentifier":"aaaaaaaa-0000-4000-8000-000000000001","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"alice@example.com","idtyp":"user"}`
		pim     = `{"appid":"01fc33a7-78ba-4d2f-a4b7-768e336e890e","oid":"bbbbbbbb-0000-4000-8000-000000000001","idtyp":"app"}`
		managed = `{"appid":"cccccccc-0000-4000-8000-000000000009","oid":"cccccccc-0000-4000-8000-000000000001","idtyp":"app","xms_mirid":"/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute/virtualMachines/vm"}`
		glass   = `{"oid":"dddddddd-0000-4000-8000-000000000001","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"breakglass1@example.com"}`
		vm      = "Microsoft.Compute/virtualMachines/"
		saKey   = "//iam.googleapis.com/projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com/keys/0123"
	)
	assign := "Microsoft.Authorization/roleAssignments/write"
	entra := `{"time":"2026-01-02T03:04:05Z","category":"AuditLogs","operationName":"Add member to role","properties":{"id":"d1","activityDisplayName":"Add member to role","activityDateTime":"2026-01-02T03:04:05Z","result":"success","initiatedBy":{"user":{"id":"aaaaaaaa-0000-4000-8000-000000000001","userPrincipalName":"alice@example.com"}},"targetResources":[{"id":"dddddddd-0000-4000-8000-000000000001","type":"User"}]}}`
	for _, test := range []struct {
		name, record string
		want         string
	}{
		{"a role assigned", activity(assign, sub, "Success", alice), "a12 a3 q3"},
		{"the start of it", activity(assign, sub, "Start", alice), ""},
		{"refused", activity(assign, sub, "Failure", alice), "q3 q4"},
		{"by activation", activity(assign, sub, "Success", pim), "a12 q3"},
		{"a VM turned off", activity(vm+"deallocate/action", group+vm+"web", "Success", alice), "a13 a4 q3"},
		{"a VM started", activity(vm+"start/action", sub+"/resourceGroups/x/providers/"+vm+"web", "Success", alice), "q3"},
		{"a managed identity", activity("Microsoft.Storage/storageAccounts/listKeys/action", sub+"/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/a", "Success", managed), "a2 a5 q1 q3"},
		{"an emergency account", activity(vm+"start/action", sub+"/resourceGroups/x/providers/"+vm+"web", "Success", glass), "a1 q2 q3"},
		{"a role of the directory", entra, "a12"},
		{"a policy", auditEntry("storage.buckets.setIamPolicy", "", true), "a12 a2 q1 q3"},
		{"a key refused", auditEntry("storage.objects.get", saKey, false), "a11 q3 q4 q5"},
		{"a key used", auditEntry("storage.objects.get", saKey, true), "q3 q5"},
	} {
		ev := parsed(t, test.record)
		if diff := cmp.Diff(strings.Fields(test.want), matching(t, ev)); diff != "" {
			t.Errorf("%s (-want +got):\n%s%+v", test.name, diff, ev)
		}
	}
}

// matching returns the short names of the triggers and queries that take an
// event, sorted.
func matching(t *testing.T, ev *auditlog.Event) []string {
	t.Helper()
	var uses []trigger.Use
	for _, d := range starter.Triggers() {
		use := trigger.Use{Name: d.Name}
		if strings.HasPrefix(d.Name, "a13-") {
			use.Values = map[string][]string{"resources": {"*/resourceGroups/payments/*"}}
		}
		uses = append(uses, use)
	}
	list, err := trigger.Configure(starter.Triggers(), uses, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	note := func(name string, clouds []entitlement.Cloud, n *query.Node) {
		w := querytest.World{Catalog: catalog.AWS(), Ingested: time.Date(2026, 1, 2, 4, 0, 0, 0, time.UTC)}
		if (len(clouds) == 0 || slices.Contains(clouds, ev.Cloud)) && querytest.Match(n, ev, w) {
			got = append(got, name)
		}
	}
	for i := range list {
		name, _, _ := strings.Cut(list[i].Name, "-")
		note(name, list[i].Clouds, list[i].Condition())
	}
	for _, d := range starter.Queries() {
		note(d.ID, d.Query.Clouds, d.Query.Where)
	}
	slices.Sort(got)
	return got
}
