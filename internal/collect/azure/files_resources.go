package azure

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// resources are those of all subscriptions, each by its id in lower case.
type resources struct {
	all        map[string]*resource
	containers map[string]*containerList // Of storage accounts, by the account's id.
}

// resource is one resource with what evaluators and findings look at.
type resource struct {
	entitlement.Resource
	kind      string // Of a site: "functionapp,linux".
	identity  *identityDocument
	principal entitlement.IdentityID // Of a user-assigned identity.
	client    string
	network   network
}

func newResources() resources {
	return resources{all: map[string]*resource{}, containers: map[string]*containerList{}}
}

// resourceDocument has the fields of resources of all types.
type resourceDocument struct {
	ID, Name, Type, Kind string
	Tags                 map[string]*string
	Identity             *identityDocument
	PrincipalID          string // Of a user-assigned identity.
	ClientID             string
}

// identityDocument tells as whom a resource acts.
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
type identityDocument struct {
	Type, PrincipalID      string
	UserAssignedIdentities map[string]*struct{ PrincipalID, ClientID string }
}

// The types, in lower case, of which more is read than name and identity.
const (
	typeIdentity  = "microsoft.managedidentity/userassignedidentities"
	typeStorage   = "microsoft.storage/storageaccounts"
	typeContainer = "microsoft.storage/storageaccounts/blobservices/containers"
	typeFirewall  = "microsoft.network/networksecuritygroups"
	typeRule      = "microsoft.network/networksecuritygroups/securityrules"
	typeInterface = "microsoft.network/networkinterfaces"
	typeMachine   = "microsoft.compute/virtualmachines"
	typeScaleSet  = "microsoft.compute/virtualmachinescalesets"
	typeSite      = "microsoft.web/sites"
)

func (r *resources) take(d *document) *refusal {
	if d.what == kindContainers {
		return r.containerSet(d)
	}
	var a resourceDocument
	if no := d.decodeOutside(&a); no != nil {
		return no
	}
	typ := cmp.Or(d.typ, a.Type, typeOf(a.ID))
	switch {
	case a.ID == "":
		return missing(d.what, "id")
	case systemOf(a.ID) == "":
		return refused(OutsideSubscriptions, "the resource %s is in no subscription", clip(a.ID))
	case strings.EqualFold(typ, typeContainer):
		return r.container(d, a.ID)
	}
	return r.merge(d, &a, spelling(typ, a.ID))
}

// spelling returns a type as Azure's documentation writes it where that is
// known, else as the id does: Resource Graph has types in lower case.
func spelling(typ, id string) string {
	for _, known := range []string{
		"Microsoft.Storage/storageAccounts", "Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets",
		"Microsoft.Web/sites", "Microsoft.Network/networkSecurityGroups", "Microsoft.Network/networkInterfaces",
		"Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.KeyVault/vaults", "Microsoft.Resources/resourceGroups",
	} {
		if strings.EqualFold(typ, known) {
			return known
		}
	}
	if t := typeOf(id); strings.EqualFold(t, typ) {
		return t
	}
	return typ
}

// decodeOutside fills v from what stands beside the properties, which many
// types have their own fields in.
func (d *document) decodeOutside(v any) *refusal {
	if err := json.Unmarshal(d.raw, v); err != nil {
		return unreadable(string(d.what), err)
	}
	return nil
}

// merge takes a resource, or adds what a fuller record tells of one that is
// there: az resource list has the names of all, az vm list the rest of some.
func (r *resources) merge(d *document, a *resourceDocument, typ string) *refusal {
	key := strings.ToLower(a.ID)
	x, there := r.all[key]
	if !there {
		x = &resource{Resource: entitlement.Resource{ID: entitlement.ResourceID(a.ID), Type: typ, Name: cmp.Or(a.Name, lastOf(a.ID))}}
	}
	if no := x.details(d, strings.ToLower(typ)); no != nil {
		return no
	}
	r.all[key] = x
	x.kind = cmp.Or(a.Kind, x.kind)
	if a.Identity != nil && (x.identity == nil || len(a.Identity.UserAssignedIdentities) > 0) {
		x.identity = a.Identity
	}
	x.principal, x.client = cmp.Or(objectID(a.PrincipalID), x.principal), cmp.Or(strings.ToLower(a.ClientID), x.client)
	for name, value := range a.Tags {
		if x.Tags == nil {
			x.Tags = map[string]string{}
		}
		if x.Tags[name] = ""; value != nil {
			x.Tags[name] = *value
		}
	}
	if there && d.properties == nil && x.Bucket == nil && x.network.empty() && x.principal == "" && x.identity == nil {
		return again()
	}
	return nil
}

// details reads the fields of the types that more is read of.
func (x *resource) details(d *document, typ string) *refusal {
	switch typ {
	case typeIdentity:
		return x.assignedIdentity(d)
	case typeStorage:
		return x.storage(d)
	case typeFirewall:
		return x.firewall(d)
	case typeRule:
		return x.rule(d)
	case typeInterface:
		return x.interfaceOf(d)
	case typeMachine:
		return x.machine(d)
	}
	return nil
}

func (x *resource) assignedIdentity(d *document) *refusal {
	var a struct{ PrincipalID, ClientID string }
	if no := d.decode(&a); no != nil {
		return no
	}
	if a.PrincipalID != "" {
		x.principal, x.client = objectID(a.PrincipalID), strings.ToLower(a.ClientID)
	}
	return nil
}

// runsAs returns the managed identity that a resource acts as: its own, else
// the first of those that it was given; and how many it may choose from.
func (x *resource) runsAs(all map[string]*resource) (ids []entitlement.IdentityID) {
	if x.identity == nil {
		return nil
	}
	if id := objectID(x.identity.PrincipalID); id != "" {
		ids = append(ids, id)
	}
	for _, name := range sortedKeys(x.identity.UserAssignedIdentities) {
		var id entitlement.IdentityID
		if given := x.identity.UserAssignedIdentities[name]; given != nil {
			id = objectID(given.PrincipalID)
		}
		if known := all[strings.ToLower(name)]; id == "" && known != nil {
			id = known.principal
		}
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// workload returns the kind of identity that a resource is, "" for one that
// runs no code of its owner's.
func (x *resource) workload() entitlement.Kind {
	switch strings.ToLower(x.Type) {
	case typeMachine, typeScaleSet:
		return entitlement.Instance
	case typeSite:
		if strings.Contains(strings.ToLower(x.kind), "functionapp") {
			return entitlement.Function
		}
	}
	return ""
}
