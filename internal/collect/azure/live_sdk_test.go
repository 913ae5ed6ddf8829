package azure_test

import (
	"context"
	"net/http"
	"path"
	"slices"
	"testing"
	"time"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2/fake"

	"github.com/leastward/leastward/internal/entitlement"
)

// sdkServers answer requests about access control as the SDK's own fakes do,
// everything else as the cloud does.
type sdkServers struct {
	fakes *fake.ServerFactoryTransport
	rest  http.Client
}

// Do sends a request.
func (s *sdkServers) Do(req *http.Request) (*http.Response, error) {
	method := map[string]string{
		"roleAssignments": "RoleAssignmentsClient.NewListForSubscriptionPager", "roleDefinitions": "RoleDefinitionsClient.NewListPager",
		"denyAssignments": "DenyAssignmentsClient.NewListPager", "classicAdministrators": "ClassicAdministratorsClient.NewListPager",
		"roleEligibilityScheduleInstances": "RoleEligibilityScheduleInstancesClient.NewListForScopePager",
		"roleAssignmentScheduleInstances":  "RoleAssignmentScheduleInstancesClient.NewListForScopePager",
	}
	dir, last := path.Split(req.URL.Path)
	if method[last] == "" {
		last = path.Base(dir) // The fakes' next pages are below the list.
	}
	if method[last] == "" {
		return s.rest.Do(req) //nolint:gosec // To the test's own server.
	}
	return s.fakes.Do(req.WithContext(context.WithValue(req.Context(), runtime.CtxAPINameKey{}, method[last])))
}

const definition = "/subscriptions/" + production + "/providers/Microsoft.Authorization/roleDefinitions/" + custom

func sdkAssignment(name, principal string) *armauthorization.RoleAssignment {
	return &armauthorization.RoleAssignment{
		ID: new(inProduction + authorization + "roleAssignments/" + name), Type: new("Microsoft.Authorization/roleAssignments"), Name: &name,
		Properties: &armauthorization.RoleAssignmentProperties{
			PrincipalID: &principal, PrincipalType: new(armauthorization.PrincipalTypeUser), RoleDefinitionID: new(definition), Scope: new(inProduction),
			CreatedOn: new(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)), Condition: new("@Resource[x] StringEquals 'y'"), ConditionVersion: new("2.0"),
		},
	}
}

