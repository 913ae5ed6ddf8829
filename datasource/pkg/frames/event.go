package frames

import (
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// column is a field of events: by the name that queries use.
type column struct {
	name query.Field
	text func(*api.AuditEvent) string
}

// columns are the fields of events but for the time, in the order in which
// they are shown.
func columns() []column {
	return []column{
		{query.Identity, func(e *api.AuditEvent) string { return string(e.Identity) }},
		{query.Username, func(e *api.AuditEvent) string { return e.Username }},
		{query.Session, func(e *api.AuditEvent) string { return e.Session }},
		{query.Action, func(e *api.AuditEvent) string { return joined(e.Actions) }},
		{query.Resource, func(e *api.AuditEvent) string { return joined(resources(e)) }},
		{query.Outcome, func(e *api.AuditEvent) string { return string(e.Outcome) }},
		{query.Address, func(e *api.AuditEvent) string { return e.Address }},
		{query.System, func(e *api.AuditEvent) string { return string(e.System) }},
		{query.Cloud, func(e *api.AuditEvent) string { return string(e.Cloud) }},
		{query.AccessKey, func(e *api.AuditEvent) string { return string(e.AccessKey) }},
		{query.Service, func(e *api.AuditEvent) string { return e.Service }},
		{query.Name, func(e *api.AuditEvent) string { return e.Name }},
		{query.ErrorCode, func(e *api.AuditEvent) string { return e.ErrorCode }},
		{query.ErrorText, func(e *api.AuditEvent) string { return e.ErrorText }},
		{query.Region, func(e *api.AuditEvent) string { return e.Region }},
		{query.UserAgent, func(e *api.AuditEvent) string { return e.UserAgent }},
		{query.IdentityType, func(e *api.AuditEvent) string { return e.IdentityType }},
		{query.ResourceType, func(e *api.AuditEvent) string { return joined(resourceTypes(e)) }},
		{query.ReadOnly, func(e *api.AuditEvent) string { return truth(e.ReadOnly) }},
		{query.DataEvent, func(e *api.AuditEvent) string { return truth(e.DataEvent) }},
		{query.InvokedBy, func(e *api.AuditEvent) string { return e.InvokedBy }},
		{query.ByService, func(e *api.AuditEvent) string { return truth(e.ByService) }},
		{query.Issued, func(e *api.AuditEvent) string { return joined(e.Issued) }},
		{query.RequestID, func(e *api.AuditEvent) string { return e.RequestID }},
		{query.ID, func(e *api.AuditEvent) string { return e.ID }},
		{"detail", func(e *api.AuditEvent) string { return e.Detail }},
	}
}

// Events returns a table of events.
func (l Links) Events(events []api.AuditEvent, raw bool) data.Frames {
	all := columns()
	if raw {
		all = append(all, column{"raw", record})
	}
	f := data.NewFrame("events", data.NewField("time", nil, times(events)))
	f.Fields[0].Config = &data.FieldConfig{DisplayNameFromDS: titleOf("time")}
	for _, c := range all {
		f.Fields = append(f.Fields, l.eventField(&c, events))
	}
	return data.Frames{table(f)}
}

func (l Links) eventField(c *column, events []api.AuditEvent) *data.Field {
	values := make([]string, len(events))
	for i := range events {
		values[i] = c.text(&events[i])
	}
	field := data.NewField(string(c.name), nil, values)
	_, known := query.Lookup(string(c.name))
	field.Config = (&data.FieldConfig{DisplayNameFromDS: titleOf(c.name), Links: l.of(string(c.name))}).SetFilterable(known)
	return field
}

func times(events []api.AuditEvent) []time.Time {
	out := make([]time.Time, len(events))
	for i := range events {
		out[i] = events[i].Time
	}
	return out
}

// titleOf returns what people call a field of events.
func titleOf(name query.Field) string {
	if info, ok := query.Lookup(string(name)); ok {
		return info.Title
	}
	return strings.ToUpper(string(name[:1])) + string(name[1:])
}

func joined[T ~string](values []T) string {
	switch len(values) {
	case 0:
		return ""
	case 1:
		return string(values[0])
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}

func resources(e *api.AuditEvent) []entitlement.ResourceID {
	out := make([]entitlement.ResourceID, len(e.Resources))
	for i := range e.Resources {
		out[i] = e.Resources[i].ID
	}
	return out
}

func resourceTypes(e *api.AuditEvent) []string {
	var out []string
	for i := range e.Resources {
		if t := e.Resources[i].Type; t != "" {
			out = append(out, t)
		}
	}
	return out
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// record returns the record as the cloud wrote it.
func record(e *api.AuditEvent) string {
	if e.Raw == "" {
		return strings.ToValidUTF8(string(e.RawBase64), "\uFFFD")
	}
	return e.Raw
}
