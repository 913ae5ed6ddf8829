package trigger

import (
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// Definition is an activity trigger as it ships or as the operator defines it.
type Definition struct {
	// Name identifies the trigger for good, in metrics and alerts too: small
	// letters, digits and hyphens.
	Name string `yaml:"name" json:"name"`
	// Title is what people call it; "" is the name.
	Title   string `yaml:"title" json:"title"`
	Enabled bool   `yaml:"enabled" json:"enabled"`

	// Clouds, Systems and Folders narrow what is looked at; empty is everything.
	// Systems and folders add up.
	Clouds  []entitlement.Cloud    `yaml:"clouds" json:"clouds,omitempty"`
	Systems []entitlement.SystemID `yaml:"systems" json:"systems,omitempty"`
	Folders []string               `yaml:"folders" json:"folders,omitempty"`
	// Where is what an event must fulfil. Among its values, "$name" stands for
	// the values of the parameter of that name.
	Where Condition `yaml:"where" json:"-"`
	// Parameters are the values that differ from one organisation to another.
	Parameters []Parameter `yaml:"parameters" json:"parameters,omitempty"`

	Severity alert.Severity `yaml:"severity" json:"severity"`
	// Owner is the team that alerts go to; "" is the owner of the system.
	Owner       string `yaml:"owner" json:"owner,omitempty"`
	Description string `yaml:"description" json:"description,omitempty"` // What it looks for.
	Why         string `yaml:"why" json:"why,omitempty"`                 // Why that matters.
	Response    string `yaml:"response" json:"response,omitempty"`       // What to do about a match.
	// Backfill has a new trigger look at everything that is stored already, and
	// not only at what is stored from now on; and one that was switched off, at
	// what was stored meanwhile.
	Backfill bool `yaml:"backfill" json:"backfill,omitempty"`
}

// Parameter is a list of values that a definition leaves open.
type Parameter struct {
	Name string `yaml:"name" json:"name"`
	Help string `yaml:"help" json:"help,omitempty"`
	// Values are those in force. A plain condition on an empty list holds for no
	// event, a negated one for every event.
	Values []string `yaml:"values" json:"values"`
	// Required refuses to enable the trigger while there are no values.
	Required bool `yaml:"required" json:"required,omitempty"`
}

// Query returns the definition as a query for the last day: what the trigger
// looks for, with the values of its parameters.
func (d *Definition) Query() query.Query {
	return query.Query{Clouds: d.Clouds, Systems: d.Systems, Folders: d.Folders, Where: d.resolve(d.Where.Node)}
}

// Condition returns what an event must fulfil, scope and parameters included;
// nil takes every event.
func (d *Definition) Condition() *query.Node {
	var all []query.Node
	if len(d.Clouds) > 0 {
		all = append(all, query.Node{Field: query.Cloud, Operator: query.In, Values: texts(d.Clouds)})
	}
	var systems []query.Node
	if len(d.Systems) > 0 {
		systems = append(systems, query.Node{Field: query.System, Operator: query.In, Values: texts(d.Systems)})
	}
	if len(d.Folders) > 0 {
		systems = append(systems, query.Node{Field: query.Folder, Operator: query.In, Values: d.Folders})
	}
	if len(systems) > 0 {
		all = append(all, query.Node{Any: systems})
	}
	if where := d.resolve(d.Where.Node); where != nil {
		all = append(all, *where)
	}
	if len(all) == 0 {
		return nil
	}
	return &query.Node{All: all}
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
