package board

import (
	"strings"

	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/internal/entitlement"
)

// sources are the variables that choose the data sources.
func sources() []grafana.Variable {
	return []grafana.Variable{
		source("datasource", "Data source", grafana.LeastwardType, "Leastward", "leastward"),
		source("prometheus", "Prometheus", grafana.PrometheusType, "Prometheus", "leastward-prometheus"),
	}
}

func source(name, label, plugin, text, uid string) grafana.Variable {
	return grafana.Variable{
		Type: "datasource", Name: name, Label: label, Query: plugin, Refresh: 1, Options: []grafana.Current{},
		Current: &grafana.Current{Text: text, Value: uid},
	}
}

// asked returns a variable whose values the data source has.
func asked(name, label, help string, q ask.Variable) grafana.Variable {
	q.RefID = "variable"
	source := grafana.Leastward()
	return grafana.Variable{
		Type: "query", Name: name, Label: label, Description: help, Datasource: &source, Query: q, Definition: q.Kind,
		Refresh: 1, Sort: 1, Options: []grafana.Current{},
	}
}

// asIs keeps the values in the order in which the data source has them.
func asIs(v grafana.Variable) grafana.Variable {
	v.Sort = 0
	return v
}

// several lets a variable have several values, or all.
func several(v grafana.Variable) grafana.Variable {
	v.Multi, v.IncludeAll, v.AllValue, v.Current = true, true, grafana.AllValue, grafana.All(true)
	return v
}

// places are the variables that choose systems: by cloud, by folder, and one by
// one.
func places() []grafana.Variable { return append([]grafana.Variable{cloud()}, systems()...) }

// systems choose among those of the clouds that are chosen.
func systems() []grafana.Variable {
	return []grafana.Variable{
		several(asked("folder", "Folder", "Named sets of systems, as configured. Beside a choice of systems it adds those of the folder.", ask.Variable{Kind: "folders"})),
		several(asked("system", "System", "AWS accounts, Azure subscriptions and Google Cloud projects of the clouds that are chosen.", ask.Variable{Kind: "systems", Scope: ask.Cloud()})),
	}
}

// oneSystem chooses a single system.
func oneSystem() []grafana.Variable {
	return []grafana.Variable{
		cloud(), asked("system", "System", "AWS account, Azure subscription or Google Cloud project.", ask.Variable{Kind: "systems", Scope: ask.Cloud()}),
	}
}

// column returns a variable of the values in a column of a table.
func column(name, label, help, table, column, title string) grafana.Variable {
	return asked(name, label, help, ask.Variable{Kind: "column", Table: table, Column: column, Label: title})
}

// typed is a variable that people type, or links set; empty is everything.
func typed(name, label, help string) grafana.Variable {
	return grafana.Variable{
		Type: "textbox", Name: name, Label: label, Description: help, Query: "", Options: []grafana.Current{},
		Current: &grafana.Current{Text: "", Value: ""},
	}
}

// filters are the ad hoc filters of audit queries.
func filters() grafana.Variable {
	source := grafana.Leastward()
	return grafana.Variable{
		Type: "adhoc", Name: "filters", Label: "Filters", Description: "Conditions on any field of the events.", Datasource: &source,
		Options: []grafana.Current{}, Filters: []any{}, BaseFilters: []any{},
	}
}

// cloud chooses among the clouds that have systems.
func cloud() grafana.Variable {
	return choice("Clouds whose systems are shown.", grafana.All(true), entitlement.Clouds()...)
}

// clouds are the clouds whose events are shown. The suite's own log is one of them,
// and not chosen at first.
func clouds() grafana.Variable {
	titles, first := []string{}, []string{}
	for _, c := range entitlement.Clouds() {
		titles, first = append(titles, c.Title()), append(first, string(c))
	}
	return choice("Clouds whose events are shown; Leastward is what the suite itself did.",
		&grafana.Current{Selected: true, Text: titles, Value: first}, append(entitlement.Clouds(), entitlement.Platform)...)
}

func choice(help string, current *grafana.Current, of ...entitlement.Cloud) grafana.Variable {
	names := make([]string, len(of))
	for i, c := range of {
		names[i] = c.Title() + " : " + string(c)
	}
	return grafana.Variable{
		Type: "custom", Name: "cloud", Label: "Cloud", Description: help, Query: strings.Join(names, ","),
		Multi: true, IncludeAll: true, AllValue: grafana.AllValue, Options: []grafana.Current{}, Current: current,
	}
}
