package azure_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
)

func now() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// events reads a text and checks that every record is accounted for.
func events(t *testing.T, text string) ([]auditlog.Event, records.Stats, []entitlement.Problem) {
	t.Helper()
	var out []auditlog.Event
	stats, problems, err := azure.ParseEvents(t.Context(), strings.NewReader(text), "test.json", records.Options{Now: now}, func(ev *auditlog.Event) error {
		e := *ev
		e.Resources = slices.Clone(ev.Resources)
		out = append(out, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if stats.In != stats.Parsed+stats.RejectedTotal() {
		t.Errorf("%d records in, but %d parsed and %v rejected", stats.In, stats.Parsed, stats.Rejected)
	}
	return out, stats, problems
}

func one(t *testing.T, text string) auditlog.Event {
	t.Helper()
	list, _, problems := events(t, text)
	if len(list) != 1 {
		t.Fatalf("%d events, problems %v", len(list), problems)
	}
	return list[0]
}

// Real records of an SDK, redacted: four starts of two operations each.
func TestSharedActivityLog(t *testing.T) {
	t.Parallel()
	path := testkit.SharedData(t, "azure", "plaso")
	names, callers := map[string]int{}, map[entitlement.IdentityID]int{}
	stats, problems, err := azure.ReadEvents(t.Context(), path, records.Options{Now: now, KeepRaw: true}, func(ev *auditlog.Event) error {
		names[ev.Name]++
		callers[ev.Identity]++
		if ev.Mapping != auditlog.NotPermissionBearing || len(ev.Actions) != 0 { // All are starts.
			t.Errorf("%s: mapping %v, actions %v", ev.Name, ev.Mapping, ev.Actions)
		}
		if ev.Address != "1.2.3.4" || ev.System != "12345678-9abc-defg-hijk-lmnopqrstuvw" || len(ev.Resources) != 1 || ev.RequestID == "" || len(ev.ID) != 36 {
			t.Errorf("%+v", ev)
		}
		if want := map[string]string{"fakeemail@fakedomain.com": "User", "12345678-9abc-defg-hijk-lmnopqrstuvw": "ServicePrincipal"}; want[ev.IdentityName] != ev.IdentityType {
			t.Errorf("%s is a %s", ev.IdentityName, ev.IdentityType)
		}
		return nil
	})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if stats.In != 4 || stats.Parsed != 4 || stats.Files != 2 || stats.Ignored != 1 {
		t.Errorf("%+v, want 4 events of one file", stats)
	}
	want := map[string]int{
		"Microsoft.Compute/disks/delete": 1, "Microsoft.Compute/disks/write": 1,
		"Microsoft.Compute/virtualMachines/delete": 1, "Microsoft.Compute/virtualMachines/write": 1,
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[entitlement.IdentityID]int{"12345678-9abc-defg-hijk-lmnopqrstuvw": 4}, callers); diff != "" {
		t.Error(diff)
	}
}

const vm = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/web1"

// activityREST is a record of the REST API.
const activityREST = `{"authorization":{"action":"Microsoft.Compute/virtualMachines/start/action","scope":"` + vm + `",
  "evidence":{"role":"Virtual Machine Contributor","roleAssignmentScope":"/subscriptions/11111111-1111-1111-1111-111111111111","roleAssignmentId":"ra1","roleDefinitionId":"rd1","principalId":"p1","principalType":"Group"}},
 "caller":"Ada@shop.example","channels":"Operation","claims":{"aud":"https://management.azure.com/","appid":"app1","http://schemas.microsoft.com/identity/claims/objectidentifier":"A0000000-0000-0000-0000-000000000001",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"Ada@shop.example","http://schemas.microsoft.com/identity/claims/scope":"user_impersonation","ipaddr":"203.0.113.9","uti":"tok1"},
 "correlationId":"c1","description":"","eventDataId":"E1","eventName":{"value":"EndRequest","localizedValue":"End request"},"category":{"value":"Administrative","localizedValue":"Administrative"},
 "httpRequest":{"clientRequestId":"r1","clientIpAddress":"203.0.113.7","method":"POST"},"id":"` + vm + `/events/E1/ticks/1","level":"Informational","resourceGroupName":"shop",
 "resourceProviderName":{"value":"Microsoft.Compute","localizedValue":"Microsoft Compute"},"resourceId":"` + vm + `","resourceType":{"value":"Microsoft.Compute/virtualMachines"},
 "operationId":"o1","operationName":{"value":"Microsoft.Compute/virtualMachines/start/action","localizedValue":"Start Virtual Machine"},
 "properties":{"statusCode":"OK","serviceRequestId":"s1","entity":"` + vm + `"},"status":{"value":"Succeeded","localizedValue":"Succeeded"},"subStatus":{"value":"OK","localizedValue":"OK (HTTP Status Code: 200)"},
 "eventTimestamp":"2025-03-04T05:06:07.1234567Z","submissionTimestamp":"2025-03-04T05:08:00Z","subscriptionId":"11111111-1111-1111-1111-111111111111","tenantId":"t1"}`

func activityEvent() auditlog.Event {
	return auditlog.Event{
		ID: "e1", Time: time.Date(2025, 3, 4, 5, 6, 7, 123456700, time.UTC), Cloud: entitlement.Azure, System: production,
		Identity: "a0000000-0000-0000-0000-000000000001", IdentityType: "User", IdentityName: "Ada@shop.example",
		Source: "Microsoft.Compute", Name: "Microsoft.Compute/virtualMachines/start/action",
		Actions: []entitlement.Action{"Microsoft.Compute/virtualMachines/start/action"}, Mapping: auditlog.Mapped,
		Resources: []auditlog.Resource{{ID: vm, Type: "Microsoft.Compute/virtualMachines"}}, Outcome: auditlog.Success,
		Address: "203.0.113.7", RequestID: "c1",
	}
}

const (
	activityAuthorization = `{"action":"Microsoft.Compute/virtualMachines/start/action","scope":"` + vm + `","evidence":{"role":"Virtual Machine Contributor","principalType":"Group"}}`
	activityClaims        = `{"appid":"app1","http://schemas.microsoft.com/identity/claims/objectidentifier":"a0000000-0000-0000-0000-000000000001",` +
		`"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"Ada@shop.example","http://schemas.microsoft.com/identity/claims/scope":"user_impersonation"}`
)

func quoted(s string) string { return fmt.Sprintf("%q", s) }

func diagnosticActivity() string {
	return `{"time":"2025-03-04T05:06:07.1234567Z","resourceId":"` + strings.ToUpper(vm) + `","operationName":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","category":"Administrative",
	  "resultType":"Success","resultSignature":"Succeeded.OK","durationMs":0,"callerIpAddress":"203.0.113.7","correlationId":"c1","identity":{"authorization":` + activityAuthorization + `,"claims":` + activityClaims + `},
	  "level":"Information","location":"global","properties":{"eventDataId":"e1","statusCode":"OK","entity":"` + vm + `"}}`
}

func activityRow() string {
	return `{"TenantId":"workspace","SourceSystem":"Azure","TimeGenerated":"2025-03-04T05:06:07.1234567Z","OperationName":"Start Virtual Machine","OperationNameValue":"MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION",
	  "ActivityStatus":"Succeeded","ActivityStatusValue":"Success","ActivitySubstatusValue":"OK","CategoryValue":"Administrative","Category":"Administrative","Caller":"Ada@shop.example","CallerIpAddress":"203.0.113.7",
	  "CorrelationId":"c1","EventDataId":"e1","SubscriptionId":"11111111-1111-1111-1111-111111111111","ResourceId":"","_ResourceId":"` + strings.ToLower(vm) + `",
	  "Authorization":` + quoted(activityAuthorization) + `,"Claims":` + quoted(activityClaims) + `,"HTTPRequest":` + quoted(`{"clientIpAddress":"203.0.113.7","method":"POST"}`) + `,"Properties":` + quoted(`{"statusCode":"OK"}`) + `,"Type":"AzureActivity"}`
}

// The same event in the shapes that diagnostic settings, the REST API, an SDK
// and Log Analytics give it is the same event.
func TestActivityShapes(t *testing.T) {
	t.Parallel()
	diagnostic, row := diagnosticActivity(), activityRow()
	table := `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"OperationNameValue","type":"string"},{"name":"ActivityStatusValue","type":"string"},{"name":"Caller","type":"string"},
	  {"name":"CallerIpAddress","type":"string"},{"name":"CorrelationId","type":"string"},{"name":"EventDataId","type":"string"},{"name":"_ResourceId","type":"string"},{"name":"Authorization_d","type":"dynamic"},{"name":"Claims_d","type":"dynamic"},{"name":"CategoryValue","type":"string"}],
	  "rows":[["2025-03-04T05:06:07.1234567Z","MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION","Success","Ada@shop.example","203.0.113.7","c1","e1","` + strings.ToLower(vm) + `",` + quoted(activityAuthorization) + `,` + activityClaims + `,"Administrative"]]}]}`
	sdk := strings.NewReplacer(`"correlationId"`, `"correlation_id"`, `"eventDataId"`, `"event_data_id"`, `"operationName"`, `"operation_name"`, `"eventTimestamp"`, `"event_timestamp"`,
		`"resourceId"`, `"resource_id"`, `"subStatus"`, `"sub_status"`, `"httpRequest"`, `"http_request"`, `"clientIpAddress"`, `"client_ip_address"`, `"subscriptionId"`, `"subscription_id"`,
		`"eventName"`, `"event_name"`, `"localizedValue"`, `"localized_value"`).Replace(activityREST)
	for name, text := range map[string]string{
		"REST": activityREST, "REST page": `{"value":[` + activityREST + `],"nextLink":null}`, "SDK": sdk, "CLI": "[" + activityREST + "]",
		"diagnostic": diagnostic, "event hub": `{"records":[` + diagnostic + `]}`, "array of batches": `[{"records":[` + diagnostic + `]}]`,
		"shipper": `{"@metadata":1,"message":` + quoted(oneLine(diagnostic)) + `}`, "event hub body": `{"body":{"records":[` + diagnostic + `]}}`,
		"lower-case keys": strings.NewReplacer(`"resourceId"`, `"resourceid"`, `"operationName"`, `"operationname"`, `"resultType"`, `"resulttype"`, `"callerIpAddress"`, `"calleripaddress"`, `"correlationId"`, `"correlationid"`).Replace(diagnostic),
		"Log Analytics":   row, "Log Analytics table": table,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := one(t, text)
			if !strings.Contains(got.Detail, "Virtual Machine Contributor") {
				t.Errorf("the role that was used is not in the detail %q", got.Detail)
			}
			if diff := cmp.Diff(activityEvent(), got, cmpopts.IgnoreFields(auditlog.Event{}, "Detail")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// oneLine drops the line breaks, which have no place within a JSON string.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Starts prove nothing; failures are refusals or errors by their codes.
func TestActivityOutcomes(t *testing.T) {
	t.Parallel()
	const head = `{"time":"2025-03-04T05:06:07Z","resourceId":"/subscriptions/s","operationName":"Microsoft.Compute/virtualMachines/write","category":"Administrative","correlationId":"c"`
	for name, c := range map[string]struct {
		rest    string
		mapping auditlog.Mapping
		outcome auditlog.Outcome
		code    string
	}{
		"start":           {`"resultType":"Start"`, auditlog.NotPermissionBearing, auditlog.Success, ""},
		"started":         {`"resultType":"Started","resultSignature":"Started."`, auditlog.NotPermissionBearing, auditlog.Success, ""},
		"accept":          {`"resultType":"Accept","resultSignature":"Accepted.Accepted"`, auditlog.NotPermissionBearing, auditlog.Success, ""},
		"by signature":    {`"resultSignature":"Started."`, auditlog.NotPermissionBearing, auditlog.Success, ""},
		"by event name":   {`"eventName":"BeginRequest"`, auditlog.NotPermissionBearing, auditlog.Success, ""},
		"success":         {`"resultType":"Success"`, auditlog.Mapped, auditlog.Success, ""},
		"succeeded":       {`"resultType":"Succeeded"`, auditlog.Mapped, auditlog.Success, ""},
		"none":            {`"level":"4"`, auditlog.Mapped, auditlog.Success, ""},
		"forbidden":       {`"resultType":"Failure","resultSignature":"Failed.Forbidden"`, auditlog.Mapped, auditlog.AuthorizationFailure, "Forbidden"},
		"forbidden words": {`"resultType":"Failed","subStatus":{"value":"Forbidden","localizedValue":"Forbidden (HTTP Status Code: 403)"}`, auditlog.Mapped, auditlog.AuthorizationFailure, "Forbidden"},
		"by message": {
			`"resultType":"Failed","resultSignature":"Failed.Forbidden","properties":{"statusCode":"Forbidden","statusMessage":"{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}"}`,
			auditlog.Mapped, auditlog.AuthorizationFailure, "AuthorizationFailed",
		},
		"policy": {
			`"resultType":"Failed","properties":{"statusCode":"Forbidden","statusMessage":"{\"error\":{\"code\":\"RequestDisallowedByPolicy\"}}"}`,
			auditlog.Mapped, auditlog.Error, "RequestDisallowedByPolicy",
		},
		"conflict": {`"resultType":"Failure","resultSignature":"Failed.Conflict"`, auditlog.Mapped, auditlog.Error, "Conflict"},
		"canceled": {`"resultType":"Canceled"`, auditlog.Mapped, auditlog.Error, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := one(t, head+","+c.rest+"}")
			if ev.Mapping != c.mapping || ev.Outcome != c.outcome || ev.ErrorCode != c.code {
				t.Errorf("mapping %v, outcome %s, code %q; want %v, %s, %q", ev.Mapping, ev.Outcome, ev.ErrorCode, c.mapping, c.outcome, c.code)
			}
			if (ev.Mapping == auditlog.Mapped) != (len(ev.Actions) > 0) {
				t.Errorf("actions %v", ev.Actions)
			}
		})
	}
}

func TestCallers(t *testing.T) {
	t.Parallel()
	const head = `{"eventTimestamp":"2025-03-04T05:06:07Z","resourceId":"/subscriptions/S","operationName":{"value":"Microsoft.Compute/virtualMachines/write"},"status":{"value":"Succeeded"}`
	for name, c := range map[string]struct {
		rest string
		want auditlog.Event
	}{
		"user by login": {`"caller":"Ada@Shop.example"`, auditlog.Event{Identity: "ada@shop.example", IdentityName: "Ada@Shop.example", IdentityType: "User"}},
		"application": {
			`"caller":"D0000000-0000-0000-0000-000000000001","claims":{"appid":"app1","idtyp":"app"}`,
			auditlog.Event{Identity: "d0000000-0000-0000-0000-000000000001", IdentityName: "app1", IdentityType: "ServicePrincipal"},
		},
		"managed identity": {
			`"caller":"d0000000-0000-0000-0000-000000000001","claims":{"appid":"app1","idtyp":"app","xms_mirid":"/subscriptions/x"}`,
			auditlog.Event{Identity: "d0000000-0000-0000-0000-000000000001", IdentityName: "app1", IdentityType: "ManagedIdentity"},
		},
		"object id before mail": {
			`"caller":"bo@partner.example","claims":{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress":"bo@partner.example","oid":"A1","name":"Bo"}`,
			auditlog.Event{Identity: "a1", IdentityName: "bo@partner.example", IdentityType: "User"},
		},
		"a service":     {`"caller":"Microsoft.Insights/autoscaleSettings"`, auditlog.Event{ByService: true, InvokedBy: "Microsoft.Insights/autoscaleSettings"}},
		"nobody":        {`"level":"x"`, auditlog.Event{}},
		"name only":     {`"identity":"Some One"`, auditlog.Event{}},
		"health notice": {`"category":{"value":"ResourceHealth"}`, auditlog.Event{ByService: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := one(t, head+","+c.rest+"}")
			got := auditlog.Event{Identity: ev.Identity, IdentityName: ev.IdentityName, IdentityType: ev.IdentityType, ByService: ev.ByService, InvokedBy: ev.InvokedBy}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An unknown operation is kept; a stray quote and a record without an id do no
// harm.
func TestOddRecords(t *testing.T) {
	t.Parallel()
	ev := one(t, `{"tenantId\"":"t","time":"2025-03-04T05:06:07","resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/G","operationName":"MICROSOFT.UNKNOWN/THINGS/SPIN/ACTION","category":"Administrative","identity":"x"}`)
	if ev.Mapping != auditlog.Unmapped || ev.System != "s" || len(ev.ID) != 64 || ev.Source != "MICROSOFT.UNKNOWN" {
		t.Errorf("%+v", ev)
	}
	list, stats, _ := events(t, `{"value":[]}{"records":null}{"records":[]}`)
	if len(list) != 0 || stats.In != 0 {
		t.Errorf("empty pages: %+v", stats)
	}
	for text, want := range map[string]records.Reason{
		`{"operationName":"x","category":"Administrative"}`:                           records.MissingField,
		`{"time":"2025-03-04T05:06:07Z","category":"Administrative"}`:                 records.MissingField,
		`{"time":"yesterday","operationName":"x","category":"Administrative"}`:        records.BadTime,
		`{"time":"2027-03-04T05:06:07Z","operationName":"x"}`:                         records.Future,
		`{"time":"2025-03-04T05:06:07Z","metricName":"CPU","average":1}`:              records.NotAudit,
		`{"tables":[{"name":"PrimaryResult","rows":[["2025-03-04T05:06:07Z","x"]]}]}`: records.UnsupportedShape,
	} {
		_, stats, problems := events(t, text)
		if stats.Rejected[want] != 1 || want != records.NotAudit && len(problems) != 1 {
			t.Errorf("%s: %+v %v, want %s", text, stats, problems, want)
		}
	}
}

// Files of a day are read together: the path of a storage account tells it.
func TestDeliveryTime(t *testing.T) {
	t.Parallel()
	of := azure.Logs{}.Describe().DeliveryTime
	got, ok := of("logs/insights-activity-logs/resourceId=/SUBSCRIPTIONS/S/y=2025/m=03/d=04/h=05/m=00/PT1H.json")
	if want := time.Date(2025, 3, 4, 5, 0, 0, 0, time.UTC); !ok || !got.Equal(want) {
		t.Errorf("%v %v, want %v", got, ok, want)
	}
	for _, path := range []string{"logs/a.json", "x/y=2025/m=99/d=04/h=05/PT1H.json", "x/y=", ""} {
		if _, ok := of(path); ok {
			t.Errorf("%q has a time", path)
		}
	}
}

func FuzzParseEvents(f *testing.F) {
	f.Add([]byte(activityREST))
	for _, s := range append(entraRecords(), resourceRecords()...) {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"tables":[{"name":"AzureActivity","columns":[{"name":"TimeGenerated"},{"name":"OperationNameValue"}],"rows":[["2025-03-04T05:06:07Z","a/b/write"],[1]]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		stats, _, err := azure.ParseEvents(t.Context(), bytes.NewReader(b), "fuzz", records.Options{Now: now, KeepRaw: true}, func(ev *auditlog.Event) error {
			if ev.ID == "" || ev.Time.IsZero() && ev.Name == "" || ev.Cloud != entitlement.Azure || (ev.Mapping == auditlog.Mapped) != (len(ev.Actions) > 0) {
				t.Errorf("%+v", ev)
			}
			return nil
		})
		if err != nil || stats.In != stats.Parsed+stats.RejectedTotal() {
			t.Errorf("%v, %+v", err, stats)
		}
	})
}

// Every operation of the catalogue is known in capitals, too.
func TestCapitals(t *testing.T) {
	t.Parallel()
	cat := catalog.Azure()
	for i := 0; i < cat.Len(); i += 97 {
		action := cat.Info(i).Action
		ev := one(t, fmt.Sprintf(`{"time":"2025-03-04T05:06:07Z","resourceId":"/subscriptions/s","operationName":%q,"category":"Administrative"}`, strings.ToUpper(string(action))))
		if ev.Name != string(action) || len(ev.Actions) != 1 || ev.Actions[0] != action || ev.Source != cat.Info(i).Service {
			t.Errorf("%s: %+v", action, ev)
		}
	}
}
