package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// check is one element of authorizationInfo.
type check struct {
	permission, resource, name, service, kind, access jsonscan.Text
	granted, denied                                   bool
}

// authorize fills in which permissions a call exercised, or was refused for want
// of. What the log says of permissions counts before what the catalogue knows of
// the method.
//
// To ask which permissions one has is no use of them. A long-running operation
// is recorded when it begins and when it ends, and an entry that was too long
// stands in several; the call counts once, with the first.
func (n *normaliser) authorize(ev *auditlog.Event, e *entry, kind logKind) {
	n.readChecks(e.audit.authorization)
	ev.ReadOnly = n.reads(kind)
	switch {
	case isTest(ev.Name) || e.continues() || kind == systemLog:
		ev.Mapping = auditlog.NotPermissionBearing
		return
	case len(n.checks) > 0:
		n.checked(ev)
	default:
		m := n.mapped(ev)
		ev.Actions, ev.Mapping = m.actions, m.mapping
	}
	if kind != activityLog {
		ev.ReadOnly = n.readOnly(ev)
	}
}

// isTest knows the calls that ask which permissions the caller has.
func isTest(method string) bool {
	const name = "testiampermissions"
	return len(method) >= len(name) && strings.EqualFold(method[len(method)-len(name):], name)
}

// continues reports whether the call was recorded before, at the beginning of
// its operation or in the first part of the entry.
func (e *entry) continues() bool {
	later := false
	operation(e.operation, func(_ jsonscan.Text, first, last bool) { later = last && !first })
	jsonscan.Members(e.split, func(key, v []byte) {
		later = later || string(key) == "index" && number(v) > 0
	})
	return later
}

func (n *normaliser) readChecks(list []byte) {
	n.checks = n.checks[:0]
	jsonscan.Elements(list, func(v []byte) {
		var c check
		jsonscan.Members(v, c.member)
		if len(c.permission) > 0 {
			n.checks = append(n.checks, c)
		}
	})
}

func (c *check) member(key, v []byte) {
	var buf [maxKey]byte
	switch string(camel(key, buf[:0])) {
	case "permission":
		c.permission.Set(v)
	case "resource":
		c.resource.Set(v)
	case "granted":
		c.granted, c.denied = truth(v), string(v) == "false" || string(v) == `"false"`
	case "permissionType":
		c.access.Set(v)
	case "resourceAttributes":
		jsonscan.Members(v, func(key, v []byte) {
			switch string(key) {
			case "name":
				c.name.Set(v)
			case "service":
				c.service.Set(v)
			case "type":
				c.kind.Set(v)
			}
		})
	}
}

// checked takes the permissions of the log itself. A call that was refused was
// so for want of those that are not granted, and used none. One that went
// through used those that are granted: what else was asked, it did not need.
// Where nothing was granted and nothing tells how the call ended, it was
// refused. An element that does not say whether it was granted, as JSON leaves
// out what is false, follows the status of the call.
func (n *normaliser) checked(ev *auditlog.Event) {
	refused := ev.Outcome == auditlog.AuthorizationFailure
	if !refused && n.all(func(c *check) bool { return c.denied }) {
		refused, ev.Outcome = true, auditlog.AuthorizationFailure
	}
	wanted := func(c *check) bool { return !c.denied }
	if refused && n.any(func(c *check) bool { return !c.granted }) {
		wanted = func(c *check) bool { return !c.granted }
	}
	ev.Actions, ev.Mapping = n.permissions(wanted), auditlog.Mapped
}

func (n *normaliser) all(is func(*check) bool) bool {
	return !n.any(func(c *check) bool { return !is(c) })
}

func (n *normaliser) any(is func(*check) bool) bool {
	for i := range n.checks {
		if is(&n.checks[i]) {
			return true
		}
	}
	return false
}

// permissions returns the permissions of those checks that are wanted, each
// once and in the catalogue's spelling: the same slice for the same ones.
func (n *normaliser) permissions(wanted func(*check) bool) []entitlement.Action {
	key := n.scratch[:0]
	for i := range n.checks {
		if c := &n.checks[i]; wanted(c) {
			key = append(append(key, c.permission...), 0)
		}
	}
	n.scratch = key
	if list, ok := n.actions[string(key)]; ok {
		return list
	}
	if len(n.actions) >= maxKnown {
		clear(n.actions)
	}
	var list []entitlement.Action
	seen := map[string]bool{}
	for p := range strings.SplitSeq(strings.TrimSuffix(string(key), "\x00"), "\x00") {
		name := n.permissionName(jsonscan.Text(p).String())
		if a := n.spelled(name); !seen[strings.ToLower(name)] {
			seen[strings.ToLower(name)] = true
			list = append(list, a)
		}
	}
	n.actions[string(key)] = list
	return list
}

// permissionName writes a permission as roles do: version 2 of IAM writes
// "iam.googleapis.com/roles.get", and roles have some of that form themselves.
// https://cloud.google.com/iam/docs/deny-permissions-support
func (n *normaliser) permissionName(p string) string {
	if _, known := n.cat.Index(entitlement.Action(p)); known {
		return p
	}
	if host, rest, ok := strings.Cut(p, "/"); ok {
		if service, google := strings.CutSuffix(host, ".googleapis.com"); google {
			return service + "." + rest
		}
	}
	return p
}

func (n *normaliser) spelled(p string) entitlement.Action {
	if i, ok := n.cat.Index(entitlement.Action(p)); ok {
		return n.cat.Info(i).Action
	}
	return entitlement.Action(p)
}

// mapped returns what the catalogue knows of the method.
func (n *normaliser) mapped(ev *auditlog.Event) mappedCall {
	call := catalog.Call{Source: ev.Source, Name: ev.Name}
	m, ok := n.calls[call]
	if ok {
		return m
	}
	if len(n.calls) >= maxKnown {
		clear(n.calls)
	}
	indices, mapping := n.cat.Permissions(call)
	for _, i := range indices {
		m.actions = append(m.actions, n.cat.Info(i).Action)
	}
	switch mapping {
	case catalog.Mapped:
		m.mapping = auditlog.Mapped
	case catalog.NotPermissionBearing:
		m.mapping = auditlog.NotPermissionBearing
	case catalog.Unmapped:
		m.mapping = auditlog.Unmapped
	}
	n.calls[call] = m
	return m
}
