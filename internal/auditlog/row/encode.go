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
// catalogue, those of other clouds than its own from theirs; nil leaves both out.
func NewEncoder(cat *catalog.Catalog) *Encoder { return &Encoder{cat: cat} }

// Append appends every column of an event but Raw and Ingested, [Time] first.
// The values share memory with the event.
func (e *Encoder) Append(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	dst = append(dst, auditlog.Field{Name: Time, Value: ev.Time.UTC().Format(time.RFC3339Nano)})
	return e.AppendColumns(dst, ev)
}

// AppendColumns appends what [Encoder.Append] does without [Time], for a store
// that takes the time apart, in the order of the columns' names, [Message]
// first. It allocates only for fields with several values.
func (e *Encoder) AppendColumns(dst []auditlog.Field, ev *auditlog.Event) []auditlog.Field {
	kind, grade := e.gravest(ev.Actions)
	dst = text(dst, Message, ev.Detail)
	dst = text(dst, accessKey, string(ev.AccessKey))
	dst = several(dst, action, Actions, ev.Actions)
	dst = text(dst, address, ev.Address)
	dst = flag(dst, byService, ev.ByService)
	dst = text(dst, cloud, string(ev.Cloud))
	dst = flag(dst, dataEvent, ev.DataEvent)
	dst = text(dst, errorCode, ev.ErrorCode)
	dst = text(dst, errorText, ev.ErrorText)
	dst = text(dst, id, ev.ID)
	dst = text(dst, identity, string(ev.Identity))
	dst = text(dst, identityType, ev.IdentityType)
	dst = text(dst, invokedBy, ev.InvokedBy)
	dst = several(dst, issued, Issueds, ev.Issued)
	dst = text(dst, Mapping, mappingName(ev.Mapping))
	dst = text(dst, name, ev.Name)
	dst = text(dst, outcome, string(ev.Outcome))
	dst = flag(dst, readOnly, ev.ReadOnly)
	dst = text(dst, region, ev.Region)
	dst = text(dst, requestID, ev.RequestID)
	dst = resources(dst, ev.Resources)
	dst = text(dst, role, roleName(string(ev.Identity)))
	dst = text(dst, service, ev.Source)
	dst = text(dst, session, ev.Session)
	dst = text(dst, severity, grade)
	dst = text(dst, system, string(ev.System))
	dst = text(dst, actionType, kind)
	dst = text(dst, userAgent, ev.UserAgent)
	return text(dst, username, ev.IdentityName)
}

func mappingName(m auditlog.Mapping) string {
	switch m {
	case auditlog.Unmapped:
		return unmapped
	case auditlog.NotPermissionBearing:
		return none
	case auditlog.Mapped:
	}
	return ""
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
