package trace_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// minute is a point of time of a story.
func minute(n int) time.Time { return time.Date(2026, 1, 2, 3, n, 0, 0, time.UTC) }

// cloudEvents fills in what all events of a story have.
func cloudEvents(cloud entitlement.Cloud, events ...auditlog.Event) []auditlog.Event {
	for i := range events {
		ev := &events[i]
		ev.ID, ev.Time, ev.Cloud, ev.System, ev.Mapping = "e"+string(rune('a'+i)), minute(i), cloud, "system", auditlog.Mapped
		if ev.Outcome == "" {
			ev.Outcome = auditlog.Success
		}
	}
	return events
}

const (
	ci     = "ci@p.iam.gserviceaccount.com"
	helper = "helper@p.iam.gserviceaccount.com"
	secret = "0123456789abcdef0123456789abcdef01234567"
)

func gcpStory() []auditlog.Event {
	on := func(names ...string) (list []auditlog.Resource) {
		for _, n := range names {
			list = append(list, auditlog.Resource{ID: entitlement.ResourceID(n)})
		}
		return list
	}
	do := func(actions ...entitlement.Action) []entitlement.Action { return actions }
	return cloudEvents(entitlement.GCP,
		auditlog.Event{Identity: "eve@example.com", Source: "iam.googleapis.com", Name: "google.iam.admin.v1.CreateServiceAccount", Actions: do("iam.serviceAccounts.create"), Resources: on("//cloudresourcemanager.googleapis.com/projects/p"), Detail: "helper " + helper, Address: "198.51.100.7"},
		auditlog.Event{Identity: "eve@example.com", Source: "cloudresourcemanager.googleapis.com", Name: "SetIamPolicy", Actions: do("resourcemanager.projects.setIamPolicy"), Resources: on("//cloudresourcemanager.googleapis.com/projects/p"), Detail: "ADD roles/owner serviceAccount:" + helper + " allUsers"},
		auditlog.Event{Identity: "eve@example.com", Source: "iam.googleapis.com", Name: "google.iam.admin.v1.CreateServiceAccountKey", Actions: do("iam.serviceAccountKeys.create"), Resources: on("//iam.googleapis.com/projects/p/serviceAccounts/" + ci), Issued: []entitlement.AccessKeyID{secret}},
		auditlog.Event{Identity: "eve@example.com", Source: "iamcredentials.googleapis.com", Name: "GenerateAccessToken", Actions: do("iam.serviceAccounts.getAccessToken"), Resources: on("//iam.googleapis.com/projects/-/serviceAccounts/" + ci)},
		auditlog.Event{Identity: ci, Session: "eve@example.com", Source: "secretmanager.googleapis.com", Name: "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", Actions: do("secretmanager.versions.access"), Resources: on("//secretmanager.googleapis.com/projects/p/secrets/db/versions/1")},
		auditlog.Event{Identity: ci, AccessKey: secret, Source: "logging.googleapis.com", Name: "google.logging.v2.ConfigServiceV2.DeleteSink", Actions: do("logging.sinks.delete"), Resources: on("//logging.googleapis.com/projects/p/sinks/audit"), Address: "203.0.113.9"},
		auditlog.Event{Identity: helper, Source: "storage.googleapis.com", Name: "storage.objects.get", Actions: do("storage.objects.get"), Resources: on("//storage.googleapis.com/payroll/objects/2026/jan.csv")},
		auditlog.Event{Identity: ci, Source: "storage.googleapis.com", Name: "storage.objects.list", Actions: do("storage.objects.list"), Address: "192.0.2.1"},
	)
}

// sentences returns the sentences of a graph's timeline without what is minor.
func sentences(g *trace.Graph) (list []string) {
	for _, e := range g.Timeline() {
		if !e.Minor {
			list = append(list, e.Sentence)
		}
	}
	return list
}

