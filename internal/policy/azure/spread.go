package azure

import (
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// spread is what of the catalogue there can be on one resource.
type spread struct {
	named entitlement.ActionSet // On itself.
	part  entitlement.ActionSet // On types of resource below it.
	own   entitlement.ActionSet // Of named, those on its very type.
}

// spreadOf returns the spread of a resource of a type.
func (e *Evaluator) spreadOf(typ string) *spread {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.spread[typ]
	if s != nil {
		return s
	}
	n := e.cat.Len()
	s = &spread{named: entitlement.NewActionSet(n), part: entitlement.NewActionSet(n), own: entitlement.NewActionSet(n)}
	for i, t := range e.types {
		switch reachOn(typ, t) {
		case entitlement.ReachPart:
			s.part.Add(i)
		case entitlement.ReachNamed:
			s.named.Add(i)
		case entitlement.ReachNone, entitlement.ReachAll:
		}
		if t == typ {
			s.own.Add(i)
		}
	}
	e.spread[typ] = s
	return s
}

// reachOn returns how far a grant on a resource of a type reaches for actions
// on another type. Within one resource provider nothing is left out, since
// data actions are not always named after the type that they are asked on.
func reachOn(typ, action string) entitlement.Reach {
	provider, _, _ := strings.Cut(typ, "/")
	other, _, _ := strings.Cut(action, "/")
	switch {
	case len(action) > len(typ) && strings.HasPrefix(action, typ) && action[len(typ)] == '/':
		return entitlement.ReachPart
	case provider == other, extends(other, action):
		return entitlement.ReachNamed
	}
	return entitlement.ReachNone
}

// extends reports whether resources of a type, or others of its provider where
// that has many such types, belong to a resource of any provider, as role
// assignments and locks do. See
// https://learn.microsoft.com/azure/azure-resource-manager/management/extension-resource-types.
func extends(provider, typ string) bool {
	switch provider {
	case "microsoft.advisor", "microsoft.alertsmanagement", "microsoft.authorization", "microsoft.automanage",
		"microsoft.billing", "microsoft.blueprint", "microsoft.changeanalysis", "microsoft.chaos",
		"microsoft.consumption", "microsoft.costmanagement", "microsoft.customproviders", "microsoft.guestconfiguration",
		"microsoft.help", "microsoft.hybridconnectivity", "microsoft.insights", "microsoft.iotsecurity",
		"microsoft.kubernetesconfiguration", "microsoft.maintenance", "microsoft.managedservices", "microsoft.policyinsights",
		"microsoft.quota", "microsoft.resourcehealth", "microsoft.resources", "microsoft.security",
		"microsoft.securityinsights", "microsoft.serialconsole", "microsoft.servicelinker", "microsoft.softwareplan",
		"microsoft.subscription", "microsoft.support", "microsoft.workloadmonitor":
		return true
	}
	first := provider
	if rest, ok := strings.CutPrefix(typ, provider+"/"); ok {
		name, _, _ := strings.Cut(rest, "/")
		first += "/" + name
	}
	return extensionType(first)
}

// extensionType reports the same of single types of other providers.
func extensionType(typ string) bool {
	switch typ {
	case "microsoft.app/functions", "microsoft.app/logicapps", "microsoft.awsconnector/ec2instances", "microsoft.azurecis/plannedquotas",
		"microsoft.azurestackhci/edgedevices", "microsoft.azurestackhci/virtualmachineinstances",
		"microsoft.connectedvmwarevsphere/virtualmachineinstances", "microsoft.containerinstance/serviceassociationlinks",
		"microsoft.containerservice/fleetmemberships", "microsoft.datamigration/databasemigrations",
		"microsoft.dataprotection/backupinstances", "microsoft.eventgrid/eventsubscriptions", "microsoft.eventgrid/extensiontopics",
		"microsoft.managedidentity/identities", "microsoft.network/cloudservicenetworkinterfaces",
		"microsoft.network/cloudservicepublicipaddresses", "microsoft.network/cloudserviceslots",
		"microsoft.operationalinsights/storageinsightconfigs", "microsoft.operationsmanagement/managementassociations",
		"microsoft.purview/consents", "microsoft.purview/policies", "microsoft.recoveryservices/backupprotecteditems",
		"microsoft.recoveryservices/replicationeligibilityresults", "microsoft.scvmm/virtualmachineinstances":
		return true
	}
	return false
}
