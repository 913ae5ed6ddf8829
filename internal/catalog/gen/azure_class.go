package main

import (
	"slices"
	"strings"
)

// classAzure classes an operation of Azure by the rules of docs/catalogues.md:
// by its verb, by what it acts on, and by the names that give away secrets.
func classAzure(e entry) verdict {
	op := parseOperation(e.name)
	if op.notice() {
		return verdict{typ: typeRead, flags: "u"}
	}
	typ := op.typ()
	letters := op.sensitivity(e.data != 0, typ)
	var flags string
	if changes(typ) || letters != "" {
		flags = "H"
	}
	flags += letters
	switch {
	case e.data != 0:
		flags += "d" // Only diagnostic settings of the resource record it.
	case op.verb == "read":
		flags += "u" // The Activity Log has no reads.
	}
	return verdict{typ: typ, flags: flags}
}

func changes(typ rune) bool { return typ != typeRead && typ != typeList }

// operation is a name of Azure in lower case, taken apart.
type operation struct {
	name     string   // All of it.
	provider string   // "microsoft.storage".
	types    []string // The parts between provider and verb.
	verb     string   // "read", "write", "delete", "action".
	act      string   // Of an action, what is done: "listkeys".
}

func parseOperation(name string) operation {
	parts := strings.Split(strings.ToLower(name), "/")
	op := operation{name: strings.ToLower(name), provider: parts[0], verb: parts[len(parts)-1]}
	op.types = parts[1 : len(parts)-1]
	if n := len(op.types); op.verb == "action" && n > 0 {
		op.act, op.types = op.types[n-1], op.types[:n-1]
	}
	return op
}

// last returns the innermost type that the operation works on.
func (o operation) last() string {
	if len(o.types) == 0 {
		return ""
	}
	return o.types[len(o.types)-1]
}

// notice reports whether an operation stands for what Azure tells in its logs, and
// not for a call that anybody makes; package catalog knows them too.
func (o operation) notice() bool {
	if o.verb != "action" || len(o.types) == 0 {
		return false
	}
	switch o.provider + "/" + o.types[0] {
	case "microsoft.authorization/policies", "microsoft.insights/alertrules", "microsoft.insights/autoscalesettings",
		"microsoft.resourcehealth/healthevent", "microsoft.servicehealth/incident":
		return true
	}
	return o.name == "microsoft.advisor/recommendations/available/action"
}

func (o operation) typ() rune {
	typ := o.plain()
	if changes(typ) && o.governs() {
		return typePermissions
	}
	return typ
}

// plain is the type that the verb gives away.
func (o operation) plain() rune {
	switch o.verb {
	case "read":
		return typeRead
	case "delete":
		return typeDelete
	case "action":
		switch {
		case beginsWith(o.act, "delete", "purge", "destroy", "wipe", "erase"):
			return typeDelete
		case o.reads():
			return typeRead
		}
	}
	return typeWrite
}

// reads reports whether an action only looks, by the first word of its name.
func (o operation) reads() bool {
	if beginsWith(o.act, "listen", "checkin", "checkout", "getready", "testfailover", "testmigrate") {
		return false
	}
	return beginsWith(o.act, "list", "get", "read", "check", "validate", "query", "search", "show", "find", "lookup",
		"fetch", "view", "download", "preview", "calculate", "estimate", "describe", "evaluate", "compare", "count",
		"verify", "analyze", "detect", "classify", "retrieve", "beginget", "export", "test", "whatif", "diagnose",
		"predict", "peek", "receive", "browse", "effective", "usages", "capabilities", "available", "supported",
		"ipflowverify", "securitygroupview", "backendhealth", "canmigrate", "preflight")
}

// governs reports whether an operation changes who may do what: everything of
// Microsoft.Authorization, the use of identities, and the grants that services
// keep themselves.
func (o operation) governs() bool {
	if o.provider == "microsoft.authorization" || slices.Contains(o.types, "microsoft.authorization") {
		return true
	}
	if o.provider == "microsoft.managedidentity" {
		return o.act == "assign" || slices.Contains(o.types, "federatedidentitycredentials")
	}
	if slices.Contains(o.types, "rbac.authorization.k8s.io") {
		return true
	}
	if strings.HasSuffix(o.act, "roleassignments") || slices.Contains([]string{
		"modifypermissions", "manageownership", "takeownership", "impersonate", "addprincipals", "removeprincipals", "setacl",
		"addrootcollectionadmin", "assignworkspaceadmin",
	}, o.act) {
		return true
	}
	return matchesAny(o.last(), "*roleassignments", "*roledefinitions", "accesspolicies", "accesspolicyassignments", "principalassignments",
		"administrators", "azureadonlyauthentications", "federatedidentitycredentials")
}

func beginsWith(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// matchesAny compares with patterns that may begin with a star, end with one or
// both.
func matchesAny(s string, patterns ...string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		part := strings.Trim(p, "*")
		switch {
		case strings.HasPrefix(p, "*") && strings.HasSuffix(p, "*"):
			return strings.Contains(s, part)
		case strings.HasPrefix(p, "*"):
			return strings.HasSuffix(s, part)
		case strings.HasSuffix(p, "*"):
			return strings.HasPrefix(s, part)
		}
		return s == p
	})
}
