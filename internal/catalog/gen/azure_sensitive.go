package main

import (
	"slices"
	"strings"
)

// sensitivity returns the letters of why an operation is sensitive, in the order
// of package catalog.
func (o operation) sensitivity(data bool, typ rune) string {
	var b strings.Builder
	for _, s := range []struct {
		letter byte
		is     bool
	}{
		{'C', o.handsOutCredentials(data)},
		{'D', o.handsOutData(data, typ)},
		{'P', o.escalates(typ)},
		{'R', o.exposes(typ)},
	} {
		if s.is {
			b.WriteByte(s.letter)
		}
	}
	return b.String()
}

// handsOutCredentials: keys, secrets, tokens, passwords, connection strings and
// signed addresses, whether listed or made anew.
func (o operation) handsOutCredentials(data bool) bool {
	if o.act == "" {
		return o.readsCredentials(data)
	}
	if matchesAny(o.act, "*status", "*metadata*", "*permission*", "*policy*", "*policies*", "*usage*", "*migrat*", "*keyvaultkeys", "*ikesas",
		"*hashlist", "check*", "validate*") {
		return false
	}
	switch o.act {
	case "getsecret", "generateuserdelegationkey", "begingetaccess", "publishxml", "generatekeypair", "token", "listvalue", "listcallbackurl",
		"regenerate", "newpassword", "sharedkeys", "sharedkey", "accesskey", "accesstoken", "clienttoken", "generatewallet":
		return true
	case "backup":
		return o.provider == "microsoft.keyvault" && o.last() != "certificates"
	case "list":
		return o.last() == "config" && o.provider == "microsoft.web"
	case "configurations", "getgatewaysettings":
		return o.provider == "microsoft.hdinsight"
	}
	return beginsWith(o.act, "list", "get", "regenerate", "generate", "retrieve", "reset", "create", "read", "fetch", "show", "download", "export") &&
		matchesAny(o.act, "*key", "*keys", "*secret*", "*credential*", "*password*", "*passphrase*", "*token", "*tokens", "*sastoken*", "*sas",
			"*connectionstring*", "*kubeconfig*", "*publishingprofile*", "*sasuri*", "*sasurl*", "*sharedaccess*")
}

// readsCredentials are the reads whose answer holds a secret.
func (o operation) readsCredentials(data bool) bool {
	switch {
	case o.verb != "read":
		return false
	case data:
		return o.last() == "secrets" && o.provider != "microsoft.keyvault"
	case o.provider == "microsoft.web":
		return slices.Contains([]string{"masterkey", "_master", "publishxml", "token", "connectionstrings"}, o.last()) ||
			strings.HasSuffix(o.name, "/functions/keys/read") || strings.HasSuffix(o.name, "/config/web/appsettings/read")
	}
	return slices.Contains([]string{"sharedkey", "sharedkeys", "readonlykeys", "agentregistrationinformation"}, o.last()) ||
		strings.HasSuffix(o.name, "microsoft.apimanagement/service/users/keys/read")
}

// handsOutData: every data action that reads content rather than what describes
// it, and the operations of the control plane that give content away.
func (o operation) handsOutData(data bool, typ rune) bool {
	if data {
		return o.handsOutStored(typ)
	}
	switch o.act {
	case "begingetaccess", "retrievesasuris", "retrievebootdiagnosticsdata", "provisioninstantitemrecovery", "packetcapture", "containerlogs":
		return true
	case "export":
		return o.last() != "scans"
	case "restore":
		return slices.Contains([]string{"microsoft.recoveryservices", "microsoft.dataprotection", "microsoft.documentdb"}, o.provider)
	case "search":
		return o.provider == "microsoft.operationalinsights"
	}
	if o.verb != "read" {
		return o.last() == "packetcaptures" && o.verb == "write"
	}
	return strings.HasPrefix(o.name, "microsoft.operationalinsights/workspaces/query/") ||
		strings.HasPrefix(o.name, "microsoft.insights/logs/") ||
		o.name == "microsoft.containerregistry/registries/pull/read"
}

// handsOutStored judges a data action.
func (o operation) handsOutStored(typ rune) bool {
	switch o.provider {
	case "microsoft.keyvault":
		return slices.Contains([]string{"decrypt", "unwrap", "getsecret", "export", "release"}, o.act)
	case "microsoft.containerservice", "microsoft.kubernetes":
		return o.verb == "read" && matchesAny(o.last(), "secrets", "configmaps", "logs") || o.act == "exec"
	}
	switch o.act {
	case "login", "loginasadmin", "listen", "receive", "process", "exec", "runassuperuser", "actassuperuser", "bypasspermissions",
		"runasbuiltinfileadministrator":
		return true
	}
	return typ == typeRead && !strings.HasSuffix(o.act, "metadata") &&
		!matchesAny(o.last(), "*metadata", "*status", "*statuses", "*operations", "*operationresults", "*properties", "*settings", "health*", "register") &&
		!beginsWith(o.act, "check", "validate", "test", "verify", "detect", "analyze", "classify", "predict", "find", "compare", "evaluate", "calculate")
}