// servers have one of each, and role assignments on two pages.
func servers() *fake.ServerFactory {
	return &fake.ServerFactory{
		RoleAssignmentsServer: fake.RoleAssignmentsServer{NewListForSubscriptionPager: func(*armauthorization.RoleAssignmentsClientListForSubscriptionOptions) (p azfake.PagerResponder[armauthorization.RoleAssignmentsClientListForSubscriptionResponse]) {
			for _, one := range []*armauthorization.RoleAssignment{sdkAssignment("one", anna), sdkAssignment("two", bert)} {
				var page armauthorization.RoleAssignmentsClientListForSubscriptionResponse
				page.Value = []*armauthorization.RoleAssignment{one}
				p.AddPage(http.StatusOK, page, nil)
			}
			return p
		}},
		RoleDefinitionsServer: fake.RoleDefinitionsServer{NewListPager: func(string, *armauthorization.RoleDefinitionsClientListOptions) (p azfake.PagerResponder[armauthorization.RoleDefinitionsClientListResponse]) {
			var page armauthorization.RoleDefinitionsClientListResponse
			page.Value = []*armauthorization.RoleDefinition{{
				ID: new(definition), Name: new(custom), Type: new("Microsoft.Authorization/roleDefinitions"),
				Properties: &armauthorization.RoleDefinitionProperties{
					RoleName: new("Shop keeper"), RoleType: new("CustomRole"), AssignableScopes: []*string{new(inProduction)},
					Permissions: []*armauthorization.Permission{{Actions: []*string{new("*")}, NotActions: []*string{new("*/delete")}}},
				},
			}}
			p.AddPage(http.StatusOK, page, nil)
			return p
		}},
		DenyAssignmentsServer: fake.DenyAssignmentsServer{NewListPager: func(*armauthorization.DenyAssignmentsClientListOptions) (p azfake.PagerResponder[armauthorization.DenyAssignmentsClientListResponse]) {
			var page armauthorization.DenyAssignmentsClientListResponse
			page.Value = []*armauthorization.DenyAssignment{{
				ID: new(inProduction + authorization + "denyAssignments/d"), Name: new("d"), Type: new("Microsoft.Authorization/denyAssignments"),
				Properties: &armauthorization.DenyAssignmentProperties{
					DenyAssignmentName: new("Locked"), Scope: new(inProduction), DoNotApplyToChildScopes: new(true), IsSystemProtected: new(true),
					Permissions:       []*armauthorization.DenyAssignmentPermission{{Actions: []*string{new("*/write")}}},
					Principals:        []*armauthorization.Principal{{ID: new("00000000-0000-0000-0000-000000000000"), Type: new("SystemDefined")}},
					ExcludePrincipals: []*armauthorization.Principal{{ID: new(anna), Type: new("User")}},
				},
			}}
			p.AddPage(http.StatusOK, page, nil)
			return p
		}},
		ClassicAdministratorsServer: fake.ClassicAdministratorsServer{NewListPager: func(*armauthorization.ClassicAdministratorsClientListOptions) (p azfake.PagerResponder[armauthorization.ClassicAdministratorsClientListResponse]) {
			var page armauthorization.ClassicAdministratorsClientListResponse
			page.Value = []*armauthorization.ClassicAdministrator{{
				ID: new(inProduction + authorization + "classicAdministrators/1"), Name: new("1"), Type: new("Microsoft.Authorization/classicAdministrators"),
				Properties: &armauthorization.ClassicAdministratorProperties{EmailAddress: new("bert@example.com"), Role: new("CoAdministrator")},
			}}
			p.AddPage(http.StatusOK, page, nil)
			return p
		}},
		RoleEligibilityScheduleInstancesServer: fake.RoleEligibilityScheduleInstancesServer{NewListForScopePager: func(string, *armauthorization.RoleEligibilityScheduleInstancesClientListForScopeOptions) (p azfake.PagerResponder[armauthorization.RoleEligibilityScheduleInstancesClientListForScopeResponse]) {
			var page armauthorization.RoleEligibilityScheduleInstancesClientListForScopeResponse
			page.Value = []*armauthorization.RoleEligibilityScheduleInstance{{
				ID: new(inProduction + authorization + "roleEligibilityScheduleInstances/e"), Name: new("e"), Type: new("Microsoft.Authorization/roleEligibilityScheduleInstances"),
				Properties: &armauthorization.RoleEligibilityScheduleInstanceProperties{
					PrincipalID: new(guest), PrincipalType: new(armauthorization.PrincipalTypeUser), RoleDefinitionID: new(definition), Scope: new(inProduction),
					Status: new(armauthorization.StatusProvisioned), StartDateTime: new(exported().Add(-time.Hour)), EndDateTime: new(exported().Add(time.Hour)),
				},
			}}
			p.AddPage(http.StatusOK, page, nil)
			return p
		}},
		RoleAssignmentScheduleInstancesServer: fake.RoleAssignmentScheduleInstancesServer{NewListForScopePager: func(string, *armauthorization.RoleAssignmentScheduleInstancesClientListForScopeOptions) (p azfake.PagerResponder[armauthorization.RoleAssignmentScheduleInstancesClientListForScopeResponse]) {
			var page armauthorization.RoleAssignmentScheduleInstancesClientListForScopeResponse
			page.Value = []*armauthorization.RoleAssignmentScheduleInstance{{
				ID: new(inProduction + authorization + "roleAssignmentScheduleInstances/s"), Name: new("s"), Type: new("Microsoft.Authorization/roleAssignmentScheduleInstances"),
				Properties: &armauthorization.RoleAssignmentScheduleInstanceProperties{
					PrincipalID: new(anna), PrincipalType: new(armauthorization.PrincipalTypeUser), RoleDefinitionID: new(definition), Scope: new(inProduction),
					Status: new(armauthorization.StatusProvisioned), AssignmentType: new(armauthorization.AssignmentTypeActivated),
					StartDateTime: new(exported().Add(-time.Hour)), EndDateTime: new(exported().Add(time.Hour)),
					OriginRoleAssignmentID: new(inProduction + authorization + "roleAssignments/one"),
				},
			}}
			p.AddPage(http.StatusOK, page, nil)
			return p
		}},
	}
}

// What the SDK's fakes answer with, in the shapes of its own types, is read
// whole, pages included.
func TestAnswersOfTheSDK(t *testing.T) {
	t.Parallel()
	lists, _ := tenantWorld()
	c := newCloud(t, lists, nil)
	o := c.options()
	o.Transport = &sdkServers{fakes: fake.NewServerFactoryTransport(servers())}
	o.Subscriptions = []entitlement.SystemID{production}
	live, _ := c.collect(t, o)
	if len(live.Systems) != 1 || len(live.Problems) > 0 || len(live.Failed) > 0 {
		t.Fatalf("%+v, failed %v", live.Problems, live.Failed)
	}
	inv := live.Systems[0]
	grant := func(id string) *entitlement.RoleGrant {
		i := slices.IndexFunc(inv.Grants, func(g entitlement.RoleGrant) bool { return path.Base(g.ID) == id })
		if i < 0 {
			t.Fatalf("no grant %s in %+v", id, inv.Grants)
		}
		return &inv.Grants[i]
	}
	if one := grant("one"); one.Member != anna || one.Role != custom || one.Condition == nil || one.Condition.Version != "2.0" || !one.Activated || !one.Until.Equal(exported().Add(time.Hour)) {
		t.Errorf("%+v", one)
	}
	if two := grant("two"); two.Member != bert || two.Activated || !two.Created.Equal(time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("%+v", two)
	}
	if e := grant("e"); !e.Eligible || e.Member != guest {
		t.Errorf("%+v", e)
	}
	if classic := grant("1"); classic.Classic != "CoAdministrator" || classic.Member != bert {
		t.Errorf("%+v", classic)
	}
	if r := inv.Roles[custom]; r.Managed || r.Name != "Shop keeper" || len(r.Blocks) != 1 || len(r.Blocks[0].NotActions) != 1 {
		t.Errorf("%+v", r)
	}
	if len(inv.Denials) != 1 || !inv.Denials[0].NotChildScopes || !inv.Denials[0].System || len(inv.Denials[0].Rules[0].ExceptMembers) != 1 {
		t.Errorf("%+v", inv.Denials)
	}
}
