package board

import (
	"github.com/leastward/leastward/dashboards/internal/ask"
	"github.com/leastward/leastward/dashboards/internal/grafana"
	"github.com/leastward/leastward/dashboards/internal/panel"
)

// The families of findings, as the table finding_counts names them.
func identityFamilies() []string {
	return []string{"inactive", "super", "overprovisioned", "privilege_escalation", "security_tool_admin", "secret_access"}
}

func resourceFamilies() []string {
	return []string{"storage", "network", "external_access", "access_key", "sign_in"}
}

// trios are the six summaries: in all, of these not used, of these used.
func trios() []grafana.Panel {
	list := []struct{ name, title, help string }{
		{"users_high", "Users with access to high-risk actions", "Users that are granted a high-risk action. Inactive: they used none of them within the window."},
		{"users_delete", "Users with access to delete actions", "Users that are granted an action that deletes. Inactive: they used none of them within the window."},
		{"actions_high", "High-risk actions accessible by users", "High-risk actions that users are granted. Inactive: nobody executed them within the window."},
		{"actions_delete", "Delete actions accessible by users", "Actions that delete and that users are granted. Inactive: nobody executed them within the window."},
		{"resources_high", "Resources that permit high-risk actions", "Resources on which somebody may do a high-risk action. Inactive: nobody did within the window."},
		{"resources_delete", "Resources that permit delete actions", "Resources on which somebody may delete. Inactive: nobody did within the window."},
	}
	out := make([]grafana.Panel, 0, len(list))
	for _, one := range list {
		out = append(out, panel.Stat(panel.Spec{
			Title: one.title, Help: one.help, Unit: "none", W: 8, H: 4, Empty: "Not collected yet",
			Queries: panel.Ask(ask.Of("summaries", ask.Rows{
				Scope: ask.Chosen(), Filters: ask.Filters{"summary": {one.name}}, Columns: "total inactive active",
			})),
			Options: map[string]any{"orientation": "vertical", "textMode": "value_and_name"},
			Overrides: []grafana.Override{
				panel.ByName("inactive", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: "orange"})),
				panel.ByName("active", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: "green"})),
			},
		}))
	}
	return out
}

// classes colours people and workloads apart.
func classes() []grafana.Override {
	return []grafana.Override{
		panel.ByName("human", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: "blue"})),
		panel.ByName("workload", panel.Property("color", grafana.Color{Mode: "fixed", Fixed: "purple"})),
	}
}
