package creeping

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// contributions is the table of what an identity's index is made of.
func contributions() tables.Definition {
	return tables.Definition{
		Name: "pci_contributions", Title: "Why an index is what it is", Group: tables.PCI,
		Help: "Each granted action of one identity that has weight, with what it adds to the identity's index: weight times the factor of " +
			"its reach, where the logs could have shown a use and did not. But for rounding, the points of all add up to the index.",
		Columns: slices.Concat([]tables.Column{
			tables.Text("action", "Action", ""), tables.Text("service", "Service", ""), tables.Text("type", "Type", "Of the action."),
			tables.Text("severity", "Severity", "Of the action."),
			tables.Decimal("weight", "Weight", "", "Of the action, by assess.weights."), tables.Text("reach", "Reach", "all resources, a part of them, or named ones."),
			tables.Decimal("factor", "Factor", "", "Of the reach: 1, 0.5 or 0.1."), tables.Text("state", "State", "unused, used or unobservable."),
			tables.Text("conditional", "Conditional", "Whether it is granted under a condition alone, which counts as granted."),
			tables.Points("points", "Points", "Of the identity's index, in proportion to weight × factor; none where it was used or no log could show it."),
			tables.Ratio("share", "Share", "Of the identity's excess."),
			tables.Points("saves", "Saves", "By how much the identity's index falls if this action alone is taken away."),
		}, tables.OfSystem(), []tables.Column{tables.Text("identity", "Identity", ""), tables.Text("name", "Name", "")}),
		Filters: []api.TableFilter{
			{Name: "identity", Title: "Identity", Help: "Unique id, such as an ARN, an object id or an e-mail address.", Kind: api.FilterText, Required: true, Completes: true},
			tables.Enum("state", "State", "", true, entitlement.Unused.String(), entitlement.Used.String(), entitlement.Unobservable.String()),
		},
		CompleteFrom: map[string]tables.Completion{"identity": {Table: "identities", Column: "identity"}},
		Sort:         []api.TableOrder{{By: "points", Descending: true}, {By: "weight", Descending: true}, {By: "action"}},
		Rows:         rowsOfContributions,
	}
}

func rowsOfContributions(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	id := entitlement.IdentityID(q.Value("identity"))
	for _, r := range q.Assessed() {
		for i := range r.Assessment.Identities {
			if one := &r.Assessment.Identities[i]; one.ID == id {
				return contributionsOf(one, r, q), nil
			}
		}
	}
	return nil, tables.Bad("filters.identity", "no system that is asked about and that you may see has the identity %q", id)
}

func contributionsOf(one *assess.Identity, r *collector.Result, q *tables.Question) *tables.Rows {
	rows := &tables.Rows{}
	if !one.InPCI {
		rows.Notices = append(rows.Notices, "The identity does not count in the index of its system.")
	}
	tail := append(tables.SystemCells(r), report.Text(string(one.ID)), report.Text(one.Name))
	model, cat := q.Of(r).Model(), r.Assessment.Catalog
	for i := range one.Access.Granted().Indices() {
		c := contributionOf(i, one, r.Assessment.Observable, model)
		if c.weight > 0 && q.Keeps("state", c.state.String()) {
			rows.Add(append(c.cells(cat.Info(i), one), tail...)...)
		}
	}
	return rows
}

// contribution is what one granted action adds.
type contribution struct {
	index          int
	reach          entitlement.Reach
	state          entitlement.UsageState
	weight, factor float64
	adds           float64 // To the excess of the identity.
}

func contributionOf(i int, one *assess.Identity, observable entitlement.ActionSet, model *creep.Model) contribution {
	reach := one.Access.Reach(i)
	c := contribution{index: i, reach: reach, weight: model.Weight(i), factor: creep.Factor(reach)}
	switch {
	case one.Usage.Used.Has(i):
		c.state = entitlement.Used
	case !observable.Has(i):
		c.state = entitlement.Unobservable
	case model.Total() > 0:
		c.adds = c.weight * c.factor / model.Total()
	}
	return c
}

func (c *contribution) cells(info *catalog.Info, one *assess.Identity) []report.Cell {
	cells := []report.Cell{
		report.Text(string(info.Action)), report.Text(info.Service), report.Text(info.Type.String()), report.Text(info.Severity.String()),
		report.Decimal(c.weight), report.Text(reachName(c.reach)), report.Decimal(c.factor), report.Text(c.state.String()),
		report.Text(tables.YesNo(one.Access.Conditional.Has(c.index))),
	}
	share, without := 0.0, one.Score
	if one.Score.Excess > 0 {
		share = c.adds / one.Score.Excess
	}
	without.Excess = max(0, without.Excess-c.adds)
	return append(cells, report.Decimal(one.Score.PCI()*share), report.Percent(share), report.Decimal(one.Score.PCI()-without.PCI()))
}

func reachName(r entitlement.Reach) string {
	switch r {
	case entitlement.ReachAll:
		return "all"
	case entitlement.ReachPart:
		return "part"
	case entitlement.ReachNamed:
		return "named"
	case entitlement.ReachNone:
	}
	return "none"
}
