package entitle

import (
	"slices"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

func number(name, title, unit, help string, n func(*who) int) tables.Field[who] {
	return tables.Fill(tables.Number(name, title, unit, help), func(w *who) report.Cell { return report.Integer(n(w)) })
}

func text(name, title, help string, s func(*who) string) tables.Field[who] {
	return tables.Fill(tables.Text(name, title, help), func(w *who) report.Cell { return report.Text(s(w)) })
}

func yesNo(name, title, help string, b func(*who) bool) tables.Field[who] {
	return text(name, title, help, func(w *who) string { return tables.YesNo(b(w)) })
}

// named are the columns that say which identity a row is of.
func named() []tables.Field[who] {
	return []tables.Field[who]{
		text("identity", "Identity", "Unique id.", func(w *who) string { return string(w.ID) }),
		text("name", "Name", "", func(w *who) string { return w.Name }),
		text("type", "Type", "user, role, group, function or instance; on Azure also service_principal and managed_identity, on Google Cloud service_account.", func(w *who) string { return string(w.Kind) }),
	}
}

func systemOf(w *who) *system { return w.sys }

// figuresOf are the columns of the index and of the counts of actions.
func figuresOf() []tables.Field[who] { return slices.Concat(indexFields(), actionFields()) }

func indexFields() []tables.Field[who] {
	return []tables.Field[who]{
		unlessRoot(tables.Points("pci", "PCI", "Permission Creep Index of the identity; a root user has none."), func(w *who) report.Cell {
			return report.Decimal(w.Score.PCI()).At(levelOf(w.Band))
		}),
		unlessRoot(tables.Text("band", "Band", "low, medium or high."), func(w *who) report.Cell {
			return report.Text(string(w.Band)).At(levelOf(w.Band))
		}),
		unlessRoot(tables.Time("band_since", "In the band since", "As far as collections remember."), func(w *who) report.Cell {
			return report.Time(w.BandSince)
		}),
		unlessRoot(tables.Days("band_days", "Days in the band", ""), func(w *who) report.Cell {
			if w.BandSince.IsZero() {
				return report.Cell{}
			}
			return report.Days(w.sys.q.Now.Sub(w.BandSince))
		}),
	}
}

// unlessRoot is a field that is empty for root users.
func unlessRoot(c tables.Column, cell func(*who) report.Cell) tables.Field[who] {
	return tables.Fill(c, func(w *who) report.Cell {
		if w.Root {
			return report.Cell{}
		}
		return cell(w)
	})
}

func actionFields() []tables.Field[who] {
	return []tables.Field[who]{
		number("granted", "Granted", "actions", "Actions that its policies allow on any resource; of a root user, which needs none, all that no control above its system forbids.", func(w *who) int { return w.fig.granted }),
		number("granted_high", "Granted, high severity", "actions", "", func(w *who) int { return w.fig.high }),
		number("used", "Used", "actions", "Granted actions that it used within the look-back window.", func(w *who) int { return w.fig.used }),
		number("used_high", "Used, high severity", "actions", "", func(w *who) int { return w.fig.usedHigh }),
		number("unused", "Unused", "actions", "Granted actions that the logs would have shown, and did not.", func(w *who) int { return w.fig.unused }),
		number("unused_high", "Unused, high severity", "actions", "", func(w *who) int { return w.fig.unusedHigh }),
	}
}

// seen are the columns of an identity's times.
func seen() []tables.Field[who] {
	return []tables.Field[who]{
		tables.Fill(tables.Time("last_active", "Last active", "From event logs and the cloud's own records; empty where it was never seen."),
			func(w *who) report.Cell { return report.Time(w.LastActive) }),
		text("state", "State", "active within the look-back window, inactive, or never seen.", (*who).state),
		tables.Fill(tables.Time("created", "Created", ""), func(w *who) report.Cell { return report.Time(w.Created) }),
	}
}

func resourcesUsed() tables.Field[who] {
	return number("resources_used", "Resources used", "resources",
		"Different ones that events name, of each action 32 at most; of a group those that its members used by what it grants.", (*who).resources)
}

func (w *who) resources() int {
	if w.Kind == entitlement.Group {
		return w.sys.membersOf(w.ID).resources
	}
	return w.sys.resourcesUsed()[w.at]
}

func ownerField() tables.Field[who] {
	return text("owner", "Owner", "Team that answers for it.", func(w *who) string { return w.Owner })
}

func superField() tables.Field[who] {
	return yesNo("super", "Super", "May do every action on every resource of its system.", func(w *who) bool { return w.Holds().Super })
}
