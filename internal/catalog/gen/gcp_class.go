package main

import (
	"slices"
	"strings"
)

// classGCP returns the function that classes a permission of Google Cloud by the
// rules of docs/catalogues.md: by its verb, by its service and by the names that
// give away secrets.
func classGCP() func(entry) verdict {
	tags, writes := gcpTags(), dataWrites()
	return func(e entry) verdict {
		return parsePermission(e.name).class(tags, writes)
	}
}

func (p permission) class(tags, writes map[string]string) verdict {
	typ := p.typ()
	letters := p.sensitivity(typ, tags[p.name])
	var flags string
	if typ == typeWrite || typ == typeDelete || typ == typePermissions || letters != "" {
		flags = "H"
	}
	flags += letters
	switch {
	case p.checkedBesides():
		flags += "u"
	case !changes(typ) || p.writesData(writes):
		flags += "d"
	}
	return verdict{typ: typ, flags: flags}
}

// permission is a name of Google Cloud, taken apart; verb keeps its case.
type permission struct {
	name    string // In lower case.
	service string // "storage".
	things  string // In lower case, without the service: "objects".
	verb    string // "get", "setIamPolicy".
}

func parsePermission(name string) permission {
	i := max(0, strings.LastIndexByte(name, '.'))
	service := serviceOf(name)
	things := strings.TrimPrefix(strings.ToLower(name[:i]), strings.ToLower(service))
	things = strings.TrimLeft(strings.TrimPrefix(things, ".googleapis.com"), "./")
	return permission{name: strings.ToLower(name), service: service, things: things, verb: name[i+1:]}
}

// first returns what the verb begins with in lower case: "get" of "getIamPolicy",
// "delete" of "batchDelete". Where it begins with who does it, as in
// "creatorList", the end tells.
func (p permission) first() string {
	w := words(p.verb)
	for len(w) > 1 && slices.Contains([]string{"legacy", "batch", "bulk", "admin"}, w[0]) {
		w = w[1:]
	}
	first, last := strings.ToLower(w[0]), strings.ToLower(w[len(w)-1])
	switch first {
	case "modify", "enable", "disable", "configure", "create", "update", "delete", "set", "verify":
		return first
	}
	switch last {
	case "get", "list", "search":
		return last
	}
	return first
}

func (p permission) typ() rune {
	typ := p.plain()
	if changes(typ) && typ != typeTagging && p.governs() {
		return typePermissions
	}
	return typ
}

// plain is the type that the verb gives away.
func (p permission) plain() rune {
	switch strings.ToLower(p.verb) {
	case "createtagbinding", "deletetagbinding":
		return typeTagging
	case "describekey", "useasdatasource":
		return typeRead
	case "listkeys":
		return typeList
	case "accessviaiap", "checkin", "checkout", "getaccesstoken", "getopenidtoken":
		return typeWrite
	}
	switch p.first() {
	case "list", "search":
		return typeList
	case "get", "read", "query", "view", "check", "test", "lookup", "fetch", "find", "count", "export", "download", "detect",
		"predict", "explain", "analyze", "validate", "verify", "describe", "render", "preview", "inspect", "report", "calculate",
		"compute", "estimate", "select", "retrieve", "watch", "browse", "access", "partition", "streaming", "resolve", "compare",
		"evaluate", "classify", "translate", "recognize", "summarize", "show":
		return typeRead
	case "delete", "purge", "destroy", "drop", "wipe", "expunge", "truncate", "erase":
		return typeDelete
	}
	return typeWrite
}

// governs reports whether a permission changes who may do what.
func (p permission) governs() bool {
	switch strings.ToLower(p.verb) {
	case "setiampolicy", "actas", "getaccesstoken", "getopenidtoken", "signblob", "signjwt", "implicitdelegation",
		"createpolicybinding", "updatepolicybinding", "deletepolicybinding", "setorgpolicy", "overridepublicpolicies":
		return true
	}
	switch p.service {
	case "iam":
		return p.things != "serviceaccounts"
	case "orgpolicy", "accesscontextmanager":
		return true
	case "container":
		return slices.Contains([]string{"roles", "clusterroles", "rolebindings", "clusterrolebindings", "certificatesigningrequests"}, p.things)
	case "bigquery":
		return p.things == "rowaccesspolicies" || p.things == "datapolicies"
	case "storage":
		return strings.Contains(p.name, "acl") || p.things == "hmackeys"
	case "privilegedaccessmanager":
		return p.things != "operations"
	}
	return false
}

// checkedBesides are the permissions that no call is for: other calls check them,
// or what they allow is not written to the audit logs.
func (p permission) checkedBesides() bool {
	return slices.Contains([]string{
		"iam.serviceaccounts.actas", "serviceusage.services.use", "run.routes.invoke", "cloudfunctions.functions.invoke",
		"storage.buckets.enableobjectretention", "storage.objects.overrideunlockedretention",
		"bigquery.rowaccesspolicies.overridetimetravelrestrictions",
	}, p.name)
}

// writesData reports whether a permission that is no read is for calls that
// only the Data Access logs record (DATA_WRITE, and the DATA_READ of calls that
// are no reads to us). Each service's page on audit logging says so:
// https://cloud.google.com/logging/docs/audit/services.
func (p permission) writesData(writes map[string]string) bool {
	if verbs, ok := writes[p.service+"."+p.things]; ok {
		return verbs == "*" || slices.Contains(strings.Fields(verbs), strings.ToLower(p.verb))
	}
	switch p.first() {
	case "invoke", "execute", "send", "publish", "subscribe", "consume", "receive", "ingest", "write", "upload", "chat", "converse",
		"encrypt", "decrypt", "connect", "login", "egress", "proxy", "http", "git":
		return p.service != "container"
	}
	return writes[p.service] == "*"
}
