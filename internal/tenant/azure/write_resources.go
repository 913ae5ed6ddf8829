package azure

import (
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
