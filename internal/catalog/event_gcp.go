package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// gcpPermissions maps a method of an audit log. Its name is, depending on the
// service, an id of a discovery document ("v1.compute.instances.insert"), the
// permission itself ("storage.objects.get"), or a method of an API
// ("google.iam.admin.v1.CreateServiceAccountKey", "SetIamPolicy"). Use the
// authorizationInfo of the log where it has one: it names the permissions. See
// https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog.
func (c *Catalog) gcpPermissions(source, name string) mappedCall {
	service := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(source)), ".googleapis.com")
	name = strings.TrimSpace(name)
	if isFree(service, strings.ToLower(name)) {
		return mappedCall{mapping: NotPermissionBearing}
	}
	id := strings.ToLower(apiVersion.ReplaceAllString(name, ""))
	for _, key := range []string{service + ":" + id, id, service + "." + id, c.policyService(service) + ":" + id} {
		if m, ok := c.calls.calls[key]; ok {
			return m
		}
	}
	for _, key := range []string{id, c.policyService(service) + "." + id} {
		if i, ok := c.index[key]; ok {
			return mappedCall{actions: []int{int(i)}, mapping: Mapped}
		}
	}
	return c.gcpMethod(service, name)
}

var apiVersion = regexp.MustCompile(`^(v\d+((alpha|beta)\d*)?|alpha|beta)\.`)

// isFree reports whether a method needs no permission: to ask what one may do, to
// look at or wait for an operation, to sign in (the logs of Workspace).
func isFree(service, name string) bool {
	method := name[strings.LastIndexAny(name, "./")+1:]
	return method == "testiampermissions" || service == "login" || service == "admin" ||
		strings.HasPrefix(name, "google.longrunning.operations.")
}

// policyService returns the name that permissions of a service begin with.
func (c *Catalog) policyService(service string) string {
	if p, ok := c.calls.prefixes[service]; ok {
		return p
	}
	return service
}

// gcpMethod maps a method of an API, whose name says what it does and to what:
// "google.iam.admin.v1.CreateServiceAccountKey" is the verb "create" on
// "serviceAccountKeys". The method's interface may name the thing where it does
// not: "google.cloud.run.v1.Services.ReplaceService". Only a single fit counts.
func (c *Catalog) gcpMethod(service, name string) mappedCall {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '/' })
	if len(parts) == 0 || strings.HasPrefix(name, "io.k8s.") {
		return mappedCall{}
	}
	verb, thing := verbAndThing(parts[len(parts)-1])
	things := []string{thing}
	if len(parts) > 1 && (thing == "" || thing == "iampolicy") {
		things = append(things, strings.ToLower(parts[len(parts)-2]))
	}
	for _, prefix := range uniq(c.policyService(service), service) {
		for _, t := range things {
			if i, ok := c.fit(prefix, verb, t); ok {
				return mappedCall{actions: []int{i}, mapping: Mapped}
			}
		}
	}
	return mappedCall{}
}

func uniq(a, b string) []string {
	if a == b {
		return []string{a}
	}
	return []string{a, b}
}

// verbAndThing splits the name of a method: "CreateServiceAccountKey" is
// "create" and "serviceaccountkey". "SetIamPolicy" has the verb of permissions,
// "setiampolicy", and the thing "iampolicy".
func verbAndThing(method string) (verb, thing string) {
	i := 1
	for i < len(method) && !unicode.IsUpper(rune(method[i])) {
		i++
	}
	verb, thing = strings.ToLower(method[:i]), strings.ToLower(method[i:])
	if thing == "iampolicy" {
		return verb + thing, thing
	}
	switch verb {
	case "insert":
		verb = "create"
	case "patch", "replace":
		verb = "update"
	}
	return verb, thing
}

// fit finds the one permission of a service whose verb it is and whose thing is
// the plural of thing, or else its last word: "AccessSecretVersion" fits
// "secretmanager.versions.access".
func (c *Catalog) fit(service, verb, thing string) (int, bool) {
	for _, p := range plurals(thing) {
		if i, ok := c.index[service+"."+p+"."+verb]; ok {
			return int(i), true
		}
	}
	lo, hi := c.span(service + ".")
	found := -1
	for i := lo; i < hi; i++ {
		rest, ok := strings.CutSuffix(c.lower[i][len(service)+1:], "."+verb)
		if !ok || !slices.ContainsFunc(plurals(thing), func(p string) bool { return strings.HasSuffix(p, rest) }) && thing != "iampolicy" {
			continue
		}
		if found >= 0 {
			return 0, false
		}
		found = i
	}
	return found, found >= 0
}

func plurals(thing string) []string {
	if thing == "" {
		return nil
	}
	out := []string{thing, thing + "s", thing + "es"}
	if stem, ok := strings.CutSuffix(thing, "y"); ok {
		out = append(out, stem+"ies")
	}
	return out
}
