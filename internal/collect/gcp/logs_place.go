package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// logKind tells which of the audit logs an entry is of.
// https://cloud.google.com/logging/docs/audit
type logKind uint8

const (
	otherLog    logKind = iota
	activityLog         // Admin Activity: always on.
	dataLog             // Data Access: on where the owner wants it.
	systemLog           // System Event: what Google Cloud itself did.
	policyLog           // Policy Denied.
)

// labels are what an entry says of the resource that it was written for.
type labels struct{ kind, project, location, email, unique string }

// place fills in where a call was recorded.
func (n *normaliser) place(ev *auditlog.Event, e *entry) logKind {
	log := n.names.Text(e.logName)
	n.of = n.labels(e.resource)
	l := n.of
	ev.System = n.project(log)
	if l.project != "" && (ev.System == "" || isNumber(string(ev.System))) { // A log may be named by the project's number.
		ev.System = entitlement.SystemID(l.project)
	}
	if ev.System == "" {
		ev.System = n.project(n.names.Text(e.audit.resource))
	}
	ev.Region = region(n.location(e.audit.location, l.location), &n.names)
	kind := kindOf(log)
	ev.DataEvent = kind == dataLog
	operation(e.operation, func(id jsonscan.Text, _, _ bool) { ev.RequestID = id.String() })
	return kind
}

// project returns the project in a name such as "projects/p/logs/l", "" for
// logs of organizations, folders and billing accounts.
func (n *normaliser) project(name string) entitlement.SystemID {
	rest, ok := strings.CutPrefix(name, "projects/")
	if !ok {
		return ""
	}
	if p, known := n.projects[name]; known {
		return p
	}
	id, _, _ := strings.Cut(rest, "/")
	if id == "-" || id == "_" {
		id = ""
	}
	if len(n.projects) >= maxKnown {
		clear(n.projects)
	}
	p := entitlement.SystemID(strings.Clone(id))
	n.projects[name] = p
	return p
}

func (n *normaliser) labels(resource []byte) labels {
	var l labels
	jsonscan.Members(resource, func(key, v []byte) {
		if string(key) == "type" {
			l.kind = n.names.Text(jsonscan.TextOf(v))
		}
		if string(key) != "labels" {
			return
		}
		jsonscan.Members(v, func(key, v []byte) {
			switch t := jsonscan.TextOf(v); string(key) {
			case "project_id":
				l.project = n.names.Text(t)
			case "location", "region", "zone":
				if len(t) > 0 {
					l.location = n.names.Text(t)
				}
			case "email_id":
				l.email = n.names.Text(t)
			case "unique_id":
				l.unique = n.names.Text(t)
			}
		})
	})
	return l
}

// location returns the first current location of a resource, else what the
// labels say.
func (n *normaliser) location(value []byte, otherwise string) string {
	where := ""
	jsonscan.Members(value, func(key, v []byte) {
		var buf [maxKey]byte
		if string(camel(key, buf[:0])) == "currentLocations" {
			jsonscan.Elements(v, func(x []byte) {
				if where == "" {
					where = n.names.Text(jsonscan.TextOf(x))
				}
			})
		}
	})
	if where == "" {
		return otherwise
	}
	return where
}

// region leaves out the letter of a zone: "us-central1-b" is in "us-central1".
func region(location string, names interface{ Bytes([]byte) string }) string {
	if i := len(location) - 2; i > 0 && location[i] == '-' && location[i+1] >= 'a' && location[i+1] <= 'z' {
		return names.Bytes([]byte(location[:i]))
	}
	return location
}

func kindOf(log string) logKind {
	_, id, _ := strings.Cut(log, "cloudaudit.googleapis.com")
	switch strings.TrimPrefix(strings.TrimPrefix(id, "%2F"), "/") {
	case "activity":
		return activityLog
	case "data_access":
		return dataLog
	case "system_event":
		return systemLog
	case "policy":
		return policyLog
	}
	return otherLog
}

// operation reads what an entry says of a long-running operation.
func operation(value []byte, found func(id jsonscan.Text, first, last bool)) {
	if len(value) == 0 || value[0] != '{' {
		return
	}
	var id jsonscan.Text
	var first, last bool
	jsonscan.Members(value, func(key, v []byte) {
		switch string(key) {
		case "id":
			id.Set(v)
		case "first":
			first = truth(v)
		case "last":
			last = truth(v)
		}
	})
	found(id, first, last)
}

// truth reads a boolean, which some exports write as a string.
func truth(v []byte) bool { return string(v) == "true" || string(v) == `"true"` }
