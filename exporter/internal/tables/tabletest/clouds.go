package tabletest

import (
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// The systems of [Clouds].
const (
	Subscription = entitlement.SystemID("0b1f6471-1bf0-4dda-aec3-cb9272f09590")
	Project      = entitlement.SystemID("shop")
)

// Clouds returns the state of a subscription of Azure and a project of Google
// Cloud, just read.
func Clouds() *collector.Snapshot {
	return &collector.Snapshot{Results: []*collector.Result{azure(), gcp()}}
}

const (
	subscription entitlement.ResourceID = "/subscriptions/" + entitlement.ResourceID(Subscription)
	inGroup                             = subscription + "/resourceGroups/rg"
	machine                             = inGroup + "/providers/Microsoft.Compute/virtualMachines/vm"
	files                               = inGroup + "/providers/Microsoft.Storage/storageAccounts/files"
	project                             = "//cloudresourcemanager.googleapis.com/projects/shop"
	bucket                              = "//storage.googleapis.com/shop-files"
)

func someone(s entitlement.SystemID, kind entitlement.Kind, id string, groups ...entitlement.IdentityID) entitlement.Identity {
	return entitlement.Identity{
		ID: entitlement.IdentityID(id), Name: id, System: s, Kind: kind, Groups: groups, Created: Now().AddDate(-1, 0, 0), Owner: "ops",
	}
}

func used(cloud entitlement.Cloud, s entitlement.SystemID, id entitlement.IdentityID, action entitlement.Action, on entitlement.ResourceID) *auditlog.Event {
	return &auditlog.Event{
		Time: Now().AddDate(0, 0, -1), Cloud: cloud, System: s, Identity: id, Outcome: auditlog.Success,
		Actions: []entitlement.Action{action}, Resources: []auditlog.Resource{{ID: on}},
	}
}

// azure has an owner, operators in a group within a group, a guest who may
// activate a role, an application with a secret, and a function.
func azure() *collector.Result {
	grant := func(role entitlement.RoleID, member string, scope entitlement.ResourceID) entitlement.RoleGrant {
		return entitlement.RoleGrant{
			ID: string(scope) + "/providers/Microsoft.Authorization/roleAssignments/" + member, Role: role, Member: member, Scope: scope,
		}
	}
	app := someone(Subscription, entitlement.ServicePrincipal, "app")
	app.Keys = []entitlement.AccessKey{{ID: "secret", Active: true, Created: Now().AddDate(0, 0, -200)}}
	visitor := someone(Subscription, entitlement.User, "visitor")
	visitor.Guest = true
	work := someone(Subscription, entitlement.Function, "work")
	work.RunsAs = "managed"
	eligible := grant("b24988ac-6180-42a0-ab88-20f7382dd24c", "visitor", subscription) // Contributor.
	eligible.Eligible = true
	return Result(&entitlement.Inventory{
		System: entitlement.System{ID: Subscription, Cloud: entitlement.Azure, Name: "shop production"}, CollectedAt: Now(),
		Identities: []entitlement.Identity{
			someone(Subscription, entitlement.User, "owner"), someone(Subscription, entitlement.User, "ben", "inner"), visitor,
			someone(Subscription, entitlement.Group, "inner", "outer"), someone(Subscription, entitlement.Group, "outer"),
			app, someone(Subscription, entitlement.ManagedIdentity, "managed"), work,
		},
		Roles: map[entitlement.RoleID]entitlement.RoleDefinition{"starter": {
			ID: "starter", Name: "Machine starter", Blocks: []entitlement.PermissionBlock{{Actions: []string{"Microsoft.Compute/virtualMachines/*"}, NotActions: []string{"*/delete"}}},
		}},
		Grants: []entitlement.RoleGrant{
			grant("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "owner", subscription), grant("starter", "outer", inGroup), eligible,
			grant("acdd72a7-3385-48ef-bd42-f606fba81ae7", "app", subscription),
			grant("2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "managed", files), grant("acdd72a7-3385-48ef-bd42-f606fba81ae7", "stranger", subscription),
		},
		Denials: []entitlement.Denial{{ID: "denial", Name: "No keys", Scope: files, Rules: []entitlement.DenialRule{{
			Blocks: []entitlement.PermissionBlock{{Actions: []string{"Microsoft.Storage/storageAccounts/listKeys/action"}}}, Members: []string{"owner"},
		}}}},
		Resources: []entitlement.Resource{
			{ID: files, Type: "Microsoft.Storage/storageAccounts", Name: "files", Tags: map[string]string{"owner": "data"}, Bucket: &entitlement.Bucket{Encryption: entitlement.EncryptionProvider}},
			{ID: machine, Type: "Microsoft.Compute/virtualMachines", Name: "vm"},
		},
		SecurityGroups: []entitlement.SecurityGroup{{ID: inGroup + "/providers/Microsoft.Network/networkSecurityGroups/open", Name: "open", Inbound: []entitlement.InboundRule{
			{Protocol: "tcp", From: 22, To: 22, Source: "0.0.0.0/0"},
		}}},
	}, Now(), used(entitlement.Azure, Subscription, "ben", "Microsoft.Compute/virtualMachines/start/action", machine))
}

// gcp has an owner, a user of another domain, a service account of its own with
// a key and one of another project, the public on a bucket, and a function.
func gcp() *collector.Result {
	const deploy = "deploy@shop.iam.gserviceaccount.com"
	grant := func(role entitlement.RoleID, member string, scope entitlement.ResourceID) entitlement.RoleGrant {
		return entitlement.RoleGrant{ID: string(scope) + "#" + member, Role: role, Member: member, Scope: scope}
	}
	own := someone(Project, entitlement.ServiceAccount, deploy)
	own.Keys = []entitlement.AccessKey{{ID: "key", Active: true, Created: Now().AddDate(0, 0, -20)}}
	visitor := someone(Project, entitlement.User, "eve@else.example")
	visitor.Guest = true
	work := someone(Project, entitlement.Function, "//cloudfunctions.googleapis.com/projects/shop/locations/eu/functions/work")
	work.RunsAs = deploy
	return Result(&entitlement.Inventory{
		System: entitlement.System{ID: Project, Cloud: entitlement.GCP, Number: "123456789012", Name: "Shop"}, CollectedAt: Now(),
		Domains: map[string]string{"shop.example": "C01"},
		Identities: []entitlement.Identity{
			someone(Project, entitlement.User, "ana@shop.example"), visitor, own,
			someone(Project, entitlement.ServiceAccount, "backup@other.iam.gserviceaccount.com"), work,
		},
		Roles: map[entitlement.RoleID]entitlement.RoleDefinition{"projects/shop/roles/cleaner": {
			ID: "projects/shop/roles/cleaner", Name: "Cleaner", Blocks: []entitlement.PermissionBlock{{Actions: []string{"storage.objects.delete", "storage.objects.list"}}},
		}},
		Grants: []entitlement.RoleGrant{
			grant("roles/owner", "user:ana@shop.example", project), grant("roles/viewer", "user:eve@else.example", project),
			grant("projects/shop/roles/cleaner", "serviceAccount:"+deploy, project), grant("roles/storage.objectViewer", "serviceAccount:backup@other.iam.gserviceaccount.com", bucket),
			grant("roles/storage.objectViewer", "allUsers", bucket),
		},
		Resources: []entitlement.Resource{{ID: bucket, Type: "storage.googleapis.com/Bucket", Name: "shop-files", Bucket: &entitlement.Bucket{
			Encryption: entitlement.EncryptionCustomer, PublicAllowed: entitlement.Yes, ObjectACLs: entitlement.No,
		}}},
	}, Now(), used(entitlement.GCP, Project, "ana@shop.example", "storage.buckets.create", bucket))
}