// escalates: what lets someone widen their own permissions, by granting them or
// by running code as an identity that has more.
func (o operation) escalates(typ rune) bool {
	if !changes(typ) {
		return false
	}
	if o.provider == "microsoft.authorization" {
		return o.act == "elevateaccess" || o.name == "microsoft.authorization/denyassignments/delete" || o.act == "approvalrule" ||
			o.verb == "write" && matchesAny(o.types[0], "roleassignment*", "roledefinitions", "roleeligibility*", "rolemanagement*",
				"classicadministrators", "policyassignments", "policydefinitions", "policysetdefinitions")
	}
	if typ == typePermissions {
		return o.verb != "delete" && o.last() != "azureadonlyauthentications"
	}
	return slices.Contains([]string{"runcommand", "runrwcommand", "login", "loginasadmin", "wacloginasadmin", "exec"}, o.act) || slices.Contains(codeRunners(), o.name)
}

// codeRunners are the operations by which code runs as the identity of the
// resource.
func codeRunners() []string {
	return []string{
		"microsoft.compute/virtualmachines/write", "microsoft.compute/virtualmachines/extensions/write",
		"microsoft.compute/virtualmachines/runcommands/write", "microsoft.compute/virtualmachinescalesets/write",
		"microsoft.compute/virtualmachinescalesets/extensions/write",
		"microsoft.compute/virtualmachinescalesets/virtualmachines/write",
		"microsoft.compute/virtualmachinescalesets/virtualmachines/extensions/write",
		"microsoft.compute/virtualmachinescalesets/virtualmachines/runcommands/write",
		"microsoft.hybridcompute/machines/extensions/write", "microsoft.hybridcompute/machines/runcommands/write",
		"microsoft.automation/automationaccounts/write", "microsoft.automation/automationaccounts/jobs/write",
		"microsoft.automation/automationaccounts/runbooks/write", "microsoft.automation/automationaccounts/runbooks/draft/write",
		"microsoft.automation/automationaccounts/webhooks/write", "microsoft.automation/automationaccounts/schedules/write",
		"microsoft.web/sites/write", "microsoft.web/sites/config/write", "microsoft.web/sites/functions/write",
		"microsoft.web/sites/host/functionkeys/write", "microsoft.web/sites/slots/write", "microsoft.web/sites/publish/action",
		"microsoft.web/sites/extensions/write", "microsoft.web/sites/host/listkeys/action",
		"microsoft.logic/workflows/write", "microsoft.datafactory/factories/pipelines/write",
		"microsoft.datafactory/factories/pipelines/createrun/action",
		"microsoft.containerinstance/containergroups/write", "microsoft.containerinstance/containergroups/containers/exec/action",
		"microsoft.app/containerapps/write", "microsoft.app/jobs/write", "microsoft.app/jobs/start/action",
		"microsoft.containerservice/managedclusters/runcommand/action",
		"microsoft.containerservice/managedclusters/listclusteradmincredential/action",
		"microsoft.containerservice/managedclusters/pods/exec/action",
		"microsoft.resources/deployments/write", "microsoft.resources/deploymentscripts/write",
		"microsoft.resources/deploymentstacks/write", "microsoft.machinelearningservices/workspaces/computes/write",
		"microsoft.machinelearningservices/workspaces/jobs/write", "microsoft.batch/batchaccounts/pools/write",
		"microsoft.databricks/workspaces/write",
		"microsoft.managedservices/registrationassignments/write",
	}
}

// exposes: what opens a resource to others, in the network or by a policy, key or
// link of its own.
func (o operation) exposes(typ rune) bool {
	if !changes(typ) || o.verb == "delete" || typ == typeDelete {
		return false
	}
	if o.verb == "write" && matchesAny(o.last(), "*firewallrules", "securityrules", "networksecuritygroups", "virtualnetworkrules",
		"networkrulesets", "authorizationrules", "*roleassignments", "accesspolicies", "registrationassignments", "publicipaddresses",
		"shares", "sharesubscriptions", "virtualnetworkpeerings", "sharedprivatelinkresources") {
		return true
	}
	if strings.HasPrefix(o.act, "privateendpointconnectionsapproval") || o.act == "share" || o.act == "joinviaserviceendpoint" {
		return true
	}
	return slices.Contains([]string{
		"microsoft.storage/storageaccounts/write", "microsoft.storage/storageaccounts/blobservices/containers/write",
		"microsoft.sql/servers/write", "microsoft.keyvault/vaults/write", "microsoft.documentdb/databaseaccounts/write",
		"microsoft.compute/disks/write", "microsoft.compute/snapshots/write", "microsoft.cognitiveservices/accounts/write",
		"microsoft.containerregistry/registries/write", "microsoft.web/sites/config/write",
	}, o.name)
}
