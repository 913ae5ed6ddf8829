package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
	"github.com/leastward/leastward/internal/entitlement"
)

// byCloud puts the clouds beside each other.
func byCloud() []grafana.Panel {
	of := ask.Filters{"by": {"cloud"}}
	return []grafana.Panel{
		panel.Tiles(panel.Spec{
			Title: "Index by cloud", Unit: "none", W: 5, H: 9, Bands: true, Empty: "Not collected yet",
			Help:    "A tile for each cloud with the index over all of its systems. What an action weighs is each cloud's own, so that the tiles compare.",
			Queries: panel.Ask(ask.Of("pci", ask.Rows{Scope: ask.Chosen(), Filters: of, Columns: "name pci key", Sort: "-pci"})),
			Display: "${__data.fields.name}", Links: []grafana.Link{panel.ToCloud("${__data.fields.key:percentencode}")}, Overrides: cloudNames(),
		}),
		panel.Table(panel.Spec{
			Hide: "key", Title: "Clouds", Unit: "none", W: 9, H: 9, Empty: "Not collected yet",
			Help: "Each cloud with its index and how that changed in seven days, how many systems and identities it has, how many of these are in the high band, and how much of what is granted the logs can show. Click a cloud for it alone.",
			Queries: panel.Ask(ask.Of("pci", ask.Rows{
				Scope: ask.Chosen(), Filters: of, Columns: "name pci change_7d systems identities high observability key", Sort: "-pci",
			})),
			Overrides: []grafana.Override{
				panel.ByName("name", panel.CloudNames(), panel.LinksOf(panel.ToCloud("${__data.fields.key:percentencode}")), panel.Width(100)),
				panel.ByName("change_7d", panel.Property("displayName", "Change"), panel.Width(70)), panel.ByName("systems", panel.Width(72)),
				panel.ByName("identities", panel.Width(80)), panel.ByName("high", panel.Width(55)),
				panel.ByName("observability", panel.Property("displayName", "Seen"), panel.UnitOf("percentunit"), panel.Width(70)),
			},
		}),
		panel.Table(panel.Spec{
			Title: "Findings by cloud", Unit: "none", W: 10, H: 9, Empty: "No category was looked at yet",
			Help: "How many findings of each category each cloud has. An empty field is a category that the cloud does not have.",
			Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"by": {"system"}}, Columns: "title cloud findings", Sort: "cloud -findings",
			})),
			Transform: crossed("Title", "Cloud", "Findings"), Overrides: cloudCounts(),
		}),
		panel.Lines(panel.Spec{
			Title: "Trend by cloud", Unit: "none", W: 12, H: 8, Bands: true, Empty: "No history yet",
			Help:    "The index of each cloud over the range. Dashed lines are where the bands begin.",
			Queries: panel.Ask(ask.Of("pci_history", ask.Rows{Scope: ask.Chosen(), Filters: of, Value: "pci"})), Overrides: cloudSeries(),
		}),
		storage(),
	}
}

// storage is what lies open or is not encrypted as it should be, by cloud.
func storage() grafana.Panel {
	return panel.Table(panel.Spec{
		Title: "Storage and networks by cloud", Unit: "none", W: 12, H: 8, Empty: "No storage or network was looked at yet",
		Help: "Buckets, storage accounts and containers that are open or encrypted with the cloud's own keys, security groups and firewall rules that let in the internet: how many of each, by cloud.",
		Queries: panel.Ask(ask.Of("finding_counts", ask.Rows{
			Scope: ask.Chosen(), Filters: ask.Filters{"by": {"system"}, "family": {"storage", "network"}}, Columns: "title cloud findings", Sort: "cloud -findings",
		})),
		Transform: crossed("Title", "Cloud", "Findings"), Overrides: cloudCounts(),
	})
}

// crossed adds up a number by row and column, named as people read them. Empty is
// what has no number at all, which is not 0.
func crossed(row, column, number string) []grafana.Transformation {
	group := map[string]any{"aggregations": []string{}, "operation": "groupby"}
	return []grafana.Transformation{
		{ID: "groupBy", Options: map[string]any{"fields": map[string]any{
			row: group, column: group, number: map[string]any{"aggregations": []string{"sum"}, "operation": "aggregate"},
		}}},
		{ID: "groupingToMatrix", Options: map[string]any{
			"rowField": row, "columnField": column, "valueField": number + " (sum)", "emptyValue": "null",
		}},
	}
}

// cloudCounts says how the columns of a table that [crossed] made are shown. What
// they are called is known by then only.
func cloudCounts() []grafana.Override {
	out := []grafana.Override{called("Title", panel.Property("displayName", "Category"))}
	return append(out, cloudSeries(panel.Property("thresholds", panel.Steps("text", 1, "orange")), panel.Cell("color-text"), panel.Width(112))...)
}

// cloudSeries names the series or columns of clouds.
func cloudSeries(more ...grafana.Property) []grafana.Override {
	var out []grafana.Override
	for _, c := range entitlement.Clouds() {
		out = append(out, called(string(c), append([]grafana.Property{panel.Property("displayName", c.Title())}, more...)...))
	}
	return out
}

func called(name string, properties ...grafana.Property) grafana.Override {
	return grafana.Override{Matcher: grafana.Matcher{ID: "byRegexp", Options: "/^" + name + "$/"}, Properties: properties}
}

// cloudNames writes the names of clouds in a column of them.
func cloudNames() []grafana.Override {
	return []grafana.Override{panel.ByName("name", panel.CloudNames())}
}
