package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
)

// reads reports whether the log says that all that was asked for is to read.
func (n *normaliser) reads(kind logKind) bool {
	if kind != dataLog || len(n.checks) == 0 {
		return false
	}
	return n.all(func(c *check) bool { return strings.HasSuffix(string(c.access), "_READ") })
}

// readOnly tells by the permissions, else by the name of the method, where the
// log does not.
func (n *normaliser) readOnly(ev *auditlog.Event) bool {
	switch {
	case ev.ReadOnly:
		return true
	case n.any(func(c *check) bool { return len(c.access) > 0 }):
		return false
	case len(ev.Actions) == 0:
		return readsByName(ev.Name)
	}
	for _, a := range ev.Actions {
		i, ok := n.cat.Index(a)
		if !ok && !readsByName(string(a)) || ok && n.cat.Info(i).Type.Changes() {
			return false
		}
	}
	return true
}

func readsByName(method string) bool {
	verb := strings.ToLower(method[strings.LastIndexAny(method, "./")+1:])
	for _, v := range []string{"get", "list", "aggregatedlist", "search", "query", "read", "lookup", "testiampermissions", "batchget"} {
		if strings.HasPrefix(verb, v) {
			return true
		}
	}
	return false
}