func traced(t *testing.T, events []auditlog.Event, s trace.Start) *trace.Graph {
	t.Helper()
	tracer, err := trace.New(trace.Options{Source: newMemory(events), Now: func() time.Time { return minute(59) }})
	if err != nil {
		t.Fatal(err)
	}
	g, err := tracer.Trace(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestTraceOfGoogleCloud(t *testing.T) {
	t.Parallel()
	g := traced(t, gcpStory(), trace.Start{Identity: "Eve@Example.com"})
	want := []string{
		"user eve@example.com created service account helper@p.iam.gserviceaccount.com: iam:CreateServiceAccount",
		"user eve@example.com acted from 198.51.100.7",
		"user eve@example.com changed the permissions of project p: cloudresourcemanager:SetIamPolicy, naming roles/owner, serviceAccount:helper@p.iam.gserviceaccount.com, everybody",
		"user eve@example.com created access key 0123456789abcdef0123456789abcdef01234567 of ci@p.iam.gserviceaccount.com: iam:CreateServiceAccountKey",
		"user eve@example.com began session eve@example.com of service account ci@p.iam.gserviceaccount.com: iamcredentials:GenerateAccessToken",
		"session eve@example.com of service account ci@p.iam.gserviceaccount.com read secret db: secretmanager:AccessSecretVersion",
		"access key 0123456789abcdef0123456789abcdef01234567 of ci@p.iam.gserviceaccount.com was used from 203.0.113.9",
		"service account ci@p.iam.gserviceaccount.com weakened defences at sink audit: logging:DeleteSink",
		"service account helper@p.iam.gserviceaccount.com read bucket payroll: storage:objects.get",
	}
	got := sentences(g)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const (
	mallory = "11111111-2222-4333-8444-555555555555"
	app     = "aaaaaaaa-2222-4333-8444-555555555555"
	appKey  = "bbbbbbbb-2222-4333-8444-555555555555"
	owner   = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
)

func azureStory() []auditlog.Event {
	on := func(id, typ string) []auditlog.Resource {
		return []auditlog.Resource{{ID: entitlement.ResourceID(id), Type: typ}}
	}
	const sub = "/subscriptions/99999999-2222-4333-8444-555555555555"
	do := func(a entitlement.Action) []entitlement.Action { return []entitlement.Action{a} }
	events := cloudEvents(entitlement.Azure,
		auditlog.Event{Identity: mallory, IdentityName: "mallory@example.com", IdentityType: "User", Source: "Microsoft.aadiam", Name: "Sign-in activity", Address: "198.51.100.7"},
		auditlog.Event{Identity: mallory, IdentityName: "mallory@example.com", Source: "Microsoft.aadiam", Name: "Add service principal credentials", Resources: on(app, "ServicePrincipal"), Issued: []entitlement.AccessKeyID{appKey}},
		auditlog.Event{Identity: mallory, IdentityName: "mallory@example.com", Source: "Microsoft.Authorization", Name: "Microsoft.Authorization/roleAssignments/write", Actions: do("Microsoft.Authorization/roleAssignments/write"), Resources: on(sub+"/providers/Microsoft.Authorization/roleAssignments/1", "Microsoft.Authorization/roleAssignments"), Detail: app + " " + sub + "/providers/Microsoft.Authorization/roleDefinitions/" + owner},
		auditlog.Event{Identity: app, IdentityName: "backup", IdentityType: "ServicePrincipal", AccessKey: appKey, Source: "Microsoft.aadiam", Name: "Sign-in activity", Address: "203.0.113.9"},
		auditlog.Event{Identity: app, IdentityName: "backup", Source: "Microsoft.Storage", Name: "Microsoft.Storage/storageAccounts/listKeys/action", Actions: do("Microsoft.Storage/storageAccounts/listKeys/action"), Resources: on(sub+"/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/payroll", "Microsoft.Storage/storageAccounts")},
		auditlog.Event{Identity: app, IdentityName: "backup", Source: "Microsoft.Insights", Name: "Microsoft.Insights/DiagnosticSettings/Delete", Actions: do("Microsoft.Insights/DiagnosticSettings/Delete"), Resources: on(sub+"/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/payroll/providers/Microsoft.Insights/diagnosticSettings/d", "Microsoft.Insights/diagnosticSettings")},
		auditlog.Event{Identity: app, IdentityName: "backup", Source: "Microsoft.Compute", Name: "Microsoft.Compute/virtualMachines/runCommand/action", Actions: do("Microsoft.Compute/virtualMachines/runCommand/action"), Resources: on(sub+"/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web", "Microsoft.Compute/virtualMachines"), Outcome: auditlog.AuthorizationFailure},
	)
	return events
}

func TestTraceOfAzure(t *testing.T) {
	t.Parallel()
	g := traced(t, azureStory(), trace.Start{Identity: entitlement.IdentityID(strings.ToUpper(mallory))})
	want := []string{
		"mallory@example.com signed in from 198.51.100.7: Microsoft.aadiam:Sign-in activity",
		"mallory@example.com created access key bbbbbbbb-2222-4333-8444-555555555555 of aaaaaaaa-2222-4333-8444-555555555555: Microsoft.aadiam:Add service principal credentials",
		"mallory@example.com changed the permissions of role assignment 1: Microsoft.Authorization:roleAssignments/write, naming aaaaaaaa-2222-4333-8444-555555555555, Owner",
		"backup signed in from 203.0.113.9: Microsoft.aadiam:Sign-in activity",
		"backup read storage account payroll: Microsoft.Storage:storageAccounts/listKeys/action",
		"backup weakened defences at diagnostic setting d: Microsoft.Insights:DiagnosticSettings/Delete",
		"backup tried to run code on virtual machine web: Microsoft.Compute:virtualMachines/runCommand/action (denied)",
	}
	if diff := cmp.Diff(want, sentences(g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	back := traced(t, azureStory(), trace.Start{AccessKey: appKey})
	if got := sentences(back); !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "mallory") }) {
		t.Errorf("from the key nothing leads back to who made it: %q", got)
	}
}
