package asked

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// whoCan is the table of everybody who may do something.
func whoCan(e *Estates) tables.Definition {
	denied := tables.Enum("denied", "With denied", "yes also lists those who may not.", false, "no", "yes")
	denied.Default = "no"
	return tables.Definition{
		Name: "who_can", Title: "Who can", Group: tables.Access,
		Help: "Everybody who may do something to a resource, or may under conditions, and why: the identities of the systems that are asked about, " +
			"those of groups each by itself, and others whom the policy of the resource or a role lets in. All systems that the caller may see are decided over.",
		Columns: slices.Concat(holder(), decided(), []tables.Column{
			tables.Text("outside", "Outside", "yes where it is of none of the systems that the caller may see."),
			tables.Text("action", "Action", ""), tables.Text("resource", "Resource", ""),
		}),
		Filters: []api.TableFilter{
			{Name: "action", Title: "Action", Help: "Such as s3:GetObject, Microsoft.Storage/storageAccounts/read or storage.objects.get; its spelling tells the cloud.", Kind: api.FilterText, Required: true, Completes: true},
			{Name: "resource", Title: "Resource", Help: "ARN, ARM id or full resource name; * for actions of AWS that are on no resource, and elsewhere for the system, where one of the action's cloud is chosen.", Kind: api.FilterText, Default: "*", Completes: true},
			denied,
		},
		CompleteFrom: completed("action", "resource"),
		Sort:         []api.TableOrder{{By: "outside"}, {By: "verdict"}, {By: "system"}, {By: "type"}, {By: "name"}},
		Rows:         func(ctx context.Context, q *tables.Question) (*tables.Rows, error) { return rowsOfWho(ctx, e, q) },
	}
}

func rowsOfWho(ctx context.Context, e *Estates, q *tables.Question) (*tables.Rows, error) {
	asker, err := e.asker(ctx, q)
	if err != nil {
		return nil, err
	}
	action := q.Value("action")
	question := ask.Question{Action: action, Resource: resourceOf(q, action, q.Value("resource")), Denied: q.Value("denied") == "yes"}
	found, err := asker.Who(ctx, question)
	if err != nil {
		return nil, bad(err, "")
	}
	rows := &tables.Rows{Notices: append(found.Notes, incomplete(q)...)}
	w := who{q: q, question: &question, known: knownOf(q), systems: map[entitlement.SystemID]*collector.Result{}}
	for _, r := range q.Results {
		w.systems[r.System.ID] = r
	}
	for _, h := range found.Identities {
		if r := w.systems[h.Account]; r != nil {
			rows.Add(w.row(h, r, "no")...)
		}
	}
	for _, h := range found.Others {
		rows.Add(w.row(h, nil, "yes")...)
	}
	return rows, nil
}

// who makes rows of holders.
type who struct {
	q        *tables.Question
	question *ask.Question
	known    known
	systems  map[entitlement.SystemID]*collector.Result
}

func (w *who) row(h *ask.Holder, r *collector.Result, outside string) []report.Cell {
	return slices.Concat(w.known.cells(h.Identity, h.Kind, h.Account, r), []report.Cell{
		verdict(h.Verdict), because(h.Because), tables.Folded(h.Keys), tables.Folded(h.People),
	}, w.known.use(h.Identity, w.question.Action, h.Account), []report.Cell{
		report.Text(outside), report.Text(w.question.Action), report.Text(w.question.Resource),
	})
}
