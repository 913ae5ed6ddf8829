package azure

import (
	"fmt"
	"iter"
)

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
