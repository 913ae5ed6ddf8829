package azure

import (
	"bytes"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// targets fills in what an event of Entra was about, and the credentials that
// it made.
func (n *normaliser) targets(ev *auditlog.Event, r *logRecord) {
	list := n.array(r.get(fieldTargets))
	if list == nil {
		return
	}
	jsonscan.Elements(list, func(target []byte) {
		if len(target) == 0 || target[0] != '{' {
			return
		}
		id := n.value(memberFold(target, "id"))
		if id == "" {
			id = n.value(memberFold(target, "userprincipalname"))
		}
		n.touch(ev, n.lower(id), n.value(memberFold(target, "type")))
		if !n.lean {
			n.issued(ev, n.array(memberFold(target, "modifiedproperties")))
		}
	})
}

// issued reads the secrets and certificates that a change of an application
// added: those after it which were not there before.
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
func (n *normaliser) issued(ev *auditlog.Event, properties []byte) {
	if properties == nil {
		return
	}
	jsonscan.Elements(properties, func(p []byte) {
		if len(p) == 0 || p[0] != '{' || !bytes.EqualFold(jsonscan.TextOf(memberFold(p, "displayname")), []byte("KeyDescription")) {
			return
		}
		before := keyIdentifiers(jsonscan.TextOf(memberFold(p, "oldvalue")).String())
		for _, key := range keyIdentifiers(jsonscan.TextOf(memberFold(p, "newvalue")).String()) {
			if !slices.Contains(before, key) && !slices.Contains(ev.Issued, key) {
				ev.Issued = append(ev.Issued, key)
			}
		}
	})
}

// keyIdentifiers finds "KeyIdentifier=<id>," in a list of credentials.
func keyIdentifiers(s string) []entitlement.AccessKeyID {
	var out []entitlement.AccessKeyID
	for {
		_, rest, ok := strings.Cut(s, "KeyIdentifier=")
		if !ok {
			return out
		}
		end := strings.IndexAny(rest, ",]\" ")
		if end < 0 {
			end = len(rest)
		}
		if end > 0 {
			out = append(out, entitlement.AccessKeyID(strings.ToLower(rest[:end])))
		}
		s = rest[end:]
	}
}
