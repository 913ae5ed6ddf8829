package par

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// blindSpots says what the logs can't show.
func (b *builder) blindSpots() report.Section {
	s := report.Section{
		ID: "blind-spots", Title: "What the logs can't show",
		Lead: "A permission is unobservable where the logs that are switched on could never show its use: " + b.unobservable() +
			"and whatever happened before the logs begin. That such a permission was not seen in use proves nothing, so the PCI leaves it out, " +
			"the lower bound counts it as used and the upper bound as unused.",
		Tables: []report.Table{b.coverage()},
	}
	if t := b.events(); t.Rows != nil {
		s.Tables = append(s.Tables, t)
	}
	s.Tables = append(s.Tables, b.onlyInLogs())
	return s
}

// unobservable names examples of the clouds that the report is about.
func (b *builder) unobservable() string {
	examples := []struct {
		cloud entitlement.Cloud
		text  string
	}{
		{entitlement.AWS, "reads of S3 objects without data events, iam:PassRole, "},
		{entitlement.Azure, "reads of Azure's control plane, data actions without resource logs, "},
		{entitlement.GCP, "reads and data access on Google Cloud without Data Access logs, "},
	}
	var text strings.Builder
	for _, e := range examples {
		if slices.ContainsFunc(b.in.Systems, func(s System) bool { return s.System.Cloud == e.cloud }) {
			text.WriteString(e.text)
		}
	}
	return text.String()
}

func (b *builder) coverage() report.Table {
	t := report.Table{ID: "coverage", Title: "Coverage of the window", Columns: []report.Column{
		{ID: "system", Title: "Authorization system", Type: report.TypeIdentity},
		{ID: "logs_from", Title: "Logs reach back to", Type: report.TypeTime, Blank: "no event logs"},
		{ID: "window_days", Title: "Window (days)", Type: report.TypeDays},
		{ID: "window_covered", Title: "Window covered", Type: report.TypePercent},
		{ID: "observability", Title: "Observability", Type: report.TypePercent, Digits: 1},
		{ID: "pci_lower", Title: "PCI lower", Type: report.TypeDecimal, Digits: 1},
		{ID: "pci", Title: "PCI", Type: report.TypeDecimal, Digits: 1},
		{ID: "pci_upper", Title: "PCI upper", Type: report.TypeDecimal, Digits: 1},
	}}
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		index, _ := b.pci(s.Sum.PCI())
		t.Rows = append(t.Rows, []report.Cell{
			systemCell(&s.System), report.Time(s.CoveredFrom), report.Days(s.Window), report.Percent(covered(s)),
			report.Percent(s.Sum.Observability()), report.Decimal(s.Sum.Lower()), index, report.Decimal(s.Sum.Upper()),
		})
	}
	return t
}

func (b *builder) events() report.Table {
	t := report.Table{
		ID: "events", Title: "Events read",
		Note: "Every event read is in exactly one of the columns to the right of In. Rejected events are among the problems of the collection.",
		Columns: []report.Column{
			{ID: "system", Title: "Authorization system", Type: report.TypeIdentity},
			{ID: "in", Title: "In", Type: report.TypeInteger},
			{ID: "used", Title: "Used a permission", Type: report.TypeInteger},
			{ID: "denied", Title: "Denied", Type: report.TypeInteger},
			{ID: "not_permission_bearing", Title: "Not permission-bearing", Type: report.TypeInteger},
			{ID: "unmapped", Title: "Unmapped", Type: report.TypeInteger},
			{ID: "rejected", Title: "Rejected", Type: report.TypeInteger},
		},
	}
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		if e := s.Events; e != nil {
			t.Rows = append(t.Rows, []report.Cell{
				systemCell(&s.System), report.Integer(e.In), report.Integer(e.Used), report.Integer(e.Denied),
				report.Integer(e.NotPermissionBearing), report.Integer(e.Unmapped), report.Integer(e.Rejected),
			})
		}
	}
	return t
}

// onlyInLogs lists who acted and is in no inventory.
func (b *builder) onlyInLogs() report.Table {
	t := report.Table{
		ID: "only-in-logs", Title: "Identities only in the logs", Detail: true,
		Lead:  "They acted within the window and are not in the inventory: deleted since, or of another system. Nothing is known of what they may do.",
		Empty: "None.",
		Columns: []report.Column{
			{ID: "identity", Title: "Identity", Type: report.TypeIdentity},
			{ID: "system", Title: "Seen in", Type: report.TypeIdentity},
		},
	}
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		ids := slices.Clone(s.OnlyInLogs)
		slices.Sort(ids)
		for _, id := range ids {
			t.Rows = append(t.Rows, []report.Cell{report.Identity(string(id), string(id)), systemCell(&s.System)})
		}
	}
	return t
}

// problems lists what the collection could not read.
func (b *builder) problems() report.Section {
	t := report.Table{
		ID: "problems", Title: "Problems of the collection", Detail: true,
		Empty: "None: everything that the collection asked for was read.",
		Columns: []report.Column{
			{ID: "system", Title: "Authorization system", Type: report.TypeIdentity},
			{ID: "code", Title: "Code", Type: report.TypeText},
			{ID: "subject", Title: "Subject", Type: report.TypeText},
			{ID: "missing_permission", Title: "Missing permission", Type: report.TypeText, Blank: "–"},
			{ID: "message", Title: "Message", Type: report.TypeText},
		},
	}
	for i := range b.in.Systems {
		s := &b.in.Systems[i]
		for _, p := range s.Problems {
			t.Rows = append(t.Rows, []report.Cell{
				systemCell(&s.System), report.Text(p.Code), report.Text(p.Subject), report.Text(p.Permission), report.Text(p.Message),
			})
		}
	}
	return report.Section{
		ID: "problems", Title: "Problems of the collection", Tables: []report.Table{t},
		Lead: "What could not be read, and what has to be done about it. The figures of this report leave it out.",
	}
}
