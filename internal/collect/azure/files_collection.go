package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// record is one record of a file.
type record struct {
	at   position
	raw  []byte
	hint kind
}

// position is where in a file something stands.
type position struct {
	file   string
	record int   // Counted from 1.
	offset int64 // In bytes, after decompression; -1 means the file as a whole.
}

func (p position) String() string {
	if p.offset < 0 {
		return p.file
	}
	return fmt.Sprintf("%s: record %d at byte %d", p.file, p.record, p.offset)
}

// collection is what was read so far. Records come in any order.
type collection struct {
	now      time.Time
	stats    Stats
	problems problemLog
	pages    pageLog
	lastKind kind // Of the record that was read last.
	count    int  // Records read, of all files.

	roles       map[entitlement.RoleID]*entitlement.RoleDefinition
	grants      []entitlement.RoleGrant
	grantIndex  map[string]int // By id, and by principal, role and scope.
	scheduled   []entitlement.RoleGrant
	eligible    map[string]bool
	denials     []entitlement.Denial
	denialIndex map[string]bool
	classic     map[string]bool

	directory directory
	hierarchy hierarchy
	resources resources
}

func newCollection(now time.Time) *collection {
	return &collection{
		now:      now,
		stats:    Stats{Rejected: map[records.Reason]int{}, Refused: map[records.Reason]int{}},
		problems: newProblemLog(),
		pages:    newPageLog(),
		roles:    map[entitlement.RoleID]*entitlement.RoleDefinition{},

		grantIndex: map[string]int{}, eligible: map[string]bool{},
		denialIndex: map[string]bool{}, classic: map[string]bool{},
		directory: newDirectory(now), hierarchy: newHierarchy(), resources: newResources(),
	}
}

// refusal tells why a record is not taken. Quiet ones are counted without a
// problem, since nothing is amiss.
type refusal struct {
	reason  records.Reason
	message string
	quiet   bool
}

func refused(reason records.Reason, format string, args ...any) *refusal {
	return &refusal{reason: reason, message: fmt.Sprintf(format, args...)}
}

func missing(what kind, field string) *refusal {
	return refused(records.MissingField, "%s without %s: it is not as Azure writes it, or was cut down by a query; export it whole", what, field)
}

func again() *refusal { return &refusal{reason: records.Duplicate, quiet: true} }

// add takes one record, or counts it with the reason why not.
func (c *collection) add(r record) {
	what, no := c.take(r)
	if what != kindUnknown {
		c.lastKind = what
	}
	if no == nil {
		c.count++
		c.stats.In++
		c.stats.Taken++
		return
	}
	if no.quiet {
		c.count++
		c.stats.In++
		c.stats.Rejected[no.reason]++
		return
	}
	c.reject(no.reason, r.at, no.message)
}

// reject counts a record that is passed over, with a problem.
func (c *collection) reject(reason records.Reason, at position, message string) {
	c.count++
	c.stats.In++
	c.stats.Rejected[reason]++
	c.problems.add(reason, at.String(), message)
}

// refuse counts a file of which nothing can be read.
func (c *collection) refuse(reason records.Reason, name, message string) {
	c.stats.Refused[reason]++
	c.problems.add(reason, name, message)
}

func (c *collection) take(r record) (kind, *refusal) {
	if len(r.raw) == 0 || r.raw[0] != '{' {
		return kindUnknown, refused(records.UnsupportedShape, "%s is not an object; export with --output json and without --query", clip(string(r.raw)))
	}
	p := probeOf(r.raw)
	what := kindOf(&p, r.hint)
	d := document{what: what, raw: r.raw, id: text(p.id), typ: text(p.typ)}
	if len(p.properties) > 0 && p.properties[0] == '{' {
		d.properties = p.properties
	}
	return what, c.takeKind(&d)
}

func (c *collection) takeKind(d *document) *refusal {
	switch d.what {
	case kindAssignment:
		return c.assignment(d)
	case kindRole:
		return c.role(d)
	case kindDenial:
		return c.denial(d)
	case kindClassic:
		return c.classicAdministrator(d)
	case kindEligible:
		return c.eligibility(d)
	case kindScheduled:
		return c.schedule(d)
	case kindSubscription, kindManagement, kindEntity:
		return c.hierarchy.take(d)
	case kindResource, kindContainers:
		return c.resources.take(d)
	case kindUser, kindRegistration, kindGroup, kindMembers, kindPrincipal, kindApplication, kindPrincipalUse, kindCredentialUse:
		return c.directory.take(d)
	case kindDirectoryRole:
		return refused(NotRBAC, "a role of Microsoft Entra gives no access to Azure's resources; leave it out")
	case kindScheduleChange:
		return refused(NotRBAC, "%s grants nothing: export roleEligibilityScheduleInstances and roleAssignmentScheduleInstances instead", d.typ)
	case kindDirectoryOther:
		return &refusal{reason: NotRBAC, quiet: true} // Devices, contacts.
	case kindUnknown:
	}
	return unknown(d)
}

func unknown(d *document) *refusal {
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(d.raw, &keys) // An object, as was checked.
	var table struct{ Columns, Rows json.RawMessage }
	_ = json.Unmarshal(keys["data"], &table) // No object has none.
	switch {
	case table.Columns != nil && table.Rows != nil, keys["columns"] != nil && keys["rows"] != nil:
		return refused(records.UnsupportedShape, "a table of Resource Graph; ask for resultFormat objectArray")
	case keys["operationName"] != nil || keys["eventTimestamp"] != nil:
		return refused(records.UnsupportedShape, "a record of a log; give it with the logs and not with the entitlements")
	}
	return refused(records.UnsupportedShape, "none of the documents that are known (it has %s); see docs/files-azure.md", someKeys(keys))
}

// document is a record whose kind is known.
type document struct {
	what       kind
	raw        []byte
	id, typ    string
	properties []byte // The member "properties", nil where the fields stand beside it.
}

// decode fills v from the record and then from its properties: ARM has most
// fields there, the Azure CLI beside the id.
func (d *document) decode(v any) *refusal {
	if err := json.Unmarshal(d.raw, v); err != nil {
		return unreadable(string(d.what), err)
	}
	if d.properties == nil {
		return nil
	}
	return d.decodeInside(v)
}

// decodeInside is decode for what has nothing but its id and name beside the
// properties.
func (d *document) decodeInside(v any) *refusal {
	if d.properties == nil {
		return d.decode(v)
	}
	inside := document{what: d.what, raw: d.properties}
	no := inside.decode(v)
	if no != nil {
		no.message = strings.Replace(no.message, ": ", ": properties.", 1)
	}
	return no
}

func unreadable(what string, err error) *refusal {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return refused(records.UnsupportedShape, "%s: %s is a JSON %s where Azure writes a %s; export it again", what, fieldName(wrong.Field), wrong.Value, wrong.Type)
	}
	return refused(records.InvalidJSON, "%s: %v; export it again", what, err)
}

// fieldName spells a field as Azure does: "Properties.RoleDefinitionID" is
// "properties.roleDefinitionId".
func fieldName(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		if p == "ID" {
			p = "id"
		}
		if s, ok := strings.CutSuffix(p, "ID"); ok {
			p = s + "Id"
		}
		if p != "" {
			p = strings.ToLower(p[:1]) + p[1:]
		}
		parts[i] = p
	}
	return strings.Join(parts, ".")
}
