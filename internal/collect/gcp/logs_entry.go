package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// entry holds the parts of one LogEntry that events are made from, as they stand
// in the document.
// https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
type entry struct {
	insertID, logName          jsonscan.Text
	timestamp, received        []byte // JSON values.
	operation, split, resource []byte
	audit                      payload
	holds                      string        // What the payload is where it is none of an audit log.
	kind                       jsonscan.Text // Its @type.

	// What wraps an entry.
	data   jsonscan.Text // Of a message of Pub/Sub: base64.
	inner  jsonscan.Text // The entry as a JSON string.
	within []byte        // The entry, or what wraps it in turn, as an object.
	empty  bool
}

// payload holds the parts of an AuditLog.
// https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
type payload struct {
	found                                    bool
	kind, service, method, resource          jsonscan.Text
	authentication, authorization, requester []byte
	status, location, request, response      []byte
	metadata, serviceData                    []byte
	requestText, responseText, metadataText  jsonscan.Text // BigQuery has them as JSON strings.
}

// isEntry reports whether it is an entry rather than a wrapper.
func (e *entry) isEntry() bool {
	return e.audit.found || e.logName != nil && (e.timestamp != nil || e.insertID != nil)
}

// scan reads the object at b[i] and returns the position behind it. Where the
// object has a list of entries, it stops at the list's opening bracket and
// reports so.
func (e *entry) scan(b []byte, i int, kind func([]byte) records.List) (end int, list records.List, st jsonscan.Status) {
	e.empty = true
	end, st = jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
		if b[at] == '[' && kind(key) != records.NoList {
			list = kind(key)
			return at, jsonscan.Bad // Ends the reading here.
		}
		e.empty = false
		var buf [maxKey]byte
		name := camel(key, buf[:0])
		if b[at] == '{' && isPayload(name) {
			return e.scanPayload(name, b, at)
		}
		end, st := jsonscan.SkipValue(b, at, 1)
		if st == jsonscan.OK {
			e.member(name, b[at:end])
		}
		return end, st
	})
	if list != records.NoList {
		return end, list, jsonscan.OK
	}
	return end, records.NoList, st
}

func isPayload(name []byte) bool {
	switch string(name) {
	case "protoPayload", "protopayloadAuditlog", "jsonPayload":
		return true
	}
	return false
}

func (e *entry) member(name, value []byte) {
	switch string(name) {
	case "insertId":
		e.insertID.Set(value)
	case "logName":
		e.logName.Set(value)
	case "timestamp":
		e.timestamp = value
	case "receiveTimestamp":
		e.received = value
	case "operation":
		e.operation = value
	case "split":
		e.split = value
	case "resource":
		e.resource = value
	case "textPayload":
		if value[0] == '"' {
			e.holds = "textPayload"
		}
	default:
		e.wrapper(name, value)
	}
}

// wrapper takes what is not part of an entry itself: messages of Pub/Sub,
// envelopes of CloudEvents, and what shippers put around a record.
func (e *entry) wrapper(name, value []byte) {
	switch string(name) {
	case "data":
		if e.data.Set(value); value[0] == '{' {
			e.within = value
		}
	case "message", "Source", "raw", "log", "event", "original", "result", "body", "Message", "logEntry":
		switch value[0] {
		case '"':
			e.inner.Set(value)
		case '{':
			e.within = value
		}
	}
}

// scanPayload reads the payload at b[i]: an AuditLog, or what is none.
func (e *entry) scanPayload(name []byte, b []byte, i int) (int, jsonscan.Status) {
	p := payload{}
	end, st := jsonscan.EachMember(b, i, func(key []byte, at int) (int, jsonscan.Status) {
		end, st := jsonscan.SkipValue(b, at, 2)
		if st == jsonscan.OK {
			var buf [maxKey]byte
			p.member(camel(key, buf[:0]), b[at:end])
		}
		return end, st
	})
	if st != jsonscan.OK {
		return end, st
	}
	if p.found = p.isAudit(string(name)); p.found {
		e.audit = p
		return end, st
	}
	if !e.audit.found {
		e.holds, e.kind = strings.Clone(string(name)), p.kind
	}
	return end, st
}

// isAudit reports whether a payload is an AuditLog, by its type or, where an
// export lost that, by its members.
func (p *payload) isAudit(member string) bool {
	const auditType = "google.cloud.audit.AuditLog"
	switch {
	case p.kind != nil:
		return strings.HasSuffix(string(p.kind), auditType)
	case member == "jsonPayload":
		return p.method != nil && p.service != nil
	}
	return p.method != nil || p.service != nil || p.authentication != nil
}

func (p *payload) member(name, value []byte) {
	switch string(name) {
	case "@type", "atSignType":
		p.kind.Set(value)
	case "serviceName":
		p.service.Set(value)
	case "methodName":
		p.method.Set(value)
	case "resourceName":
		p.resource.Set(value)
	case "authenticationInfo":
		p.authentication = value
	case "authorizationInfo":
		p.authorization = value
	case "requestMetadata":
		p.requester = value
	case "status":
		p.status = value
	case "resourceLocation":
		p.location = value
	case "request":
		p.request = value
	case "response":
		p.response = value
	case "metadata":
		p.metadata = value
	case "serviceData", "servicedataV1Iam", "servicedataV1Bigquery":
		if value[0] == '{' {
			p.serviceData = value
		}
	case "requestJson":
		p.requestText.Set(value)
	case "responseJson":
		p.responseText.Set(value)
	case "metadataJson":
		p.metadataText.Set(value)
	}
}

const maxKey = 48

// camel returns a key in camel case, in buf where that differs: method_name as
// methodName. Keys of Google Cloud's own fit into buf; a longer one is returned
// as it is.
func camel(key, buf []byte) []byte {
	plain := true
	for _, c := range key {
		plain = plain && c != '_'
	}
	if plain || len(key) > cap(buf) {
		return key
	}
	upper := false
	for _, c := range key {
		switch {
		case c == '_':
			upper = true
		case upper && 'a' <= c && c <= 'z':
			buf, upper = append(buf, c-'a'+'A'), false
		default:
			buf, upper = append(buf, c), false
		}
	}
	return buf
}
