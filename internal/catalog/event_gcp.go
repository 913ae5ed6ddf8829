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
	id := strings.ToLower(apiVersion.ReplaceAllString(name, ""))
	if isFree(service, id) {
		return mappedCall{mapping: NotPermissionBearing}
	}
	if m, ok := c.gcpNamed(service, id); ok {
		return m
	}
	if strings.HasPrefix(id, "io.k8s.") {
		return mappedCall{} // The verbs of Kubernetes have permissions of their own.
	}
	return c.gcpMethod(service, name)
}

// apiVersion is what some services begin a method's name with.
var apiVersion = regexp.MustCompile(`^(v\d+((alpha|beta)\d*)?|alpha|beta)\.`)

// isFree reports whether a method needs no permission: to ask what one may do, to
// look at or wait for an operation, to sign in (the logs of Workspace).
func isFree(service, id string) bool {
	method := id[strings.LastIndexAny(id, "./")+1:]
	return method == "testiampermissions" || service == "login" || service == "admin" ||
		strings.HasPrefix(id, "google.longrunning.operations.")
}

// gcpNamed maps a method that a table knows or whose name is a permission, with
// or without the service's name.
func (c *Catalog) gcpNamed(service, id string) (mappedCall, bool) {
	short := strings.TrimPrefix(id, "google.")
	policy := c.policyService(service)
	for _, key := range []string{service + ":" + id, id, short, service + "." + id, policy + "." + id} {
		if m, ok := c.calls.calls[key]; ok {
			return m, true
		}
	}
	for _, key := range []string{id, short, policy + "." + id} {
		if i, ok := c.index[key]; ok {
			return mapped(int(i)), true
		}
	}
	return mappedCall{}, false
}

func mapped(i int) mappedCall { return mappedCall{actions: []int{i}, mapping: Mapped} }

// policyService returns the name that permissions of a service begin with.
func (c *Catalog) policyService(service string) string {
	if p, ok := c.calls.prefixes[service]; ok {
		return p
	}
	return service
}

// gcpMethod maps a method of an API, whose name says what it does and to what:
// "google.iam.admin.v1.CreateServiceAccountKey" is the verb "create" on
// "serviceAccountKeys". Where it does not, its interface may:
// "google.cloud.run.v1.Services.SetIamPolicy". Only a single fit counts.
func (c *Catalog) gcpMethod(service, name string) mappedCall {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '/' })
	if len(parts) == 0 {
		return mappedCall{}
	}
	last := parts[len(parts)-1]
	verb, thing := verbAndThing(last)
	things := []string{thing}
	if len(parts) > 1 {
		things = append(things, strings.ToLower(parts[len(parts)-2]))
	}
	for _, t := range things {
		if i, ok := c.exact(service, verb, t); ok {
			return mapped(i)
		}
	}
	if m, ok := c.calls.calls[service+":"+strings.ToLower(last)]; ok {
		return m
	}
	if i, ok := c.only(c.policyService(service), verb, thing); ok {
		return mapped(i)
	}
	return mappedCall{}
}

// verbAndThing splits the name of a method: "CreateServiceAccountKey" is
// "create" and "serviceaccountkey". The policies of resources are part of the
// verb, as in permissions: "SetIamPolicy" is "setiampolicy" and nothing.
func verbAndThing(method string) (verb, thing string) {
	lower := strings.ToLower(method)
	if strings.HasSuffix(lower, "iampolicy") {
		return lower, ""
	}
	i := strings.IndexFunc(method[1:], unicode.IsUpper) + 1
	if i == 0 {
		return lower, ""
	}
	verb, thing = lower[:i], lower[i:]
	switch verb {
	case "insert":
		verb = "create"
	case "patch", "replace":
		verb = "update"
	}
	return verb, thing
}

// exact finds the permission of a service whose verb it is and whose thing is the
// plural of thing.
func (c *Catalog) exact(service, verb, thing string) (int, bool) {
	if thing == "" {
		return 0, false
	}
	policy := c.policyService(service)
	for _, p := range plurals(thing) {
		for _, prefix := range []string{policy + ".", policy + ".googleapis.com/", service + "."} {
			if i, ok := c.index[prefix+p+"."+verb]; ok {
				return int(i), true
			}
		}
	}
	return 0, false
}

func plurals(thing string) []string {
	out := []string{thing + "s", thing, thing + "es"}
	if stem, ok := strings.CutSuffix(thing, "y"); ok {
		out = append(out, stem+"ies")
	}
	return out
}

// minWord is how long the last word of a thing must be to tell a permission.
const minWord = 4

// only finds the one permission of a service whose verb it is and whose thing is
// the last word of the plural of thing ("AccessSecretVersion" fits
// "secretmanager.versions.access"); of a policy, the service's one permission.
func (c *Catalog) only(service, verb, thing string) (int, bool) {
	if thing == "" && !strings.HasSuffix(verb, "iampolicy") {
		return 0, false
	}
	lo, hi := c.span(service + ".")
	found := -1
	for i := lo; i < hi; i++ {
		word, ok := strings.CutSuffix(c.lower[i][len(service)+1:], "."+verb)
		if !ok || thing != "" && !endsWith(thing, word) {
			continue
		}
		if found >= 0 {
			return 0, false
		}
		found = i
	}
	return found, found >= 0
}

func endsWith(thing, word string) bool {
	return len(word) >= minWord && slices.ContainsFunc(plurals(thing), func(p string) bool { return strings.HasSuffix(p, word) })
}
