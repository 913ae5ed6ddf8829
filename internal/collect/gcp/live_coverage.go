package gcp

import (
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// noteAudit notes what the allow policy of a container says of audit logs.
// https://cloud.google.com/logging/docs/audit/configure-data-access
func (r *collection) noteAudit(o object) {
	name, policy := o.text("name"), o.object("iamPolicy")
	if policy == nil {
		name, policy = fullName(o.text("resource"), o.text("assetType")), o.object("policy")
	}
	if ref := containerOf(name); ref != "" {
		r.audited[ref] = append(r.audited[ref], policy.objects("auditConfigs")...)
	}
}

// recorded returns the services of each project whose Data Access logs record
// everything: what administrators read, and what is read and written, of
// everybody. Configurations of all levels add up.
// https://cloud.google.com/logging/docs/audit/configure-data-access#config-use
func (r *collection) recorded(systems []*entitlement.Inventory) map[entitlement.SystemID][]string {
	at := map[string][]object{}
	for ref, list := range r.audited {
		at[r.b.tree.canonical(ref)] = append(at[r.b.tree.canonical(ref)], list...)
	}
	out := map[entitlement.SystemID][]string{}
	for _, inv := range systems {
		kinds := map[string]map[string]bool{}
		noteKinds(kinds, at["projects/"+string(inv.System.ID)])
		for _, scope := range inv.Ancestors {
			noteKinds(kinds, at[containerOf(string(scope.ID))])
		}
		out[inv.System.ID] = wholeServices(kinds)
	}
	return out
}

// noteKinds notes which kinds of logs are on, by service. One from which anybody
// is exempt does not count: what these use, it does not show.
func noteKinds(kinds map[string]map[string]bool, configs []object) {
	for _, c := range configs {
		service := strings.TrimSuffix(c.text("service"), ".googleapis.com")
		for _, l := range c.objects("auditLogConfigs") {
			if len(l.list("exemptedMembers")) > 0 {
				continue
			}
			if kinds[service] == nil {
				kinds[service] = map[string]bool{}
			}
			kinds[service][l.text("logType")] = true
		}
	}
}

// wholeServices returns the services that record all kinds. BigQuery always does.
// https://cloud.google.com/logging/docs/audit#data-access
func wholeServices(kinds map[string]map[string]bool) []string {
	whole := func(service string) bool {
		if service == "bigquery" {
			return true
		}
		for _, kind := range []string{"ADMIN_READ", "DATA_READ", "DATA_WRITE"} {
			if !kinds[service][kind] && !kinds["allServices"][kind] {
				return false
			}
		}
		return true
	}
	services := map[string]bool{}
	cat := catalog.GCP()
	for i := range cat.Len() {
		if s := cat.Info(i).Service; !services[s] && whole(s) {
			services[s] = true
		}
	}
	return slices.Sorted(maps.Keys(services))
}
