package gcp

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// resources notes what a call acted upon, by full resource names: the service
// account of the labels, what the payload names, and what permissions were
// checked on.
func (n *normaliser) resources(ev *auditlog.Event, e *entry) {
	if l := n.of; l.kind == "service_account" && l.email != "" && l.project != "" {
		n.note(ev, named{name: "projects/" + l.project + "/serviceAccounts/" + strings.ToLower(l.email)})
	}
	name := n.names.Text(e.audit.resource)
	if !strings.Contains(name, "/-/serviceAccounts/") || len(ev.Resources) == 0 {
		n.note(ev, named{name, ev.Source, n.kindOfChecks(e.audit.resource)})
	}
	for i := range n.checks {
		c := &n.checks[i]
		of := c.name
		if len(of) == 0 {
			of = c.resource
		}
		n.note(ev, named{n.names.Text(of), n.serviceOf(c, ev.Source), n.names.Text(c.kind)})
	}
	if len(ev.Resources) > 1 {
		ev.Resources = byProjectID(ev.Resources, string(ev.System))
	}
}

// byProjectID leaves out what is named by the project's number where it is there
// by the project's id, too.
func byProjectID(list []auditlog.Resource, project string) []auditlog.Resource {
	return slices.DeleteFunc(list, func(r auditlog.Resource) bool {
		host, path, ok := strings.Cut(string(r.ID), "/projects/")
		number, rest, _ := strings.Cut(path, "/")
		return ok && isNumber(number) && number != project && slices.ContainsFunc(list, func(o auditlog.Resource) bool {
			other, ok := strings.CutPrefix(string(o.ID), host+"/projects/")
			same, ok2 := strings.CutPrefix(other, project)
			return ok && ok2 && strings.TrimPrefix(same, "/") == rest
		})
	})
}

// kindOfChecks returns the type that a check gives the resource.
func (n *normaliser) kindOfChecks(name jsonscan.Text) string {
	for i := range n.checks {
		if c := &n.checks[i]; len(c.kind) > 0 && (string(c.name) == string(name) || string(c.resource) == string(name)) {
			return n.names.Text(c.kind)
		}
	}
	return ""
}

// serviceOf returns the host of a service that may be written short: "compute".
func (n *normaliser) serviceOf(c *check, otherwise string) string {
	s := n.names.Text(c.service)
	switch {
	case s == "":
		return otherwise
	case !strings.Contains(s, "."):
		return s + ".googleapis.com"
	}
	return s
}

// named is a resource as a log names it.
type named struct{ name, service, kind string }

// note adds what a service's log names, once.
func (n *normaliser) note(ev *auditlog.Event, of named) {
	if of.name == "" {
		return
	}
	r, ok := n.known[of]
	if !ok {
		if len(n.known) >= maxKnown {
			clear(n.known)
		}
		r = n.resource(of)
		n.known[of] = r
	}
	if r.ID == "" {
		return
	}
	for i := range ev.Resources {
		if ev.Resources[i].ID == r.ID {
			return
		}
	}
	ev.Resources = append(ev.Resources, r)
}

// resource names a resource. Of what is created in a project, checks give the
// type, with the project's name.
func (n *normaliser) resource(of named) auditlog.Resource {
	full := resourceName(of.name, of.service)
	r := auditlog.Resource{ID: entitlement.ResourceID(full), Type: of.kind}
	if !strings.Contains(of.kind, "/") || containerOf(full) != "" {
		r.Type = n.typeOf(full)
	}
	return r
}

// resourceName returns the full resource name of what a service's log names.
func resourceName(name, service string) string {
	switch {
	case name == "":
		return ""
	case strings.HasPrefix(name, "projects/_/buckets/"):
		return "//storage.googleapis.com/" + name[len("projects/_/buckets/"):]
	case strings.HasPrefix(name, "//"), container(name):
		return fullName(name, "")
	case strings.HasPrefix(name, "projects/") && strings.Contains(name, "/serviceAccounts/"):
		return "//iam.googleapis.com/" + name
	case service == "":
		return ""
	}
	return "//" + service + "/" + strings.TrimPrefix(name, "/")
}
