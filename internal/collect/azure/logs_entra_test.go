package azure_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

const (
	signInGraph = `{"id":"s1","createdDateTime":"2025-03-04T05:06:07Z","userDisplayName":"Ada","userPrincipalName":"ada@shop.example","userId":"A0000000-0000-0000-0000-000000000001","appId":"app1","appDisplayName":"Azure Portal",
	  "ipAddress":"203.0.113.7","clientAppUsed":"Browser","correlationId":"c1","isInteractive":true,"resourceDisplayName":"Azure Service Management","resourceId":"797f4846-ba00-4fd7-ba43-dac1f8f63013",
	  "status":{"errorCode":50126,"failureReason":"Invalid username or password."},"location":{"city":"Berlin","countryOrRegion":"DE"},"userAgent":"Mozilla"}`
	signInRow = `{"TimeGenerated":"2025-03-04T05:07:00Z","ResourceId":"/tenants/t/providers/Microsoft.aadiam","OperationName":"Sign-in activity","Category":"SignInLogs","ResultType":"50126","ResultDescription":"Invalid username or password.",
	  "CorrelationId":"c1","Identity":"Ada","Location":"DE","CreatedDateTime":"2025-03-04T05:06:07Z","Id":"s1","IPAddress":"203.0.113.7","AppId":"app1","UserId":"a0000000-0000-0000-0000-000000000001","UserPrincipalName":"ada@shop.example",
	  "ResourceIdentity":"797f4846-ba00-4fd7-ba43-dac1f8f63013","ResourceDisplayName":"Azure Service Management","UserAgent":"Mozilla","Status":"{\"errorCode\":50126,\"failureReason\":\"Invalid username or password.\"}","Type":"SigninLogs"}`
	auditGraph = `{"id":"d1","category":"ApplicationManagement","correlationId":"c2","result":"success","resultReason":"","activityDisplayName":"Update application – Certificates and secrets management","activityDateTime":"2025-03-04T05:06:07.5Z",
	  "loggedByService":"Core Directory","operationType":"Update","initiatedBy":{"app":null,"user":{"id":"A0000000-0000-0000-0000-000000000001","displayName":null,"userPrincipalName":"ada@shop.example","ipAddress":"203.0.113.7"}},
	  "targetResources":[{"id":"D1","displayName":"shop-deployer","type":"Application","userPrincipalName":null,"modifiedProperties":[{"displayName":"KeyDescription",
	   "oldValue":"[\"[KeyIdentifier=f1,KeyType=Password,KeyUsage=Verify,DisplayName=old]\"]","newValue":"[\"[KeyIdentifier=F2,KeyType=Password,KeyUsage=Verify,DisplayName=new]\",\"[KeyIdentifier=f1,KeyType=Password,KeyUsage=Verify,DisplayName=old]\"]"}]}],
	  "additionalDetails":[{"key":"User-Agent","value":"EvoSTS"}]}`
)

func diagnosticSignIn() string {
	return `{"time":"2025-03-04T05:07:00Z","resourceId":"/tenants/t/providers/Microsoft.aadiam","operationName":"Sign-in activity","category":"SignInLogs","tenantId":"t","resultType":"50126","resultSignature":"None",
	 "resultDescription":"Invalid username or password.","durationMs":0,"callerIpAddress":"203.0.113.7","correlationId":"c1","identity":"Ada","Level":4,"location":"DE","properties":` + signInGraph + `}`
}

func diagnosticAudit() string {
	return `{"time":"2025-03-04T05:07:00Z","resourceId":"/tenants/t/providers/Microsoft.aadiam","operationName":"Update application – Certificates and secrets management","category":"AuditLogs","tenantId":"t","resultSignature":"None","correlationId":"c2","Level":4,"properties":` + auditGraph + `}`
}

func auditRow() string {
	return strings.NewReplacer(`"id":"d1","category":"ApplicationManagement"`, `"TimeGenerated":"2025-03-04T05:07:00Z","Category":"AuditLogs","Type":"AuditLogs","Id":"d1"`, `"correlationId"`, `"CorrelationId"`,
		`"result"`, `"Result"`, `"activityDisplayName"`, `"OperationName"`, `"activityDateTime"`, `"ActivityDateTime"`, `"initiatedBy"`, `"InitiatedBy"`, `"targetResources"`, `"TargetResources"`).Replace(auditGraph)
}

func entraRecords() []string {
	return []string{signInGraph, signInRow, auditGraph, diagnosticSignIn(), diagnosticAudit(), auditRow()}
}

