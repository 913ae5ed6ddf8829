package starter_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/embedded"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// organisation is the sample tenant, with some events of the other clouds and of
// the suite itself.
type organisation struct {
	truth  *tenant.Truth
	attack *tenant.Attack
	events []auditlog.Event
}

// sample generates one tenant for all tests that read it.
func sample(t *testing.T) *organisation {
	t.Helper()
	o, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var shared = sync.OnceValues(func() (*organisation, error) {
	dir, err := os.MkdirTemp("", "starter")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := tenant.Generate(tenant.Options{Size: 1000, Seed: 77, SuperShare: 0.15, Out: dir}); err != nil {
		return nil, err
	}
	o := &organisation{}
	if o.truth, o.attack, err = tenant.ReadTruth(dir); err != nil {
		return nil, err
	}
	now := func() time.Time { return o.truth.Until }
	_, _, err = aws.ReadEvents(context.Background(), filepath.Join(dir, "aws", "cloudtrail"), aws.EventOptions{Now: now}, func(e *auditlog.Event) error {
		kept := *e
		kept.Actions, kept.Resources, kept.Issued = slices.Clone(e.Actions), slices.Clone(e.Resources), slices.Clone(e.Issued)
		o.events = append(o.events, kept)
		return nil
	})
	o.events = append(o.events, elsewhere(o.truth.Until)...)
	return o, err
})

// elsewhere are events that the sample tenant does not have.
func elsewhere(until time.Time) []auditlog.Event {
	const vm = "Microsoft.Compute/virtualMachines/"
	var list []auditlog.Event
	add := func(cloud entitlement.Cloud, name, action string, outcome auditlog.Outcome, f func(*auditlog.Event)) {
		e := auditlog.Event{
			ID: fmt.Sprintf("elsewhere-%d", len(list)), Time: until.Add(-time.Duration(len(list)+1) * time.Minute), Cloud: cloud, System: "elsewhere-1",
			Identity: entitlement.IdentityID(name), IdentityName: name, Name: action, Actions: []entitlement.Action{entitlement.Action(action)},
			Mapping: auditlog.Mapped, Outcome: outcome, Address: "198.51.100.7",
		}
		if f != nil {
			f(&e)
		}
		list = append(list, e)
	}
	identityType := func(s string) func(*auditlog.Event) { return func(e *auditlog.Event) { e.IdentityType = s } }
	key := func(s entitlement.AccessKeyID) func(*auditlog.Event) {
		return func(e *auditlog.Event) { e.AccessKey = s }
	}
	resource := func(s entitlement.ResourceID) func(*auditlog.Event) {
		return func(e *auditlog.Event) { e.Resources = []auditlog.Resource{{ID: "/other"}, {ID: s}} }
	}
	const ok, no = auditlog.Success, auditlog.AuthorizationFailure
	add(entitlement.Azure, "ana", "Microsoft.Authorization/roleAssignments/write", ok, nil)
	add(entitlement.Azure, "ben", "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE", ok, nil)
	add(entitlement.Azure, "ben", "Microsoft.Authorization/roleAssignments/write", no, nil)
	add(entitlement.Azure, "MS-PIM", "Microsoft.Authorization/roleAssignments/write", ok, nil)
	add(entitlement.Azure, "ben", vm+"deallocate/action", ok, nil)
	add(entitlement.Azure, "ben", vm+"powerOff/action", no, nil)
	add(entitlement.Azure, "ben", "MICROSOFT.COMPUTE/VIRTUALMACHINES/RESTART/ACTION", ok, nil)
	add(entitlement.Azure, "ben", vm+"start/action", ok, nil)
	add(entitlement.Azure, "app", vm+"read", ok, identityType("ManagedIdentity"))
	add(entitlement.Azure, "ben", vm+"read", ok, resource("/subscriptions/s/resourceGroups/payments/x"))
	add(entitlement.Azure, "emergency-1", vm+"read", ok, nil)
	add(entitlement.GCP, "ana@example.com", "cloudsql.instances.create", ok, nil)
	add(entitlement.GCP, "ana@example.com", "cloudsql.databases.create", no, nil)
	add(entitlement.GCP, "ana@example.com", "resourcemanager.projects.setIamPolicy", ok, nil)
	add(entitlement.GCP, "sa@example.com", "storage.objects.get", no, key("projects/p/serviceAccounts/sa/keys/1"))
	add(entitlement.GCP, "sa@example.com", "storage.objects.get", no, nil)
	add(entitlement.GCP, "sa@example.com", "storage.objects.get", ok, key("projects/p/serviceAccounts/sa/keys/1"))
	add(entitlement.Platform, "ana", "leastward:ApplyStep", ok, nil)
	add(entitlement.Platform, "ana", "leastward:ApprovePlan", ok, nil)
	add(entitlement.Platform, "ana", "leastward:CreateQuery", ok, nil)
	add(entitlement.AWS, "ana", "leastward:ApplyStep", ok, nil) // Not of the Platform.
	add(entitlement.AWS, "ana", "iam:CreateUser", ok, nil)
	add(entitlement.AWS, "ana", "iam:CreateUser", no, nil)
	add(entitlement.AWS, "ITAdmins", "iam:CreateUser", ok, func(e *auditlog.Event) { e.Identity = "arn:aws:iam::111111111111:role/team/ITAdmins" })
	add(entitlement.AWS, "Break-Glass-2", "s3:ListBucket", ok, nil)
	add(entitlement.AWS, "root", "s3:ListBucket", ok, func(e *auditlog.Event) { e.IdentityType, e.InvokedBy = "Root", "backup.amazonaws.com" })
	add(entitlement.AWS, "ana", "s3:GetObject", no, nil)
	add(entitlement.AWS, "tagged", "s3:ListBucket", ok, resource("arn:aws:s3:::tagged"))
	return list
}

func fill(t *testing.T, o *organisation) auditlog.Store {
	t.Helper()
	store := empty(t, o)
	addAll(t, store, o)
	return store
}

func empty(t *testing.T, o *organisation) auditlog.Store {
	t.Helper()
	store, err := embedded.Open(embedded.Options{
		Dir: t.TempDir(), Catalog: catalog.AWS(), MinFreeBytes: -1, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return o.truth.Until },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func addAll(t *testing.T, store auditlog.Store, o *organisation) {
	t.Helper()
	for batch := range slices.Chunk(o.events, 1000) {
		if _, err := store.Add(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// meaning knows one tag: of one resource.
func meaning(o *organisation) logsql.Options {
	return logsql.Options{
		Now: o.truth.Until, Catalog: catalog.AWS(),
		Tagged: func(field query.Field, key, _ string, _ query.Operator) ([]string, error) {
			if field == query.ResourceTag && key == "critical" {
				return []string{"arn:aws:s3:::tagged"}, nil
			}
			return nil, nil
		},
	}
}
