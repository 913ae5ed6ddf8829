package azure

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// The types of identity, as the claim idtyp and Entra's sign-in logs tell them.
const (
	typeUser      = "User"
	typePrincipal = "ServicePrincipal"
	typeManaged   = "ManagedIdentity"
)

// who is who called, as a token's claims tell.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
type who struct {
	object, login, mail, app string
	kind                     string // Claim idtyp.
	address, token           string
	managed, delegated       bool
}

// claims reads a token's claims. Some names are addresses of a schema, of which
// the last part tells.
func (n *normaliser) claims(object []byte) who {
	var w who
	if len(object) == 0 || object[0] != '{' {
		return w
	}
	jsonscan.Members(object, func(key, value []byte) {
		schema := bytes.LastIndexByte(key, '/')
		v := jsonscan.TextOf(value)
		if len(v) == 0 {
			return
		}
		n.scratch = fold(n.scratch[:0], key[schema+1:])
		switch string(n.scratch) {
		case "objectidentifier", "oid":
			w.object = n.names.Text(v)
		case "upn", "uniquename":
			w.login = n.names.Text(v)
		case "name":
			if schema >= 0 && w.login == "" { // Without a schema it is a name for people.
				w.login = n.names.Text(v)
			}
		case "emailaddress":
			w.mail = n.names.Text(v)
		case "appid", "azp":
			w.app = n.names.Text(v)
		case "idtyp":
			w.kind = n.names.Text(v)
		case "xmsmirid":
			w.managed = true
		case "scope", "scp", "puid":
			w.delegated = true
		case "ipaddr":
			w.address = n.names.Text(v)
		case "uti":
			w.token = v.String()
		}
	})
	return w
}

// identify fills in who called, by the claims and by the name that the record
// has for the caller: a user's login or the object id of an application.
func (n *normaliser) identify(ev *auditlog.Event, w *who, caller, evidence string) {
	ev.Identity = entitlement.IdentityID(n.lower(w.object))
	login := cmp.Or(w.login, w.mail)
	switch {
	case isGUIDLike(caller):
		if ev.Identity == "" {
			ev.Identity = entitlement.IdentityID(n.lower(caller))
		}
	case strings.Contains(caller, "@"):
		login = cmp.Or(caller, login)
	case caller != "" && w.object == "":
		ev.ByService, ev.InvokedBy = true, caller // "Microsoft.Insights/autoscaleSettings".
		return
	}
	ev.IdentityType = w.typeOf(login, evidence)
	if ev.IdentityName = login; ev.IdentityType != typeUser {
		ev.IdentityName = cmp.Or(w.app, login)
	}
	if ev.Identity == "" {
		ev.Identity = entitlement.IdentityID(n.lower(login))
	}
	if ev.Identity == "" {
		ev.Identity = entitlement.IdentityID(n.lower(w.app))
	}
}

// isGUIDLike reports whether a caller is an object id: those of redacted and
// made-up records have other letters in it.
func isGUIDLike(s string) bool { return len(s) == len(everyone) && strings.Count(s, "-") == 4 }

func (w *who) typeOf(login, evidence string) string {
	switch {
	case w.managed:
		return typeManaged
	case strings.EqualFold(w.kind, "app"):
		return typePrincipal
	case strings.EqualFold(w.kind, "user"), w.delegated, login != "":
		return typeUser
	case w.app != "":
		return typePrincipal
	case strings.EqualFold(evidence, typeUser), strings.EqualFold(evidence, typePrincipal):
		return evidence
	}
	return ""
}

// lower returns a text in lower case, the same string for texts that repeat.
func (n *normaliser) lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || c >= 0x80 {
			return n.names.Bytes([]byte(strings.ToLower(s)))
		}
	}
	return s
}
