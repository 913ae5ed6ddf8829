package found

import (
	"context"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// counts is the table of the numbers of findings.
func counts() tables.Definition {
	by := tables.Enum("by", "By", "category counts over all systems that are asked about, system each one by itself.", false, "category", "system")
	by.Default = "category"
	return tables.Definition{
		Name: "finding_counts", Title: "Numbers of findings", Group: tables.Findings,
		Help: "How many findings each category has, of how many identities, keys, outside accounts, buckets or security groups that " +
			"were looked at. A subject may have several findings of one category.",
		Columns: append([]tables.Column{
			tables.Text("category", "Category", ""), tables.Text("family", "Family", ""), tables.Text("title", "Title", "The category, for people."),
			tables.Number("findings", "Findings", "findings", ""),
			tables.Number("subjects", "Looked at", "subjects", "What could be such a finding at all."),
			tables.Number("affected", "Affected", "subjects", "Different identities, keys and resources among the findings."),
			tables.Points("impact", "Impact", "Largest of the findings, in points of its system's index."),
			tables.Text("response", "Response", "Playbook by which the alert rules answer them."),
		}, tables.OfSystem()...),
		Filters: append([]api.TableFilter{by}, byCategory()...),
		Sort:    []api.TableOrder{{By: "findings", Descending: true}, {By: "category"}, {By: "system"}},
		Rows:    everyCount,
	}
}

func everyCount(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	if q.Value("by") == "system" {
		for _, r := range q.Assessed() {
			countOf([]*collector.Result{r}, q, rows, tables.SystemCells(r))
		}
		return rows, nil
	}
	countOf(q.Assessed(), q, rows, make([]report.Cell, 3))
	return rows, nil
}

// count is what is known of one category.
type count struct {
	findings, subjects int
	affected           map[string]bool
	impact             float64
}

// tally is the counts by category.
type tally map[entitlement.Category]*count

func (t tally) of(c entitlement.Category) *count {
	if t[c] == nil {
		t[c] = &count{affected: map[string]bool{}}
	}
	return t[c]
}

func (t tally) add(a *assess.Assessment) {
	for c, n := range a.Totals {
		t.of(c).subjects += n
	}
	for i := range a.Findings {
		f := &a.Findings[i]
		n := t.of(f.Category)
		n.findings++
		n.affected[string(f.System)+"\x00"+string(f.Identity)+"\x00"+f.Resource] = true
		n.impact = max(n.impact, f.Impact)
	}
}

// countOf adds a row for each category that some systems have.
func countOf(systems []*collector.Result, q *tables.Question, rows *tables.Rows, system []report.Cell) {
	t := tally{}
	for _, r := range systems {
		t.add(r.Assessment)
	}
	for c := range t {
		if keepsCategory(q, c) {
			rows.Add(append(t[c].cells(c), system...)...)
		}
	}
}

func (n *count) cells(c entitlement.Category) []report.Cell {
	impact, playbook := report.Cell{}, report.Cell{}
	if n.findings > 0 && !alert.OfResource(c) {
		impact = report.Decimal(n.impact)
	}
	if r, ok := alert.Respond(c); ok {
		playbook = report.Text(string(r.Playbook))
	}
	return []report.Cell{
		report.Text(string(c)), report.Text(family(c)), report.Text(title(c)),
		report.Integer(n.findings), report.Integer(n.subjects), report.Integer(len(n.affected)), impact, playbook,
	}
}
