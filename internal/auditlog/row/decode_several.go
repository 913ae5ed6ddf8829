package row

import (
	"fmt"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// finish puts together the fields with several values: the plural column has
// all of them where it is there.
func (d *decoder) finish() error {
	if d.ev.Actions == nil && d.action != "" {
		d.ev.Actions = []entitlement.Action{entitlement.Action(d.action)}
	}
	if d.ev.Issued == nil && d.issued != "" {
		d.ev.Issued = []entitlement.AccessKeyID{entitlement.AccessKeyID(d.issued)}
	}
	return d.resources()
}

func (d *decoder) resources() error {
	if d.ids == nil {
		if d.first != "" || d.firstType != "" {
			d.ev.Resources = []auditlog.Resource{{ID: entitlement.ResourceID(d.first), Type: d.firstType}}
		}
		return nil
	}
	if d.types != nil && len(d.types) != len(d.ids) {
		return fmt.Errorf("columns %s and %s have %d and %d values, want as many", Resources, ResourceTypes, len(d.ids), len(d.types))
	}
	d.ev.Resources = make([]auditlog.Resource, len(d.ids))
	for i, v := range d.ids {
		d.ev.Resources[i].ID = entitlement.ResourceID(v)
		if d.types != nil {
			d.ev.Resources[i].Type = d.types[i]
		}
	}
	return nil
}
