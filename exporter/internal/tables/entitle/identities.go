package entitle

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// identities is the table of everybody.
func identities() tables.Definition {
	fields := slices.Concat(named(), []tables.Field[who]{subtypeField(), ownerField()}, ofSystem(systemOf), figuresOf(), boundsFields(), seen(), detailFields())
	return tables.Definition{
		Name: "identities", Title: "Identities", Group: tables.Entitlements,
		Help: "Users, roles, groups, functions and instances, service principals, managed identities and service accounts with what they may do and did. " +
			"A group's figures are of what it grants and of what its members used of that; a function's and an instance's are those of the role " +
			"that it runs as and of its own sessions, on Azure and Google Cloud those of the identity that it runs as.",
		Columns: tables.Columns(fields),
		Filters: identityFilters(),
		Sort:    []api.TableOrder{{By: "pci", Descending: true}, {By: "granted", Descending: true}},
		Rows: func(_ context.Context, q *tables.Question) (*tables.Rows, error) {
			return tables.Of(everybody(q, func(w *who) bool { return keepsIdentity(q, w) }), fields), nil
		},
	}
}

func subtypeField() tables.Field[who] {
	return text("subtype", "Subtype", "ed (enterprise directory: through IAM Identity Center, of Entra ID, of Google Workspace or Cloud Identity), local, "+
		"guest (of another directory or domain), cross_account (another account may become it; a service account of another project), "+
		"saml (an identity provider vouches for it) or service (services of the cloud become it, or it is the cloud's own); empty where that is not known.", (*who).subtype)
}

func boundsFields() []tables.Field[who] {
	return []tables.Field[who]{
		unlessRoot(tables.Points("pci_lower", "PCI, lower bound", "With everything that no log can show counted as used."),
			func(w *who) report.Cell { return report.Decimal(w.Score.Lower()) }),
		unlessRoot(tables.Points("pci_upper", "PCI, upper bound", "With everything that no log can show counted as unused."),
			func(w *who) report.Cell { return report.Decimal(w.Score.Upper()) }),
		yesNo("in_pci", "In the index", "Counts in its system's index: users, roles, service principals, managed identities and service accounts that are not exempt do, but for "+
			"the root user, Google Cloud's default service accounts and those that Google manages.",
			func(w *who) bool { return w.InPCI }),
	}
}

func detailFields() []tables.Field[who] {
	return []tables.Field[who]{
		resourcesUsed(),
		number("groups", "Groups", "groups", "That it belongs to, those that hold its groups included.", func(w *who) int { return len(w.Within) }),
		number("keys", "Access keys", "keys", "", func(w *who) int { return len(w.Keys) }),
		number("policies", "Policies", "policies", "Attached and inline, or grants of roles; not those of its groups.", (*who).policies),
		number("escalations", "Escalations", "ways", "Ways in which it can raise its own permissions.", (*who).escalations),
		number("findings", "Findings", "findings", "", func(w *who) int { return w.sys.findingsOf(w.ID) }),
		superField(),
		yesNo("risky", "Risky", "Band high, super, able to raise its own permissions, or a root user.", (*who).risky),
		tables.Fill(tables.Text("mfa", "MFA", "Whether a second factor is registered; empty where that is not known or it is no user."),
			func(w *who) report.Cell { return tristate(w.MFA) }),
		tables.Fill(tables.Text("console", "Console", "Whether it has a password; empty where that is not known or it is no user."),
			func(w *who) report.Cell { return tristate(w.Console) }),
		yesNo("disabled", "Disabled", "Cannot sign in until it is enabled.", func(w *who) bool { return w.Disabled }),
		text("exempt", "Exempt", "What tags leave it out of: pci, reports.", (*who).exemptions),
		text("runs_as", "Runs as", "Role or identity of a function or an instance.", func(w *who) string { return string(w.RunsAs) }),
		text("boundary", "Permissions boundary", "", func(w *who) string { return string(w.Boundary) }),
		text("tags", "Tags", "", func(w *who) string { return tagText(w.Tags) }),
	}
}

// tagText writes tags sorted by key.
func tagText(tags map[string]string) string {
	var b strings.Builder
	for i, key := range slices.Sorted(maps.Keys(tags)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(key + "=" + tags[key])
	}
	return b.String()
}
