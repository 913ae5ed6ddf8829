package gcp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestWholeEvent(t *testing.T) {
	t.Parallel()
	got := one(t, `{"insertId":"i1","logName":"projects/shop-prod/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2025-01-01T00:00:00.123456789Z",
	"resource":{"type":"service_account","labels":{"project_id":"shop-prod","email_id":"Deploy@shop-prod.iam.gserviceaccount.com","unique_id":"7001"}},
	"operation":{"id":"op-1","first":true},"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},
	"authenticationInfo":{"principalEmail":"Build@shop-tools.iam.gserviceaccount.com","principalSubject":"serviceAccount:build@shop-tools.iam.gserviceaccount.com",
	"serviceAccountKeyName":"//iam.googleapis.com/projects/shop-tools/serviceAccounts/build@shop-tools.iam.gserviceaccount.com/keys/k9",
	"serviceAccountDelegationInfo":[{"firstPartyPrincipal":{"principalEmail":"service-1@gcp-sa-cloudbuild.iam.gserviceaccount.com"}},{"principalSubject":"user:Alice@example.com"}]},
	"requestMetadata":{"callerIp":"203.0.113.5","callerSuppliedUserAgent":"gcloud"},"resourceLocation":{"currentLocations":["europe-west1-b"]},
	"serviceName":"iam.googleapis.com","methodName":"google.iam.admin.v1.CreateServiceAccountKey",
	"authorizationInfo":[{"resource":"projects/-/serviceAccounts/7001","permission":"IAM.serviceAccountKeys.create","granted":true,"resourceAttributes":{"name":"projects/-/serviceAccounts/7001"}}],
	"resourceName":"projects/-/serviceAccounts/7001","request":{"name":"projects/-/serviceAccounts/7001","private_key":"secret"},
	"response":{"name":"projects/shop-prod/serviceAccounts/deploy@shop-prod.iam.gserviceaccount.com/keys/k10"}}}`)
	if id, ok := strings.CutPrefix(got.ID, "i1-"); !ok || len(id) != 16 {
		t.Errorf("id %q, want that of the entry with 16 digits behind it", got.ID)
	}
	got.ID = ""
	want := auditlog.Event{
		Time: time.Date(2025, 1, 1, 0, 0, 0, 123456789, time.UTC), Cloud: entitlement.GCP, System: "shop-prod",
		Identity: "build@shop-tools.iam.gserviceaccount.com", IdentityType: "service_account", IdentityName: "build@shop-tools.iam.gserviceaccount.com",
		Session: "alice@example.com", AccessKey: "k9", Source: "iam.googleapis.com", Name: "google.iam.admin.v1.CreateServiceAccountKey",
		Actions: []entitlement.Action{"iam.serviceAccountKeys.create"}, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
		Resources: []auditlog.Resource{
			{ID: "//iam.googleapis.com/projects/shop-prod/serviceAccounts/deploy@shop-prod.iam.gserviceaccount.com", Type: "iam.googleapis.com/ServiceAccount"},
			{ID: "//iam.googleapis.com/projects/-/serviceAccounts/7001", Type: "iam.googleapis.com/ServiceAccount"},
		},
		Address: "203.0.113.5", UserAgent: "gcloud", Region: "europe-west1", RequestID: "op-1", Issued: []entitlement.AccessKeyID{"k10"},
		Detail: "service-1@gcp-sa-cloudbuild.iam.gserviceaccount.com user:Alice@example.com projects/-/serviceAccounts/7001 " +
			"projects/shop-prod/serviceAccounts/deploy@shop-prod.iam.gserviceaccount.com/keys/k10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPermissions says which permissions a call used or was refused for want of.
func TestPermissions(t *testing.T) {
	t.Parallel()
	const yes, no, silent = `{"permission":"storage.buckets.create","granted":true}`, `{"permission":"storage.buckets.get","granted":false}`, `{"permission":"storage.buckets.list"}`
	for _, test := range []struct{ name, members, want string }{
		{"granted", `"authorizationInfo":[` + yes + `]`, "success  [storage.buckets.create] 1"},
		{"as text", `"authorizationInfo":[{"permission":"storage.buckets.create","granted":"true"}]`, "success  [storage.buckets.create] 1"},
		{"twice", `"authorizationInfo":[` + yes + `,` + yes + `]`, "success  [storage.buckets.create] 1"},
		{"not granted", `"authorizationInfo":[` + no + `]`, "authorization_failure  [storage.buckets.get] 1"},
		{"refused", `"status":{"code":7,"message":"no"},"authorizationInfo":[` + silent + `]`, "authorization_failure PERMISSION_DENIED [storage.buckets.list] 1"},
		{"some refused", `"status":{"code":7},"authorizationInfo":[` + yes + `,` + no + `,` + silent + `]`, "authorization_failure PERMISSION_DENIED [storage.buckets.get storage.buckets.list] 1"},
		{"refused otherwise", `"status":{"code":7},"authorizationInfo":[` + yes + `]`, "authorization_failure PERMISSION_DENIED [storage.buckets.create] 1"},
		{"some not needed", `"status":{},"authorizationInfo":[` + yes + `,` + no + `]`, "success  [storage.buckets.create] 1"},
		{"it does not say", `"status":{},"authorizationInfo":[` + silent + `]`, "success  [storage.buckets.list] 1"},
		{"failed", `"status":{"code":5},"authorizationInfo":[` + yes + `]`, "error NOT_FOUND [storage.buckets.create] 1"},
		{"without credentials", `"status":{"code":16}`, "authorization_failure UNAUTHENTICATED [storage.buckets.create] 1"},
		{"of HTTP", `"status":{"code":403}`, "authorization_failure 403 [storage.buckets.create] 1"},
		{"by the method", `"status":{}`, "success  [storage.buckets.create] 1"},
		{"an unknown method", `"methodName":"storage.frobnicate"`, "success  [] 0"},
		{"version 2", `"authorizationInfo":[{"permission":"storage.googleapis.com/buckets.create","granted":true}]`, "success  [storage.buckets.create] 1"},
		{"of Kubernetes", `"authorizationInfo":[{"permission":"io.k8s.core.v1.pods.create","granted":true}]`, "success  [io.k8s.core.v1.pods.create] 1"},
		{"a test", `"methodName":"google.iam.v1.IAMPolicy.TestIamPermissions","authorizationInfo":[` + yes + `]`, "success  [] 2"},
		{"another test", `"methodName":"storage.buckets.testIamPermissions","authorizationInfo":[` + yes + `]`, "success  [] 2"},
	} {
		ev := one(t, audit(test.members))
		if got := fmt.Sprintf("%s %s %v %d", ev.Outcome, ev.ErrorCode, ev.Actions, ev.Mapping); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestOperations counts an operation with its first entry, and an entry in
// several parts with the first part.
func TestOperations(t *testing.T) {
	t.Parallel()
	for member, want := range map[string]bool{
		`"operation":{"id":"o","first":true},`:                true,
		`"operation":{"id":"o","last":true},`:                 false,
		`"operation":{"id":"o","first":true,"last":true},`:    true,
		`"operation":{"id":"o"},`:                             true,
		`"operation":null,`:                                   true,
		`"split":{"uid":"u","index":0,"totalSplits":2},`:      true,
		`"split":{"uid":"u","index":1,"totalSplits":2},`:      false,
		`"split":{"uid":"u","index":"1","total_splits":"2"},`: false,
	} {
		ev := one(t, strings.Replace(audit(`"status":{}`), `"insertId"`, member+`"insertId"`, 1))
		if got := ev.Mapping == auditlog.Mapped; got != want {
			t.Errorf("%s: a use: %v, want %v", member, got, want)
		}
	}
	doc := audit(`"status":{}`)
	part := strings.Replace(doc, `"insertId"`, `"split":{"uid":"u","index":1},"insertId"`, 1)
	if list, stats, _ := events(t, doc+part+doc); len(list) != 2 || stats.Rejected["duplicate"] != 1 {
		t.Errorf("%d events, %+v; want two, and one that came twice", len(list), stats)
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	agent := `{"firstPartyPrincipal":{"principalEmail":"service-1@compute-system.iam.gserviceaccount.com"}}`
	for info, want := range map[string]string{
		`{"principalEmail":"Alice@Example.com"}`:                                                          "alice@example.com user ",
		`{"principalEmail":"a@p.iam.gserviceaccount.com","serviceAccountDelegationInfo":[` + agent + `]}`: "a@p.iam.gserviceaccount.com service_account ",
		`{"principalEmail":"a@p.iam.gserviceaccount.com","serviceAccountDelegationInfo":[` + agent + `,{"firstPartyPrincipal":{"principalEmail":"Bob@example.com"}},{"firstPartyPrincipal":{"principalEmail":"carol@example.com"}}]}`: "a@p.iam.gserviceaccount.com service_account bob@example.com",
		`{"principal_email":"a@p.iam.gserviceaccount.com","service_account_delegation_info":[{"first_party_principal":{"principal_email":"bob@example.com"}}]}`:                                                                       "a@p.iam.gserviceaccount.com service_account bob@example.com",
		`{"principalEmail":"a@p.iam.gserviceaccount.com","serviceAccountDelegationInfo":[{"principalSubject":"principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/gh/subject/Repo:x"}]}`:                 "a@p.iam.gserviceaccount.com service_account principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/gh/subject/Repo:x",
		`{"principalSubject":"principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/gh/subject/Repo:x"}`:                                                                                                   "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/gh/subject/Repo:x workload_identity ",
		`{"principalSubject":"principal://iam.googleapis.com/locations/global/workforcePools/w/subject/x"}`:                                                                                                                           "principal://iam.googleapis.com/locations/global/workforcePools/w/subject/x workforce_identity ",
		`{"principalSubject":"user:Alice@example.com"}`:                         "alice@example.com user ",
		`{"principalEmail":"service-1@gcp-sa-logging.iam.gserviceaccount.com"}`: "service-1@gcp-sa-logging.iam.gserviceaccount.com service_agent  by service",
		`{"principalEmail":"1@cloudservices.gserviceaccount.com"}`:              "1@cloudservices.gserviceaccount.com service_agent  by service",
		`{"principalEmail":"system@google.com"}`:                                "system@google.com google  by service",
		`{"principalEmail":"system:serviceaccount:kube-system:x"}`:              "system:serviceaccount:kube-system:x kubernetes ",
		`{}`:   " anonymous ",
		`null`: " anonymous ",
	} {
		ev := one(t, strings.Replace(audit(`"status":{}`), `{"principalEmail":"A@example.com"}`, info, 1))
		got := fmt.Sprintf("%s %s %s", ev.Identity, ev.IdentityType, ev.Session)
		if ev.ByService {
			got += " by service"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", info, got, want)
		}
	}
}

func TestWhereAndWhat(t *testing.T) {
	t.Parallel()
	log := func(name string) string {
		return strings.Replace(audit(`"status":{}`), "projects/p/logs/cloudaudit.googleapis.com%2Factivity", name, 1)
	}
	for doc, want := range map[string]string{
		log("projects/p/logs/cloudaudit.googleapis.com%2Factivity"):                                                                          "p data=false read=false 1",
		log("projects/p/logs/cloudaudit.googleapis.com/data_access"):                                                                         "p data=true read=false 1",
		log("projects/q/logs/cloudaudit.googleapis.com%2Fsystem_event"):                                                                      "q data=false read=false 2",
		log("organizations/1/logs/cloudaudit.googleapis.com%2Factivity"):                                                                     "p data=false read=false 1",
		log("projects/77/logs/cloudaudit.googleapis.com%2Factivity"):                                                                         "p data=false read=false 1",
		strings.Replace(log("organizations/1/logs/x"), `"project_id":"p"`, `"a":"b"`, 1):                                                     " data=false read=false 1",
		strings.ReplaceAll(log("projects/p/logs/cloudaudit.googleapis.com%2Fdata_access"), "storage.buckets.create", "storage.buckets.list"): "p data=true read=true 1",
	} {
		ev := one(t, doc)
		if got := fmt.Sprintf("%s data=%v read=%v %d", ev.System, ev.DataEvent, ev.ReadOnly, ev.Mapping); got != want {
			t.Errorf("%s: got %s, want %s", doc, got, want)
		}
	}
	for members, want := range map[string]string{
		`"resourceName":"projects/_/buckets/b"`:             "[{//storage.googleapis.com/b storage.googleapis.com/Bucket}]",
		`"resourceName":"projects/_/buckets/b/objects/a/c"`: "[{//storage.googleapis.com/b/objects/a/c }]",
		`"resourceName":"projects/p","authorizationInfo":[{"resource":"projects/p","permission":"x.y.z","granted":true,"resourceAttributes":{"type":"iam.googleapis.com/ServiceAccount"}}]`:                                                                                    "[{//cloudresourcemanager.googleapis.com/projects/p cloudresourcemanager.googleapis.com/Project}]",
		`"serviceName":"compute.googleapis.com","resourceName":"projects/p/zones/z/instances/i","authorizationInfo":[{"permission":"compute.disks.use","granted":true,"resourceAttributes":{"service":"compute","name":"projects/p/zones/z/disks/d","type":"compute.disks"}}]`: "[{//compute.googleapis.com/projects/p/zones/z/instances/i compute.googleapis.com/Instance} {//compute.googleapis.com/projects/p/zones/z/disks/d compute.googleapis.com/Disk}]",
		`"serviceName":"compute.googleapis.com","resourceName":"projects/77/zones/z/instances/i","authorizationInfo":[{"permission":"compute.instances.get","granted":true,"resource":"projects/p/zones/z/instances/i"}]`:                                                      "[{//compute.googleapis.com/projects/p/zones/z/instances/i compute.googleapis.com/Instance}]",
		`"serviceName":"compute.googleapis.com","resourceName":"projects/77/zones/z/instances/i","authorizationInfo":[{"permission":"compute.instances.get","granted":true,"resource":"projects/p/zones/z/instances/j"}]`:                                                      "[{//compute.googleapis.com/projects/77/zones/z/instances/i compute.googleapis.com/Instance} {//compute.googleapis.com/projects/p/zones/z/instances/j compute.googleapis.com/Instance}]",
		`"resourceName":""`: "[]",
	} {
		if got := fmt.Sprint(one(t, audit(members)).Resources); got != want {
			t.Errorf("%s: got %s, want %s", members, got, want)
		}
	}
}

func TestWhatIsNoAuditRecord(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		`{"insertId":"1","logName":"projects/p/logs/requests","timestamp":"2025-01-01T00:00:00Z","jsonPayload":{"@type":"type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry"}}`: "not_audit | doc: record 1 at byte 0 | is no record of an audit log: its jsonPayload is a google.cloud.loadbalancing.type.LoadBalancerLogEntry",
		`{"insertId":"1","logName":"projects/p/logs/compute.googleapis.com%2Fvpc_flows","timestamp":"2025-01-01T00:00:00Z","jsonPayload":{"connection":{}}}`:                                          "not_audit | doc: record 1 at byte 0 | is no record of an audit log: it holds a jsonPayload, of the log projects/p/logs/compute.googleapis.com/vpc_flows",
		`{"insertId":"1","logName":"projects/p/logs/x","timestamp":"2025-01-01T00:00:00Z","textPayload":"hello"}`:                                                                                     "not_audit | doc: record 1 at byte 0 | is no record of an audit log: it holds a textPayload, of the log projects/p/logs/x",
		`{"insertId":"1","logName":"projects/p/logs/x","timestamp":"2025-01-01T00:00:00Z","protoPayload":{"@type":"type.googleapis.com/google.appengine.logging.v1.RequestLog"}}`:                     "not_audit | doc: record 1 at byte 0 | is no record of an audit log: its protoPayload is a google.appengine.logging.v1.RequestLog",
		`{"logName":"projects/p/logs/x","timestamp":"2025-01-01T00:00:00Z"}`:                                                                                                                          "not_audit | doc: record 1 at byte 0 | is no record of an audit log: it has no payload, of the log projects/p/logs/x",
		`{"apples":1}`: "unsupported_shape | doc: record 1 at byte 0 | is no entry of Cloud Logging: it has neither logName nor protoPayload; export entries as gcloud logging read --format=json or a sink writes them",
		strings.Replace(audit(`"status":{}`), `"methodName":"storage.buckets.create",`, "", 1): "missing_field | doc: record 1 at byte 0 | protoPayload.methodName is missing: not an audit record, or one cut down by an export",
		strings.Replace(audit(`"status":{}`), `"timestamp":"2025-01-01T00:00:00.5Z",`, "", 1):  "missing_field | doc: record 1 at byte 0 | timestamp is missing: not an audit record, or one cut down by an export",
		strings.Replace(audit(`"status":{}`), "2025-01-01T00:00:00.5Z", "today", 1):            `bad_time | doc: record 1 at byte 0 | timestamp: "today" is not a time such as 2006-01-02T15:04:05Z`,
		`{"message":{"data":"!!!","messageId":"1"},"subscription":"s"}`:                        "invalid_json | doc: record 1 at byte 0 | the record within is not a JSON object; export it again",
	} {
		if list, stats, got := events(t, doc); len(list) != 0 || stats.In != 1 || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %d events, %+v, %q; want %q", doc, len(list), stats, got, want)
		}
	}
}
