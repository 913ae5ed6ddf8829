package audit

import (
	"context"
	"net/http"
	"slices"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/entitlement"
)

func (h *Handler) triggers(w http.ResponseWriter, _ *http.Request, c *access.Caller) error {
	out := api.Triggers{Triggers: []api.Trigger{}}
	for _, status := range h.Triggers() {
		if concerns(&status.Definition, c) {
			out.Triggers = append(out.Triggers, describe(&status, c))
		}
	}
	return reply(w, http.StatusOK, out)
}

// concerns reports whether a trigger looks at anything that the caller may
// see. A folder may hold anything.
func concerns(d *trigger.Definition, c *access.Caller) bool {
	return len(d.Systems) == 0 || len(d.Folders) > 0 || slices.ContainsFunc(d.Systems, c.Sees)
}

// describe tells of a trigger what the caller may know: the totals of the
// systems that it sees, and what went wrong where it sees all of them.
func describe(status *trigger.Status, c *access.Caller) api.Trigger {
	d := &status.Definition
	q := d.Query()
	where := query.Query{Where: q.Where}
	out := api.Trigger{
		Name: d.Name, Title: d.Title, Enabled: d.Enabled, Clouds: d.Clouds, Folders: d.Folders, Text: where.String(),
		Severity: string(d.Severity), Owner: d.Owner, Description: d.Description, Why: d.Why, Response: d.Response,
	}
	out.Systems, out.Totals = seen(d.Systems, c), totals(status.Totals, c)
	out.Since, out.Evaluated = utc(status.Since), utc(status.Evaluated)
	if c.Systems() == nil {
		out.Error = status.Error
	}
	for _, p := range d.Parameters {
		out.Parameters = append(out.Parameters, api.TriggerParameter{Name: p.Name, Help: p.Help, Values: append([]string{}, p.Values...)})
	}
	return out
}

// seen returns those systems that the caller may see.
func seen(systems []entitlement.SystemID, c *access.Caller) []entitlement.SystemID {
	return slices.DeleteFunc(slices.Clone(systems), func(id entitlement.SystemID) bool { return !c.Sees(id) })
}

// totals returns the totals of the systems that the caller may see.
func totals(all []trigger.Total, c *access.Caller) []api.TriggerTotal {
	var list []api.TriggerTotal
	for _, t := range all {
		if c.Sees(t.System) {
			list = append(list, api.TriggerTotal{Cloud: t.Cloud, System: t.System, Count: t.Count, Last: utc(t.Last)})
		}
	}
	return list
}

// matches answers with events that fulfil a trigger's condition, whether the
// trigger is switched on or not.
func (h *Handler) matches(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	values := r.URL.Query()
	if err := onlyKnown(values, "since", "from", "to", "limit", "cursor"); err != nil {
		return err
	}
	ask, err := question(values)
	if err != nil {
		return err
	}
	q, err := h.triggered(r.PathValue("name"))
	if err != nil {
		return err
	}
	ask.Query = q
	resolved, err := h.resolve(r.Context(), c, ask)
	if err != nil {
		return err
	}
	return h.answered(w, r, func(ctx context.Context) (any, error) { return h.answer(ctx, c, &resolved, ask) })
}

// triggered returns what a trigger looks for.
func (h *Handler) triggered(name string) (*query.Query, error) {
	for _, status := range h.Triggers() {
		if d := &status.Definition; d.Name == name {
			// The condition has the trigger's scope, in which systems and
			// folders add up.
			return &query.Query{Where: d.Condition()}, nil
		}
	}
	return nil, absent("there is no trigger of the name " + name)
}
