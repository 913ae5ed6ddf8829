package entitle

import (
	"strings"

	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
)

func yes(name, title, help string) api.TableFilter {
	return tables.Enum(name, title, help, false, "yes", "no")
}

func bySeverity() api.TableFilter {
	return tables.Enum("severity", "Severity", "Counts actions of high severity only, or actions that delete; who holds none of them is left out.", false, "high", "delete")
}

func byState() api.TableFilter {
	return tables.Enum("state", "State", "active within the look-back window, inactive, or never seen.", true, "active", "inactive", "never")
}

func byBand() api.TableFilter {
	return tables.Enum("band", "Band", "", true, "low", "medium", "high")
}

func byType() api.TableFilter {
	return tables.Enum("type", "Type", "", true, tables.Kinds()...)
}

func identityFilters() []api.TableFilter {
	return []api.TableFilter{
		byType(),
		tables.Enum("subtype", "Subtype", "", true, directory, local, guest, crossAccount, federated, service),
		byState(), byBand(), bySeverity(),
		yes("risky", "Risky", "Band high, super, able to raise its own permissions, or a root user."),
		yes("super", "Super", "May do every action on every resource."),
		yes("in_pci", "In the index", "Counts in its system's index."),
		tables.Enum("mfa", "MFA", "Of users of whom it is known.", false, "yes", "no"),
		tables.Complete("owner", "Owner", ""),
		tables.Complete("identity", "Identity", "Unique id."),
		tables.Complete("name", "Name", ""),
	}
}

// keepsIdentity reports whether an identity passes the filters that tables of
// identities have.
func keepsIdentity(q *tables.Question, w *who) bool {
	return keepsBasics(q, w) && q.Keeps("in_pci", tables.YesNo(w.InPCI)) &&
		q.Keeps("mfa", tristate(w.MFA).Name()) &&
		(q.Values("subtype") == nil || q.Keeps("subtype", w.subtype())) &&
		(q.Values("risky") == nil || q.Keeps("risky", tables.YesNo(w.risky())))
}

func keepsBasics(q *tables.Question, w *who) bool {
	return q.Keeps("type", string(w.Kind)) && q.Keeps("band", w.band()) && q.Keeps("owner", w.Owner) &&
		q.Keeps("identity", string(w.ID)) && q.Keeps("name", w.Name) &&
		q.Keeps("super", tables.YesNo(w.Holds().Super)) && q.Keeps("state", w.state())
}

// exemptions says what tags leave an identity out of.
func (w *who) exemptions() string {
	var list []string
	if w.Exempt(entitlement.TagExcludeFromPCI) {
		list = append(list, "pci")
	}
	if w.Exempt(entitlement.TagExcludeFromReports) {
		list = append(list, "reports")
	}
	return strings.Join(list, ", ")
}
