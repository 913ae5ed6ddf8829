package row

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// Decode returns the event of a row, without Raw. It copies what it needs, and
// ignores columns that an event does not have. The inverse of [Encoder.Append],
// except that values which are not UTF-8 change where a field has several, and
// that a lone resource with neither id nor type is lost.
func Decode(r auditlog.Row) (auditlog.Event, error) {
	d := decoder{ev: auditlog.Event{Mapping: auditlog.Mapped}}
	d.reserve(r)
	for i := range r {
		if err := d.column(r[i].Name, r[i].Value); err != nil {
			return auditlog.Event{}, fmt.Errorf("column %s of event %q: %w", r[i].Name, r.Get(id), err)
		}
	}
	if err := d.finish(); err != nil {
		return auditlog.Event{}, fmt.Errorf("event %q: %w", r.Get(id), err)
	}
	return d.ev, nil
}

type decoder struct {
	ev   auditlog.Event
	copy strings.Builder

	first, firstType string   // The singular columns of resources.
	ids, types       []string // The plural ones.
	action, issued   string
}

// reserve makes room for the values, so that all of them share one allocation.
func (d *decoder) reserve(r auditlog.Row) {
	n := 0
	for i := range r {
		n += len(r[i].Value)
	}
	d.copy.Grow(n)
}

// keep returns a copy of a value.
func (d *decoder) keep(value string) string {
	from := d.copy.Len()
	d.copy.WriteString(value)
	return d.copy.String()[from:]
}

func (d *decoder) column(column, value string) (err error) {
	switch column {
	case Time:
		d.ev.Time, err = time.Parse(time.RFC3339Nano, value)
		d.ev.Time = d.ev.Time.UTC()
	case Mapping:
		d.ev.Mapping, err = mapping(value)
	case Actions:
		d.ev.Actions, err = list[entitlement.Action](value)
	case Issueds:
		d.ev.Issued, err = list[entitlement.AccessKeyID](value)
	case Resources:
		d.ids, err = list[string](value)
	case ResourceTypes:
		d.types, err = list[string](value)
	case readOnly, dataEvent, byService:
		err = d.flag(column, value)
	default:
		if s := d.text(column); s != nil {
			*s = d.keep(value)
		} else {
			d.name(column, value)
		}
	}
	return err
}

// text returns where the value of a column goes, nil if it is none of those
// that are kept as they are.
func (d *decoder) text(column string) *string {
	ev := &d.ev
	switch column {
	case id:
		return &ev.ID
	case identityType:
		return &ev.IdentityType
	case username:
		return &ev.IdentityName
	case session:
		return &ev.Session
	case service:
		return &ev.Source
	case name:
		return &ev.Name
	case errorCode:
		return &ev.ErrorCode
	case errorText:
		return &ev.ErrorText
	case address:
		return &ev.Address
	case userAgent:
		return &ev.UserAgent
	case region:
		return &ev.Region
	case requestID:
		return &ev.RequestID
	case invokedBy:
		return &ev.InvokedBy
	case Message:
		return &ev.Detail
	}
	return d.single(column)
}

func (d *decoder) single(column string) *string {
	switch column {
	case action:
		return &d.action
	case issued:
		return &d.issued
	case resource:
		return &d.first
	case resourceType:
		return &d.firstType
	}
	return nil
}

// name takes the columns whose type is a name of the domain.
func (d *decoder) name(column, value string) {
	switch column {
	case cloud:
		d.ev.Cloud = entitlement.Cloud(d.keep(value))
	case system:
		d.ev.System = entitlement.SystemID(d.keep(value))
	case identity:
		d.ev.Identity = entitlement.IdentityID(d.keep(value))
	case accessKey:
		d.ev.AccessKey = entitlement.AccessKeyID(d.keep(value))
	case outcome:
		d.ev.Outcome = auditlog.Outcome(d.keep(value))
	}
}

func (d *decoder) flag(column, value string) error {
	if value != yes && value != "false" && value != "" {
		return fmt.Errorf("%q is not true or false", value)
	}
	set := value == yes
	switch column {
	case readOnly:
		d.ev.ReadOnly = set
	case dataEvent:
		d.ev.DataEvent = set
	case byService:
		d.ev.ByService = set
	}
	return nil
}

func mapping(value string) (auditlog.Mapping, error) {
	switch value {
	case "":
		return auditlog.Mapped, nil
	case unmapped:
		return auditlog.Unmapped, nil
	case none:
		return auditlog.NotPermissionBearing, nil
	}
	return 0, fmt.Errorf("%q is not %s or %s", value, unmapped, none)
}

func list[T ~string](value string) ([]T, error) {
	if value == "" {
		return nil, nil
	}
	var all []T
	if err := json.Unmarshal([]byte(value), &all); err != nil {
		return nil, fmt.Errorf("%q is not a JSON array of strings: %w", value, err)
	}
	return all, nil
}
