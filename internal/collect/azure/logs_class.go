package azure

import (
	"bytes"

	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// classify tells which log a record is of: by its category or table, then by
// the members that only one log has.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema
func (n *normaliser) classify(r *logRecord) class {
	if c, ok := classOfTable(n.folded(r, fieldType)); ok {
		return c
	}
	if c, ok := classOfTable([]byte(r.table)); ok {
		return c
	}
	if r.has(fieldActivity) || r.has(fieldInitiatedBy) { // Whose categories are others: "Policy" is one of both.
		return ofDirectory
	}
	if c, ok := n.classOfCategory(r); ok {
		return c
	}
	switch {
	case r.has(fieldCreated) && (r.has(fieldUserID) || r.has(fieldUserName) || r.has(fieldPrincipalID)):
		return ofSignIn
	case r.has(fieldMetric) && !r.has(fieldOperationName):
		return ofMetric
	}
	return ofActivity
}

// folded returns a field's text without regard to case.
func (n *normaliser) folded(r *logRecord, f field) []byte {
	raw := r.get(f)
	if len(raw) > 0 && raw[0] == '{' {
		raw = jsonscan.Member(raw, "value")
	}
	n.scratch = fold(n.scratch[:0], jsonscan.TextOf(raw))
	return n.scratch
}

// classOfTable knows the tables of Log Analytics.
func classOfTable(name []byte) (class, bool) {
	switch string(bytes.ToLower(name)) {
	case "azureactivity":
		return ofActivity, true
	case "auditlogs":
		return ofDirectory, true
	case "signinlogs", "aadnoninteractiveusersigninlogs", "aadserviceprincipalsigninlogs", "aadmanagedidentitysigninlogs", "adfssigninlogs":
		return ofSignIn, true
	case "storagebloblogs", "storagefilelogs", "storagequeuelogs", "storagetablelogs":
		return ofStorage, true
	case "azkvauditlogs":
		return ofVault, true
	case "azuremetrics":
		return ofMetric, true
	}
	return ofActivity, false
}

// classOfCategory knows the categories of diagnostic settings.
func (n *normaliser) classOfCategory(r *logRecord) (class, bool) {
	switch category := n.folded(r, fieldCategory); string(category) {
	case "":
		return ofActivity, false
	case "auditlogs":
		return ofDirectory, true
	case "signinlogs", "noninteractiveusersigninlogs", "serviceprincipalsigninlogs", "managedidentitysigninlogs", "adfssigninlogs",
		"microsoftserviceprincipalsigninlogs":
		return ofSignIn, true
	case "storageread", "storagewrite", "storagedelete":
		return ofStorage, true
	case "auditevent":
		if bytes.Contains(bytes.ToLower(r.get(fieldResourceID)), []byte("/microsoft.keyvault/")) {
			return ofVault, true
		}
		return ofResource, true
	case "administrative", "policy", "recommendation", "security", "servicehealth", "resourcehealth", "alert", "autoscale",
		"write", "delete", "action":
		return ofActivity, true
	}
	switch {
	case r.has(fieldCreated):
		return ofActivity, false // A sign-in of Graph has none.
	case bytes.Contains(bytes.ToLower(r.get(fieldOperationName)), []byte("/diagnosticlogs/")), r.has(fieldMetric):
		return ofMetric, true
	case r.has(fieldEventName) || r.has(fieldEventID) || r.has(fieldCaller):
		return ofActivity, true
	}
	return ofResource, true
}
