package azure

import (
	"fmt"
	"iter"

	"github.com/leastward/leastward/internal/tenant/files"
)

// writeResources writes what lives in a subscription, as ARM has it.
func (t *Tenant) writeResources(create files.Create, s *subscription) error {
	at := folder + s.id + "/"
	for name, records := range map[string]iter.Seq[object]{
		"storage-accounts.json": t.storageRecords(s), "containers.json": t.containerRecords(s), "vaults.json": vaultRecords(s),
		"network-security-groups.json": t.firewallRecords(s), "virtual-machines.json": t.machineRecords(s),
		"network-interfaces.json": t.interfaceRecords(s), "function-apps.json": t.functionRecords(s), "identities.json": t.assignedRecords(s),
	} {
		if err := files.Array(create, at+name, records); err != nil {
			return err
		}
	}
	return nil
}

// resource is what records of all types have.
func resource(id, typ, name, team string, tags map[string]string, properties object) object {
	return object{"id": id, "type": typ, "name": name, "location": region(team), "tags": tags, "properties": properties}
}

func owned(team string, exempt bool) map[string]string {
	tags := map[string]string{"owner": team}
	if exempt {
		tags["ck_exclude_from_reports"] = "the shop's front door"
	}
	return tags
}

func (t *Tenant) storageRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, one := range t.stores(s) {
			encryption := object{"keySource": "Microsoft.Storage", "services": object{"blob": object{"enabled": true, "keyType": "Account"}}}
			if one.customerKey {
				encryption["keySource"] = "Microsoft.Keyvault"
				encryption["keyvaultproperties"] = object{"keyvaulturi": "https://kv-" + one.team + "-" + s.env + ".vault.azure.net/", "keyname": "storage"}
			}
			o := resource(one.id, "Microsoft.Storage/storageAccounts", one.name, one.team, owned(one.team, one.exempt), object{
				"allowBlobPublicAccess": one.allowed, "encryption": encryption, "minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": true,
				"allowSharedKeyAccess": true, "provisioningState": "Succeeded",
			})
			o["kind"], o["sku"] = "StorageV2", object{"name": "Standard_ZRS", "tier": "Standard"}
			if !yield(o) {
				return
			}
		}
	}
}

func (t *Tenant) containerRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, one := range t.stores(s) {
			list := []object{}
			add := func(name, access string) {
				list = append(list, object{
					"id": one.id + "/blobServices/default/containers/" + name, "name": name, "type": "Microsoft.Storage/storageAccounts/blobServices/containers",
					"properties": object{"publicAccess": access, "leaseStatus": "Unlocked", "hasImmutabilityPolicy": false},
				})
			}
			for i, name := range one.public {
				add(name, [...]string{"Blob", "Container"}[i%2])
			}
			for _, name := range one.private {
				add(name, "None")
			}
			if !yield(object{"storageAccountId": one.id, "containers": list}) {
				return
			}
		}
	}
}

func vaultRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, team := range teams() {
			if !yield(resource(s.vault(team), "Microsoft.KeyVault/vaults", "kv-"+team+"-"+s.env, team, owned(team, false), object{
				"tenantId": tenantID, "enableRbacAuthorization": true, "enableSoftDelete": true, "accessPolicies": []object{},
			})) {
				return
			}
		}
	}
}

func (t *Tenant) firewallRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for _, f := range t.firewalls(s) {
			if !yield(resource(f.id, "Microsoft.Network/networkSecurityGroups", f.name, f.team, owned(f.team, f.exempt), object{
				"securityRules": f.rules, "defaultSecurityRules": []object{}, "provisioningState": "Succeeded",
			})) {
				return
			}
		}
	}
}

// machinesIn yields the virtual machines of a subscription.
func (t *Tenant) machinesIn(s *subscription) iter.Seq[*workload] {
	return func(yield func(*workload) bool) {
		for i := range t.machines {
			if w := t.machine(i); w.as.home == s && !yield(w) {
				return
			}
		}
	}
}

func (t *Tenant) machineRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for w := range t.machinesIn(s) {
			o := resource(w.id, "Microsoft.Compute/virtualMachines", w.name, w.as.team, w.tags, object{
				"vmId": t.opts.Seed.UUID("machine", w.index, 0), "hardwareProfile": object{"vmSize": "Standard_D2s_v5"},
				"networkProfile": object{"networkInterfaces": []object{{"id": t.interfaceOf(w)}}}, "provisioningState": "Succeeded",
			})
			o["identity"] = object{
				"type": "UserAssigned", "userAssignedIdentities": object{w.as.resource(): object{"principalId": w.as.id, "clientId": w.as.app}},
			}
			if !yield(o) {
				return
			}
		}
	}
}

func (t *Tenant) interfaceOf(w *workload) string {
	return w.as.home.in(w.as.team, "Microsoft.Network/networkInterfaces", "nic-"+w.name)
}

func (t *Tenant) interfaceRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for w := range t.machinesIn(s) {
			group := s.in(w.as.team, "Microsoft.Network/networkSecurityGroups", "nsg-"+w.as.team)
			if t.hasty(w) {
				group = s.in("platform", "Microsoft.Network/networkSecurityGroups", "nsg-quick-fix")
			}
			if !yield(resource(t.interfaceOf(w), "Microsoft.Network/networkInterfaces", "nic-"+w.name, w.as.team, owned(w.as.team, false), object{
				"virtualMachine": object{"id": w.id}, "networkSecurityGroup": object{"id": group},
				"ipConfigurations": []object{{"name": "ipconfig1", "properties": object{
					"privateIPAddress": fmt.Sprintf("10.%d.%d.%d", len(s.env), w.index/250%250, 4+w.index%250),
					"subnet":           object{"id": s.in("platform", "Microsoft.Network/virtualNetworks", "vnet-"+s.env) + "/subnets/" + w.as.team},
				}}},
			})) {
				return
			}
		}
	}
}

func (t *Tenant) functionRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.functions {
			w := t.function(i)
			if w.as.home != s {
				continue
			}
			o := resource(w.id, "Microsoft.Web/sites", w.name, w.as.team, w.tags, object{
				"state": "Running", "defaultHostName": w.name + ".azurewebsites.net", "httpsOnly": true, "enabled": true,
			})
			o["kind"], o["identity"] = "functionapp,linux", object{"type": "SystemAssigned", "principalId": w.as.id, "tenantId": tenantID}
			if !yield(o) {
				return
			}
		}
	}
}

// assignedRecords yields the managed identities that stand by themselves.
func (t *Tenant) assignedRecords(s *subscription) iter.Seq[object] {
	return func(yield func(object) bool) {
		for i := range t.assigned {
			x := t.identity(kindAssigned, i)
			if x.home == s && !yield(resource(x.resource(), "Microsoft.ManagedIdentity/userAssignedIdentities", x.name, x.team, owned(x.team, false), object{
				"tenantId": tenantID, "principalId": x.id, "clientId": x.app,
			})) {
				return
			}
		}
	}
}
