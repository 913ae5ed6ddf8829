package row

import (
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
)

// Encoder turns events into columns. It is safe for concurrent use.
type Encoder struct {
	cat *catalog.Catalog
}

// NewEncoder returns an encoder that takes severity and type of actions from a
// catalogue; nil leaves both out.
func NewEncoder(cat *catalog.Catalog) *Encoder { return &Encoder{cat: cat} }

// Append appends every column of an event but Raw and Ingested, [Time] first.
// The values share memory with the event.
func (e *Encoder) Append(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = append(dst, auditlog.Field{Name: Time, Value: ev.Time.UTC().Format(time.RFC3339Nano)})
	return e.AppendColumns(dst, ev)
}

// AppendColumns appends what [Encoder.Append] does without [Time], for a store
// that takes the time apart. The stream columns come first. It allocates only
// for fields with several values.
func (e *Encoder) AppendColumns(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = text(dst, cloud, string(ev.Cloud))
	dst = text(dst, system, string(ev.System))
	dst = text(dst, id, ev.ID)
	dst = e.caller(dst, ev)
	dst = text(dst, service, ev.Source)
	dst = text(dst, name, ev.Name)
	dst = e.actions(dst, ev)
	dst = resources(dst, ev.Resources)
	dst = result(dst, ev)
	dst = several(dst, issued, Issueds, ev.Issued)
	return text(dst, Message, ev.Detail)
}

func (e *Encoder) caller(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = text(dst, identity, string(ev.Identity))
	dst = text(dst, identityType, ev.IdentityType)
	dst = text(dst, username, ev.IdentityName)
	dst = text(dst, role, roleName(string(ev.Identity)))
	dst = text(dst, session, ev.Session)
	dst = text(dst, accessKey, string(ev.AccessKey))
	dst = text(dst, invokedBy, ev.InvokedBy)
	return flag(dst, byService, ev.ByService)
}

func (e *Encoder) actions(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = several(dst, action, Actions, ev.Actions)
	switch ev.Mapping {
	case auditlog.Unmapped:
		dst = text(dst, Mapping, unmapped)
	case auditlog.NotPermissionBearing:
		dst = text(dst, Mapping, none)
	case auditlog.Mapped:
	}
	kind, grade := e.gravest(ev.Actions)
	dst = text(dst, actionType, kind)
	return text(dst, severity, grade)
}

func result(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = text(dst, outcome, string(ev.Outcome))
	dst = text(dst, errorCode, ev.ErrorCode)
	dst = text(dst, errorText, ev.ErrorText)
	dst = text(dst, address, ev.Address)
	dst = text(dst, userAgent, ev.UserAgent)
	dst = text(dst, region, ev.Region)
	dst = flag(dst, readOnly, ev.ReadOnly)
	dst = flag(dst, dataEvent, ev.DataEvent)
	return text(dst, requestID, ev.RequestID)
}

func text(dst []auditlog.Field, column, value string) []auditlog.Field {
	if value == "" {
		return dst
	}
	return append(dst, auditlog.Field{Name: column, Value: value})
}

func flag(dst []auditlog.Field, column string, value bool) []auditlog.Field {
	if !value {
		return dst
	}
	return append(dst, auditlog.Field{Name: column, Value: yes})
}
