package azure

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

const (
	serviceAuthorization = "Microsoft.Authorization"
	serviceStorage       = "Microsoft.Storage"
)

// armCall is a request of Resource Manager.
func (c *Collector) armCall(path, version string, op Operation) request {
	return request{op: op, family: familyARM, url: c.client.at.arm + path + "?api-version=" + version}
}

// listSubscriptions lists them all.
// https://learn.microsoft.com/rest/api/resources/subscriptions/list
func (r *run) listSubscriptions() *part {
	return &part{
		request:    r.armCall("/subscriptions", "2022-12-01", Operation{"Microsoft.Resources", "subscriptions"}),
		permission: "Microsoft.Resources/subscriptions/read",
	}
}

// subscriptionDocument is an element of that list.
type subscriptionDocument struct {
	SubscriptionID, State string
	Tags                  map[string]string
}

// activeSubscriptions returns those that can be read, by id.
// https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
func activeSubscriptions(pages [][]byte) (map[entitlement.SystemID]subscriptionDocument, error) {
	all := map[entitlement.SystemID]subscriptionDocument{}
	for _, page := range pages {
		var list struct{ Value []subscriptionDocument }
		if err := json.Unmarshal(page, &list); err != nil {
			return nil, fmt.Errorf("read the list of subscriptions: %w", err)
		}
		for _, s := range list.Value {
			switch strings.ToLower(s.State) {
			case "enabled", "warned", "pastdue", "":
				all[entitlement.SystemID(strings.ToLower(s.SubscriptionID))] = s
			}
		}
	}
	return all, nil
}

// tree reads the management groups with the subscriptions below them: where the
// root can't be read, those that can be seen.
// https://learn.microsoft.com/rest/api/managementgroups/management-groups/get
// https://learn.microsoft.com/rest/api/managementgroups/entities/list
func (r *run) tree() *part {
	entities := &part{
		request: r.armCall("/providers/Microsoft.Management/getEntities", "2020-05-01", Operation{"Microsoft.Management", "getEntities"}),
		code:    CodeHierarchy, effect: "what management groups are above the subscriptions is unknown",
	}
	entities.post = true
	root := cmp.Or(r.options.ManagementGroup, r.options.Tenant, strings.Join(firstOf(sortedKeys(r.all.hierarchy.tenants)), ""))
	if root == "" {
		return entities
	}
	p := &part{
		request: r.armCall("/providers/Microsoft.Management/managementGroups/"+url.PathEscape(root), "2020-05-01",
			Operation{"Microsoft.Management", "managementGroups"}),
		code: CodeHierarchy, permission: "Microsoft.Management/managementGroups/read",
		effect: "what management groups are above the subscriptions is known in part only: what is granted on those that are not known to be elsewhere is taken to hold",
		none:   isNotFound, // A tenant that never used management groups.
	}
	p.url += "&$expand=children&$recurse=true"
	p.without = entities
	return p
}

func firstOf(list []string) []string { return list[:min(1, len(list))] }

// parts are the lists whose addresses are known beforehand.
func (r *run) parts() []*part {
	var all []*part
	for _, s := range r.subscriptions {
		all = append(all, r.authorization(s)...)
	}
	if !r.options.skips(PartResources) {
		all = append(all, r.resourceQueries()...)
	}
	return append(all, r.directoryParts()...)
}

// authorization reads who may do what in a subscription, with what comes from
// above.
func (r *run) authorization(s entitlement.SystemID) []*part {
	list := func(name, version, code, effect string) *part {
		return &part{
			request: r.armCall("/subscriptions/"+string(s)+"/providers/Microsoft.Authorization/"+name, version, Operation{serviceAuthorization, name}),
			system:  s, code: code, effect: effect, permission: serviceAuthorization + "/" + name + "/read",
		}
	}
	assignments := list("roleAssignments", "2022-04-01", "", "")
	assignments.vital = true
	all := []*part{
		assignments,
		list("roleDefinitions", "2022-04-01", CodeRoles, "custom roles are unknown: what they grant is not shown"),
		list("denyAssignments", "2022-04-01", CodeDenials, "deny assignments are unknown: what they take away is shown as granted"),
	}
	if !r.options.skips(PartClassic) {
		all = append(all, list("classicAdministrators", "2015-07-01", CodeClassic, "classic administrators, who are owners, are not shown"))
		all[len(all)-1].none = func(err error) bool { return statusOf(err) == http.StatusGone || isNotFound(err) } // They were retired in 2024.
	}
	if !r.options.skips(PartPIM) {
		effect := "roles that are eligible or active for a time are shown in part: "
		for name, what := range map[string]string{
			"roleEligibilityScheduleInstances": "eligible ones are missing", "roleAssignmentScheduleInstances": "active ones have no end",
		} {
			p := list(name, "2020-10-01", CodePIM, effect+what)
			p.none = hasNoPIM
			all = append(all, p)
		}
		slices.SortFunc(all[len(all)-2:], func(a, b *part) int { return strings.Compare(b.url, a.url) })
	}
	return all
}

// hasNoPIM tells that the tenant has no licence for Privileged Identity
// Management, and so nothing eligible.
// https://learn.microsoft.com/entra/id-governance/licensing-fundamentals
func hasNoPIM(err error) bool {
	return slices.Contains([]string{"AadPremiumLicenseRequired", "InsufficientLicense"}, errorCode(err))
}

// values returns the elements of the lists in pages.
func values(pages [][]byte) [][]byte {
	var all [][]byte
	for _, page := range pages {
		var list struct{ Value []json.RawMessage }
		if json.Unmarshal(page, &list) != nil {
			continue // Was checked when it was read.
		}
		for _, v := range list.Value {
			all = append(all, v)
		}
	}
	return all
}
