package asked

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/decision"
	"github.com/leastward/leastward/internal/report"
)

// Definitions returns the tables of this package. Nil estates are enough to
// describe them.
func Definitions(e *Estates) []tables.Definition {
	return []tables.Definition{whoCan(e), can(e)}
}

// completed says which tables complete filters.
func completed(filters ...string) map[string]tables.Completion {
	from := map[string]tables.Completion{}
	for _, f := range filters {
		plural := map[string]string{"identity": "identities", "action": "actions", "resource": "resources"}[f]
		from[f] = tables.Completion{Table: plural, Column: f}
	}
	return from
}

// decided are the columns of a decision.
func decided() []tables.Column {
	return []tables.Column{
		tables.Text("verdict", "Verdict", "allowed, conditional, implicitly_denied or explicitly_denied. conditional hangs on context that the question does not give."),
		tables.Text("because", "Because", ""), tables.Text("keys", "Keys", "Condition keys and attributes that would decide."),
		tables.Text("people", "People", "Behind a role that a permission set of IAM Identity Center made."),
		tables.Text("used", "Used", "Whether it used the action within the look-back window; empty where that is not known."),
		tables.Time("last_used", "Last used", ""),
	}
}

// holder says who somebody is.
func holder() []tables.Column {
	return append([]tables.Column{
		tables.Text("identity", "Identity", "Unique id."), tables.Text("name", "Name", ""),
		tables.Text("type", "Type", "user, role, function, instance or root; service_principal, managed_identity, service_account or group; of those who are of "+
			"none of the systems also account, any_account, session, service, domain, identity_provider, anybody or other."),
		tables.Text("owner", "Owner", ""), tables.Points("pci", "PCI", "Index of the identity."),
	}, tables.OfSystem()...)
}

// known finds identities by their id: each as the systems have it that know it.
type known map[string][]knownIdentity

// in returns an identity as a system has it or, where that does not know it or
// is not said, as another one has.
func (k known) in(identity string, system entitlement.SystemID) (knownIdentity, bool) {
	list := k[identity]
	if len(list) == 0 {
		return knownIdentity{}, false
	}
	i := slices.IndexFunc(list, func(one knownIdentity) bool { return one.of.System.ID == system })
	return list[max(i, 0)], true
}

type knownIdentity struct {
	*assess.Identity
	of *collector.Result
}

func knownOf(q *tables.Question) known {
	k := known{}
	for _, r := range q.Snapshot.Results {
		if r.Assessment == nil || !q.Caller.Sees(r.System.ID) {
			continue
		}
		for i := range r.Assessment.Identities {
			one := &r.Assessment.Identities[i]
			k[string(one.ID)] = append(k[string(one.ID)], knownIdentity{one, r})
		}
	}
	return k
}

func (k known) cells(identity, kind string, system entitlement.SystemID, account *collector.Result) []report.Cell {
	one, ok := k.in(identity, system)
	cells := []report.Cell{report.Text(identity)}
	if ok {
		cells = append(cells, report.Text(cmp.Or(one.Name, identity)), report.Text(string(one.Kind)), report.Text(one.Owner), index(one.Identity))
		account = one.of
	} else {
		cells = append(cells, report.Text(identity), report.Text(kind), report.Cell{}, report.Cell{})
	}
	if account == nil {
		return append(cells, make([]report.Cell, 3)...)
	}
	return append(cells, tables.SystemCells(account)...)
}

// index is that of an identity; a root user has none.
func index(one *assess.Identity) report.Cell {
	if one.Root {
		return report.Cell{}
	}
	return report.Decimal(one.Score.PCI())
}

// use tells whether an identity used an action, and when last.
func (k known) use(identity, action string, system entitlement.SystemID) []report.Cell {
	one, ok := k.in(identity, system)
	if !ok {
		return make([]report.Cell, 2)
	}
	index, in := one.of.Assessment.Catalog.Index(entitlement.Action(action))
	if !in {
		return make([]report.Cell, 2)
	}
	if one.Usage.Used.Has(index) {
		return []report.Cell{report.Text("yes"), report.Time(one.Usage.Actions[index].Last)}
	}
	if !one.of.Assessment.Observable.Has(index) {
		return make([]report.Cell, 2)
	}
	return []report.Cell{report.Text("no"), {}}
}

func because(list []string) report.Cell { return report.Text(strings.Join(list, " ")) }

// bad names the filter in the place of the field of a request.
func bad(err error, value string) error {
	field, ok := errors.AsType[*ask.FieldError](err)
	if !ok {
		return err
	}
	name, _, _ := strings.Cut(field.Field, ".")
	if value != "" {
		return tables.Bad("filters."+name, "%s: %v", value, field.Err)
	}
	return tables.Bad("filters."+name, "%v", field.Err)
}

// incomplete says on what answers may hang.
func incomplete(q *tables.Question) []string {
	var names []string
	for _, r := range q.Snapshot.Results {
		if r.Assessment != nil && q.Caller.Sees(r.System.ID) && slices.ContainsFunc(r.Assessment.Problems, ofDocuments) {
			names = append(names, cmp.Or(r.System.Name, string(r.System.ID)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Not everything could be read of %s, so that some decisions may be wrong: see the table problems.", strings.Join(names, ", "))}
}

// ofDocuments reports whether a problem may change decisions: those of the event
// logs do not.
func ofDocuments(p entitlement.Problem) bool {
	return !strings.Contains(p.Code, "CLOUDTRAIL") && !strings.HasPrefix(p.Code, "cloudtrail") &&
		!slices.Contains([]string{"audit_store", "usage_damaged", "log_path", "not_onboarded", "not_audit"}, p.Code)
}

func verdict(v decision.Verdict) report.Cell { return report.Text(v.String()) }
