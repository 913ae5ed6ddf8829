package azure

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
	"github.com/leastward/leastward/internal/entitlement"
)

// maxResources bounds the resources of one event.
const maxResources = 32

// activity fills in an event of the Activity Log.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema
func (n *normaliser) activity(ev *auditlog.Event, r *logRecord) {
	properties := n.object(r.get(fieldProperties))
	r.add(properties, fieldEventID)
	auth := n.grant(r)
	operation := cmp.Or(n.value(r.get(fieldOperationValue)), n.value(r.get(fieldOperationName)))
	n.called(ev, operation, auth.action)
	n.ends(ev, r, properties)
	w := n.claims(n.tokenOf(r))
	n.identify(ev, &w, n.value(r.get(fieldCaller)), auth.principalType)
	n.notice(ev, r)
	n.place(ev, r, auth.scope, n.value(jsonscan.Member(properties, "entity")))
	http := n.object(r.get(fieldHTTP))
	ev.Address = addressOf(cmp.Or(n.value(r.get(fieldAddress)), n.value(memberFold(http, "clientipaddress")), w.address))
	ev.Region = n.region(r)
	if n.lean {
		return
	}
	n.detail.Add(auth.raw, nil)
	n.put(w.app)
	n.put(w.token)
	n.put(n.value(memberFold(http, "method")))
	n.collect(properties)
}

// notice takes what Azure tells of itself for no use of anybody's permissions:
// the health of services, alerts, recommendations, the effects of policies.
// https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#categories
func (n *normaliser) notice(ev *auditlog.Event, r *logRecord) {
	switch string(n.folded(r, fieldCategory)) {
	case "servicehealth", "resourcehealth", "alert", "autoscale", "recommendation", "security":
		ev.ByService = ev.ByService || ev.Identity == ""
	case "policy":
	default:
		return
	}
	ev.Actions, ev.Mapping = nil, auditlog.NotPermissionBearing
}

// authorization is what a record tells of the permission that was used.
type authorization struct {
	raw           []byte
	action, scope string
	principalType string // Of the role assignment.
}

// grant reads the authorization of a record, with the role assignment that
// Azure says gave the permission.
func (n *normaliser) grant(r *logRecord) authorization {
	raw := n.object(r.get(fieldAuthorization))
	if raw == nil {
		raw = n.object(jsonscan.Member(n.identityOf(r), "authorization"))
	}
	a := authorization{raw: raw}
	if raw == nil {
		return a
	}
	a.action, a.scope = n.value(memberFold(raw, "action")), n.value(memberFold(raw, "scope"))
	a.principalType = n.value(memberFold(n.object(memberFold(raw, "evidence")), "principaltype"))
	return a
}

// identityOf returns the member identity, which is a name in some records.
func (n *normaliser) identityOf(r *logRecord) []byte {
	if id := n.object(r.get(fieldIdentity)); id != nil {
		return id
	}
	return []byte("{}")
}

// tokenOf returns the claims of the caller's token.
func (n *normaliser) tokenOf(r *logRecord) []byte {
	if c := n.object(r.get(fieldClaims)); c != nil {
		return c
	}
	id := n.identityOf(r)
	for _, name := range []string{"claims", "claim"} {
		if c := n.object(jsonscan.Member(id, name)); c != nil {
			return c
		}
	}
	return nil
}

// memberFold returns the member of an object whose name is the same without
// regard to case and underscores.
func memberFold(object []byte, folded string) []byte {
	var found []byte
	if len(object) == 0 || object[0] != '{' {
		return nil
	}
	var buf [longestName]byte
	jsonscan.Members(object, func(key, value []byte) {
		if len(key) <= len(buf) && string(fold(buf[:0], key)) == folded {
			found = value
		}
	})
	return found
}

// ends fills in how the operation ended. A start proves nothing yet: the record
// of the end, which has the same correlation id, tells whether it is a use.
func (n *normaliser) ends(ev *auditlog.Event, r *logRecord, properties []byte) {
	status, sub := n.value(r.get(fieldStatus)), n.value(r.get(fieldSubStatus))
	if status == "" {
		status, _, _ = strings.Cut(sub, ".")
	}
	if status == "" && strings.EqualFold(n.value(r.get(fieldEventName)), "BeginRequest") {
		status = "Started"
	}
	switch phaseOf(status) {
	case ended:
		ev.Outcome = auditlog.Success
	case begun:
		ev.Outcome, ev.Actions, ev.Mapping = auditlog.Success, nil, auditlog.NotPermissionBearing
	case failed:
		code, message := n.failure(memberFold(properties, "statusmessage"))
		ev.Outcome, ev.ErrorCode = outcomeOf(code, codeOf(sub), n.value(memberFold(properties, "statuscode")))
		ev.ErrorText = cmp.Or(message, r.text(fieldDescription).String())
	}
}

// failure reads the error of a status message: {"error": {"code", "message"}},
// with or without the outer object.
func (n *normaliser) failure(raw []byte) (code, message string) {
	o := n.object(raw)
	if o == nil {
		return "", jsonscan.TextOf(raw).String()
	}
	if inner := n.object(memberFold(o, "error")); inner != nil {
		o = inner
	}
	return n.value(memberFold(o, "code")), jsonscan.TextOf(memberFold(o, "message")).String()
}

// place fills in the resource and the subscription. The same id is written in
// capitals in some shapes and as its owner wrote it in others, which goes
// before.
func (n *normaliser) place(ev *auditlog.Event, r *logRecord, spellings ...string) {
	id := n.value(r.get(fieldResourceID))
	for _, s := range spellings {
		if id == "" && strings.HasPrefix(s, "/") || s != id && strings.EqualFold(s, id) {
			id = s
			break
		}
	}
	if id != "" {
		n.touch(ev, id, typeOf(id))
	}
	ev.System = entitlement.SystemID(n.lower(string(systemOf(id))))
	if ev.System == "" {
		ev.System = entitlement.SystemID(n.lower(n.value(r.get(fieldSubscription))))
	}
}

func (n *normaliser) touch(ev *auditlog.Event, id, typ string) {
	if id == "" || len(ev.Resources) >= maxResources {
		return
	}
	ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(id), Type: n.spelled(typ)})
}

// region returns the location, but for that of what has none.
func (n *normaliser) region(r *logRecord) string {
	if at := n.value(r.get(fieldLocation)); !strings.EqualFold(at, "global") {
		return at
	}
	return ""
}
