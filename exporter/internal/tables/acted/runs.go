package acted

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// maxRuns is how many runs are listed at most, the newest.
const maxRuns = 20_000

// Definitions returns the tables of this package. Nil is enough to describe
// them.
func Definitions(r *Remediator) []tables.Definition {
	return []tables.Definition{{
		Name: "runs", Title: "Remediation", Group: tables.Remediation,
		Help: "What the remediator did, does and waits for, of the systems that the caller may see. Needs remediation.url in the exporter's configuration.",
		Columns: slices.Concat([]tables.Column{
			tables.Text("run", "Run", "Its id."), tables.Text("state", "State", ""),
			tables.Text("pending", "Pending", "Whether it waits for approval."), tables.Text("ended", "Ended", ""),
			tables.Text("playbook", "Playbook", ""), tables.Text("mode", "Mode", "dry_run or execute."),
			tables.Text("identity", "Identity", "Unique id."), tables.Text("name", "Name", ""),
		}, tables.OfSystem(), []tables.Column{
			tables.Text("owner", "Owner", ""), tables.Text("finding", "Finding", "Its id."), tables.Text("category", "Category", ""),
			tables.Text("severity", "Severity", "Of the alert."),
			tables.Time("received", "Received", "When the alert came."), tables.Time("updated", "Updated", "When it last got on."),
			tables.Time("expires", "Expires", "When it is too late to approve."), tables.Time("applied", "Applied", "When the change was made."),
			tables.Number("approvals_given", "Approvals given", "approvals", "Of the plan as it is now."),
			tables.Number("approvals_needed", "Approvals needed", "approvals", ""),
			tables.Text("reason", "Reason", "Why it was refused, denied or failed, or why a step is tried again."),
			tables.Text("url", "Page", "Where people look at the run, and approve."),
		}),
		Filters: []api.TableFilter{
			tables.Enum("state", "State", "", true, api.RunStates()...),
			tables.Enum("pending", "Pending", "", false, "yes", "no"), tables.Enum("ended", "Ended", "", false, "yes", "no"),
			tables.Enum("playbook", "Playbook", "", true, playbooks()...),
			tables.Complete("identity", "Identity", "Unique id."), tables.Complete("finding", "Finding", "Its id."),
		},
		Sort: []api.TableOrder{{By: "received", Descending: true}, {By: "run"}},
		Rows: r.rows,
	}}
}

// playbooks are those that the remediator can run.
func playbooks() []string {
	var list []string
	for _, p := range alert.Playbooks() {
		if p.Automated() {
			list = append(list, string(p))
		}
	}
	return list
}

func (r *Remediator) rows(ctx context.Context, q *tables.Question) (*tables.Rows, error) {
	var c *config.Remediation
	if c = r.Config(); c == nil {
		return nil, tables.Unconfigured("the exporter does not know the remediator: set remediation.url in its configuration, see docs/configuration.md")
	}
	s := scopeOf(q)
	if s.nothing() {
		return &tables.Rows{}, nil
	}
	list, err := r.runs(ctx, c, s.query(q))
	if err != nil {
		return nil, err
	}
	rows := &tables.Rows{}
	if list.More {
		rows.Notices = append(rows.Notices, fmt.Sprintf("There are more runs than the %d newest, which are looked at here; narrow the question.", maxRuns))
	}
	for i := range list.Runs {
		if run := &list.Runs[i]; s.sees(run.System) && keeps(q, run) {
			rows.Add(cells(run, s.results[run.System], c.PublicURL)...)
		}
	}
	return rows, nil
}

// keeps applies all filters: also those that were sent.
func keeps(q *tables.Question, run *api.Run) bool {
	return q.Keeps("state", run.State) && q.Keeps("pending", tables.YesNo(run.Pending)) && q.Keeps("ended", tables.YesNo(run.Ended)) &&
		q.Keeps("playbook", string(run.Playbook)) && q.Keeps("identity", string(run.Identity)) && q.Keeps("finding", run.Finding)
}

// scope is the systems that a question is about.
type scope struct {
	results map[entitlement.SystemID]*collector.Result
	// everything is set where the caller sees everything and asks about all:
	// then runs in systems that are configured no longer are seen, too.
	everything bool
}

func scopeOf(q *tables.Question) scope {
	s := scope{results: map[entitlement.SystemID]*collector.Result{}}
	for _, r := range q.Results {
		s.results[r.System.ID] = r
	}
	s.everything = q.Caller.Systems() == nil && len(q.Results) == len(q.Snapshot.Results)
	return s
}

func (s scope) nothing() bool { return !s.everything && len(s.results) == 0 }

func (s scope) sees(id entitlement.SystemID) bool { return s.everything || s.results[id] != nil }

// query narrows what the remediator lists, so that its limit cuts no run that
// is asked about for others.
func (s scope) query(q *tables.Question) url.Values {
	v := url.Values{"limit": {strconv.Itoa(maxRuns)}, "state": q.Values("state")}
	for _, name := range []string{"playbook", "identity", "finding"} {
		v[name] = q.Values(name)
	}
	if q.Value("pending") == "yes" && len(v["state"]) == 0 {
		v["state"] = []string{"awaiting_approval"}
	}
	if !s.everything {
		for id := range s.results {
			v.Add("system", string(id))
		}
	}
	return v
}

func cells(run *api.Run, r *collector.Result, public string) []report.Cell {
	system := []report.Cell{report.Text(string(run.Cloud)), report.Text(string(run.System)), {}}
	if r != nil {
		system = tables.SystemCells(r)
	}
	return slices.Concat([]report.Cell{
		report.Text(run.ID), report.Text(run.State), report.Text(tables.YesNo(run.Pending)), report.Text(tables.YesNo(run.Ended)),
		report.Text(string(run.Playbook)), report.Text(run.Mode), report.Text(string(run.Identity)), report.Text(nameOf(run.Identity, r)),
	}, system, []report.Cell{
		report.Text(run.Owner), report.Text(run.Finding), report.Text(string(run.Category)), report.Text(string(run.Severity)),
		report.Time(run.ReceivedAt), report.Time(run.UpdatedAt), report.Time(run.ExpiresAt), report.Time(run.AppliedAt),
		report.Integer(run.ApprovalsGiven), report.Integer(run.ApprovalsNeeded), report.Text(cmp.Or(run.Reason, run.Trouble)),
		report.Text(strings.TrimSuffix(public, "/") + "/runs/" + url.PathEscape(run.ID)),
	})
}

// nameOf returns the name of an identity: of one that is gone, the end of its
// id.
func nameOf(id entitlement.IdentityID, r *collector.Result) string {
	if r != nil && r.Assessment != nil {
		for i := range r.Assessment.Identities {
			if one := &r.Assessment.Identities[i]; one.ID == id {
				return one.Name
			}
		}
	}
	return string(id)[strings.LastIndexAny(string(id), "/:")+1:]
}
