package azure

import (
	"bytes"
	"cmp"
	"net"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// resourceLog fills in an event of the log of a storage account, a key vault or
// another resource.
// https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference#resource-logs
// https://learn.microsoft.com/azure/key-vault/general/logging
func (n *normaliser) resourceLog(ev *auditlog.Event, r *logRecord, c class) {
	properties := n.object(r.get(fieldProperties))
	r.add(properties, fieldUserAgent, fieldURI, fieldStatusCode, fieldObjectKey, fieldAuthentication)
	if r.values[fieldID] != nil {
		r.values[fieldID] = nil // The address of a secret, or a number that repeats.
	}
	rights, action := n.rights(r)
	n.called(ev, cmp.Or(n.value(r.get(fieldOperationValue)), n.value(r.get(fieldOperationName))), action)
	ev.DataEvent = true
	switch c { //nolint:exhaustive // the other classes are none of resources
	case ofStorage:
		ev.Source = "Microsoft.Storage"
	case ofVault:
		ev.Source = "Microsoft.KeyVault"
	}
	n.resourceEnds(ev, r)
	n.requester(ev, r)
	n.place(ev, r)
	if bytes.Contains(bytes.ToLower(r.get(fieldResourceID)), []byte("/microsoft.aadiam")) { // Other logs of Entra.
		ev.Source, ev.Mapping, ev.Actions, ev.DataEvent = entra, auditlog.NotPermissionBearing, nil, false
	}
	if ev.Source == "" && len(ev.Resources) > 0 {
		ev.Source, _, _ = strings.Cut(ev.Resources[0].Type, "/")
	}
	ev.Address = addressOf(n.value(r.get(fieldAddress)))
	ev.UserAgent, ev.Region = n.value(r.get(fieldUserAgent)), n.region(r)
	if n.lean {
		return
	}
	if rights != nil {
		n.collectArray(rights)
	}
	n.put(address(r.text(fieldURI).String()))
	n.put(n.value(r.get(fieldObjectKey)))
	n.put(n.value(r.get(fieldAuthentication)))
	n.collect(properties)
}

// rights returns what a storage account's log tells of the permissions that were
// used: [{"action", "roleDefinitionId", "roleAssignmentId", "result"}].
func (n *normaliser) rights(r *logRecord) (list []byte, action string) {
	if list = n.array(jsonscan.Member(n.identityOf(r), "authorization")); list == nil {
		if list = n.array(r.get(fieldAuthorization)); list == nil {
			return nil, ""
		}
	}
	jsonscan.Elements(list, func(one []byte) {
		if action == "" {
			action = n.value(memberFold(one, "action"))
		}
	})
	return list, action
}

// resourceEnds reads the HTTP status, and the code of an error beside it.
func (n *normaliser) resourceEnds(ev *auditlog.Event, r *logRecord) {
	text, sub := n.value(r.get(fieldStatus)), codeOf(n.value(r.get(fieldSubStatus)))
	status := n.value(r.get(fieldStatusCode))
	number, err := strconv.ParseFloat(status, 64)
	if err == nil && number < 400 || err != nil && phaseOf(text) != failed && !isRefusal(sub) {
		ev.Outcome = auditlog.Success
		return
	}
	if err == nil {
		status = strconv.Itoa(int(number)) // 403.0 in some tables.
	}
	if phaseOf(text) == failed || strings.EqualFold(text, "success") {
		text = ""
	}
	ev.Outcome, ev.ErrorCode = outcomeOf(text, sub, status)
	ev.ErrorText = r.text(fieldDescription).String()
}

func isRefusal(code string) bool {
	outcome, _ := outcomeOf(code)
	return outcome == auditlog.AuthorizationFailure
}

// requester fills in who called: identity.requester of storage accounts,
// identity.claim of key vaults, the columns of Log Analytics. A call with the
// account's key or a shared signature has no identity.
func (n *normaliser) requester(ev *auditlog.Event, r *logRecord) {
	identity := n.identityOf(r)
	w := n.claims(n.tokenOf(r))
	if q := n.object(jsonscan.Member(identity, "requester")); q != nil {
		w.object, w.app = n.value(memberFold(q, "objectid")), n.value(memberFold(q, "appid"))
		w.login = n.value(memberFold(q, "upn"))
	}
	w.object = cmp.Or(w.object, n.value(r.get(fieldUserID)))
	w.login = cmp.Or(w.login, n.value(r.get(fieldUserName)))
	w.app = cmp.Or(w.app, n.value(r.get(fieldAppID)))
	w.managed = w.managed || r.has(fieldManagedType)
	n.identify(ev, &w, n.value(r.get(fieldCaller)), "")
	if !r.has(fieldAuthentication) {
		r.values[fieldAuthentication] = jsonscan.Member(identity, "type")
	}
}

// addressOf drops the port from an address.
func addressOf(s string) string {
	if host, _, err := net.SplitHostPort(s); err == nil {
		return host
	}
	return strings.Trim(s, "[]")
}

// address is the part of a URL before its query, which may hold a signature.
func address(url string) string {
	before, _, _ := strings.Cut(url, "?")
	return before
}
