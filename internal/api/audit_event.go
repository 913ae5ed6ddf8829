package api

import (
	"unicode/utf8"

	"github.com/leastward/leastward/internal/auditlog"
)

// NewAuditEvent returns the wire form of an event. It shares the event's
// memory but for the record.
func NewAuditEvent(ev *auditlog.Event) AuditEvent {
	out := AuditEvent{
		Time: ev.Time.UTC(), ID: ev.ID, Cloud: ev.Cloud, System: ev.System, Identity: ev.Identity, IdentityType: ev.IdentityType,
		Username: ev.IdentityName, Session: ev.Session, AccessKey: ev.AccessKey, Service: ev.Source, Name: ev.Name,
		Actions: ev.Actions, Outcome: ev.Outcome, ErrorCode: ev.ErrorCode, ErrorText: ev.ErrorText, Address: ev.Address,
		UserAgent: ev.UserAgent, Region: ev.Region, ReadOnly: ev.ReadOnly, DataEvent: ev.DataEvent, RequestID: ev.RequestID,
		InvokedBy: ev.InvokedBy, ByService: ev.ByService, Issued: ev.Issued, Detail: ev.Detail,
	}
	for _, r := range ev.Resources {
		out.Resources = append(out.Resources, AuditResource(r))
	}
	if utf8.Valid(ev.Raw) {
		out.Raw = string(ev.Raw)
	} else {
		out.RawBase64 = ev.Raw
	}
	return out
}

// Event returns what the wire form says.
func (e *AuditEvent) Event() auditlog.Event {
	out := auditlog.Event{
		Time: e.Time, ID: e.ID, Cloud: e.Cloud, System: e.System, Identity: e.Identity, IdentityType: e.IdentityType,
		IdentityName: e.Username, Session: e.Session, AccessKey: e.AccessKey, Source: e.Service, Name: e.Name,
		Actions: e.Actions, Outcome: e.Outcome, ErrorCode: e.ErrorCode, ErrorText: e.ErrorText, Address: e.Address,
		UserAgent: e.UserAgent, Region: e.Region, ReadOnly: e.ReadOnly, DataEvent: e.DataEvent, RequestID: e.RequestID,
		InvokedBy: e.InvokedBy, ByService: e.ByService, Issued: e.Issued, Detail: e.Detail, Raw: e.RawBase64,
	}
	for _, r := range e.Resources {
		out.Resources = append(out.Resources, auditlog.Resource(r))
	}
	if e.Raw != "" {
		out.Raw = []byte(e.Raw)
	}
	return out
}
