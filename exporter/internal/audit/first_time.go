package audit

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/access"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/entitlement"
)

// FirstTime evaluates the first-time rules.
type FirstTime interface {
	Status() []anomaly.Status
	Reports(ctx context.Context, rule string, since time.Time, systems *[]entitlement.SystemID) ([]anomaly.Report, error)
}

var _ FirstTime = (*anomaly.Engine)(nil)

func (h *Handler) firstTime(w http.ResponseWriter, _ *http.Request, c *access.Caller) error {
	out := api.FirstTimeRules{Rules: []api.FirstTimeRule{}}
	for _, status := range h.Rules.Status() {
		if r := &status.Rule; len(r.Systems) == 0 || len(r.Folders) > 0 || slices.ContainsFunc(r.Systems, c.Sees) {
			out.Rules = append(out.Rules, describeRule(&status, c))
		}
	}
	return reply(w, http.StatusOK, out)
}

// describeRule tells of a rule what the caller may know.
func describeRule(status *anomaly.Status, c *access.Caller) api.FirstTimeRule {
	r := &status.Rule
	out := api.FirstTimeRule{
		Name: r.Name, Title: r.Title, Kind: string(r.Kind), Enabled: r.Enabled, Interval: r.Interval.String(), IgnoreReads: r.IgnoreReads,
		Clouds: r.Clouds, Systems: seen(r.Systems, c), Folders: r.Folders, Severity: string(r.Severity), Owner: r.Owner,
		Since: utc(status.Since), Evaluated: utc(status.Evaluated), Totals: totals(status.Totals, c),
	}
	if r.Where.Node != nil {
		where := query.Query{Where: r.Where.Node}
		out.Text = where.String()
	}
	if c.Systems() == nil {
		out.Error = status.Error
	}
	for _, covered := range status.Coverage {
		if covered.WarmingUp && c.Sees(covered.System) {
			out.WarmingUp = append(out.WarmingUp, covered.System)
		}
	}
	return out
}

// reports answers with the latest reports of a rule that are kept, of the
// systems that the caller may see.
func (h *Handler) reports(w http.ResponseWriter, r *http.Request, c *access.Caller) error {
	values := r.URL.Query()
	if err := onlyKnown(values, "since", "from"); err != nil {
		return err
	}
	when, err := rangeOf(values)
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	if !slices.ContainsFunc(h.Rules.Status(), func(s anomaly.Status) bool { return s.Rule.Name == name }) {
		return absent("there is no first-time rule of the name " + name)
	}
	since := when.From
	if when.Last != 0 {
		since = h.Now().Add(-when.Last.Std())
	}
	list, err := h.Rules.Reports(r.Context(), name, since, c.Systems())
	if err != nil {
		return err
	}
	out := api.FirstTimeReports{Reports: make([]api.FirstTimeReport, len(list))}
	for i := range list {
		one := &list[i]
		out.Reports[i] = api.FirstTimeReport{
			Event: one.Event, Time: utc(one.Time), Cloud: one.Cloud, System: one.System, Identity: one.Identity,
			Username: one.Username, Name: one.Name, Value: one.Value, Last: utc(one.Last),
		}
	}
	return reply(w, http.StatusOK, out)
}