func TestSignInShapes(t *testing.T) {
	t.Parallel()
	want := auditlog.Event{
		ID: "s1", Time: time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC), Cloud: entitlement.Azure, Identity: "a0000000-0000-0000-0000-000000000001",
		IdentityType: "User", IdentityName: "ada@shop.example", Source: "Microsoft.aadiam", Name: "Sign-in activity", Mapping: auditlog.NotPermissionBearing,
		Resources: []auditlog.Resource{{ID: "797f4846-ba00-4fd7-ba43-dac1f8f63013", Type: "ServicePrincipal"}}, Outcome: auditlog.AuthorizationFailure,
		ErrorCode: "50126", ErrorText: "Invalid username or password.", Address: "203.0.113.7", UserAgent: "Mozilla", Region: "DE", RequestID: "c1",
	}
	for name, text := range map[string]string{
		"Graph": `{"value":[` + signInGraph + `]}`, "Log Analytics": signInRow, "diagnostic": diagnosticSignIn(),
		"status before the result": strings.NewReplacer(`{"TimeGenerated"`, `{"Status":"{\"errorCode\":50126,\"failureReason\":\"Invalid username or password.\"}","TimeGenerated"`).Replace(signInRow),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, one(t, text), cmpopts.IgnoreFields(auditlog.Event{}, "Detail")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSignInsOfApplications(t *testing.T) {
	t.Parallel()
	const rest = `"properties":{"id":"s2","createdDateTime":"2025-03-04T05:06:07Z","userPrincipalName":null,"userId":null,"appId":"E1","ipAddress":"203.0.113.7","servicePrincipalId":"D1","servicePrincipalName":"shop-deployer",
	  "servicePrincipalCredentialKeyId":"F1","resourceId":"api","status":{"errorCode":0}}}`
	for category, want := range map[string]string{"ServicePrincipalSignInLogs": "ServicePrincipal", "ManagedIdentitySignInLogs": "ManagedIdentity"} {
		ev := one(t, `{"time":"2025-03-04T05:06:08Z","resourceId":"/tenants/t/providers/Microsoft.aadiam","operationName":"Sign-in activity","category":"`+category+`","resultType":"0",`+rest)
		if ev.Identity != "d1" || ev.IdentityType != want || ev.AccessKey != "f1" || ev.IdentityName != "shop-deployer" || ev.Outcome != auditlog.Success || ev.ID != "s2" {
			t.Errorf("%s: %+v", category, ev)
		}
	}
	for code, want := range map[string]auditlog.Outcome{"0": auditlog.Success, "50074": auditlog.Error, "50053": auditlog.AuthorizationFailure} {
		ev := one(t, `{"time":"2025-03-04T05:06:08Z","category":"NonInteractiveUserSignInLogs","operationName":"Sign-in activity","resultType":"`+code+`","properties":{"id":"x","userPrincipalName":"A@b.example"}}`)
		if ev.Outcome != want || ev.Identity != "a@b.example" {
			t.Errorf("%s: %+v", code, ev)
		}
	}
}

func TestDirectoryShapes(t *testing.T) {
	t.Parallel()
	want := auditlog.Event{
		ID: "d1", Time: time.Date(2025, 3, 4, 5, 6, 7, 500000000, time.UTC), Cloud: entitlement.Azure, Identity: "a0000000-0000-0000-0000-000000000001",
		IdentityType: "User", IdentityName: "ada@shop.example", Source: "Microsoft.aadiam", Name: "Update application – Certificates and secrets management",
		Mapping: auditlog.NotPermissionBearing, Resources: []auditlog.Resource{{ID: "d1", Type: "Application"}}, Outcome: auditlog.Success,
		Address: "203.0.113.7", RequestID: "c2", Issued: []entitlement.AccessKeyID{"f2"},
	}
	policy := strings.Replace(auditGraph, "ApplicationManagement", "Policy", 1) // A category of the Activity Log, too.
	for name, text := range map[string]string{"Graph": `{"value":[` + auditGraph + `]}`, "category of two logs": policy, "Log Analytics": auditRow(), "diagnostic": diagnosticAudit()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := one(t, text)
			if !strings.Contains(got.Detail, "shop-deployer") {
				t.Errorf("detail %q", got.Detail)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(auditlog.Event{}, "Detail")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInitiators(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by, result string
		want       auditlog.Event
	}{
		"application": {
			`{"user":null,"app":{"appId":null,"displayName":"hr-sync","servicePrincipalId":"D9","servicePrincipalName":null}}`, `"failure","resultReason":"Insufficient privileges to complete the operation."`,
			auditlog.Event{Identity: "d9", IdentityName: "hr-sync", IdentityType: "ServicePrincipal", Outcome: auditlog.AuthorizationFailure},
		},
		"service": {
			`{"app":{"displayName":"Microsoft Azure AD Group-Based Licensing","servicePrincipalId":null}}`, `"success"`,
			auditlog.Event{ByService: true, InvokedBy: "Microsoft Azure AD Group-Based Licensing", Outcome: auditlog.Success},
		},
		"failure": {
			`{"user":{"id":"A1","userPrincipalName":""}}`, `"failure","resultReason":"not found"`,
			auditlog.Event{Identity: "a1", IdentityType: "User", Outcome: auditlog.Error},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := one(t, `{"id":"x","category":"UserManagement","activityDisplayName":"Add user","activityDateTime":"2025-03-04T05:06:07Z","initiatedBy":`+c.by+`,"result":`+c.result+`}`)
			got := auditlog.Event{Identity: ev.Identity, IdentityName: ev.IdentityName, IdentityType: ev.IdentityType, ByService: ev.ByService, InvokedBy: ev.InvokedBy, Outcome: ev.Outcome}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
