package asked

import (
	"context"
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/report"
)

// maxDecisions bounds how many decisions one question may ask for.
const maxDecisions = 10_000

// can is the table of whether identities may do something.
func can(e *Estates) tables.Definition {
	return tables.Definition{
		Name: "can", Title: "Can", Group: tables.Access,
		Help: "Whether identities may do something to a resource, and why. All systems that the caller may see are decided over, whatever the question names.",
		Columns: slices.Concat(holder(), []tables.Column{
			tables.Text("action", "Action", ""), tables.Text("resource", "Resource", ""),
		}, decided()),
		Filters: []api.TableFilter{
			{Name: "identity", Title: "Identity", Help: "On AWS the ARN of a user, role, session or root user, a name that one user or role has, a service, or *; on Azure and Google Cloud an id, a mail address, an application id, or a display name that one identity has.", Kind: api.FilterText, Required: true, Several: true, Completes: true},
			{Name: "action", Title: "Action", Help: "Such as s3:GetObject, Microsoft.Storage/storageAccounts/read or storage.objects.get; its spelling tells the cloud.", Kind: api.FilterText, Required: true, Several: true, Completes: true},
			{Name: "resource", Title: "Resource", Help: "ARN, ARM id or full resource name; * for actions of AWS that are on no resource, and elsewhere for the system, where one of the action's cloud is chosen.", Kind: api.FilterText, Default: "*", Several: true, Completes: true},
		},
		CompleteFrom: completed("identity", "action", "resource"),
		Sort:         []api.TableOrder{{By: "identity"}, {By: "action"}, {By: "resource"}},
		Rows:         func(ctx context.Context, q *tables.Question) (*tables.Rows, error) { return rowsOfCan(ctx, e, q) },
	}
}

func rowsOfCan(ctx context.Context, e *Estates, q *tables.Question) (*tables.Rows, error) {
	n := len(q.Values("identity")) * len(q.Values("action")) * len(q.Values("resource"))
	if n > maxDecisions {
		return nil, tables.Bad("filters.identity", "identities, actions and resources make %d decisions; at most %d", n, maxDecisions)
	}
	asker, err := e.asker(ctx, q)
	if err != nil {
		return nil, err
	}
	rows, known := &tables.Rows{Notices: incomplete(q)}, knownOf(q)
	for _, identity := range q.Values("identity") {
		for _, action := range q.Values("action") {
			for _, resource := range q.Values("resource") {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				cells, err := decide(asker, known, &ask.Request{Identity: identity, Action: action, Resource: resourceOf(q, action, resource)})
				if err != nil {
					return nil, bad(err, strings.Join([]string{identity, action, resource}, " "))
				}
				rows.Add(cells...)
			}
		}
	}
	return rows, nil
}

func decide(asker *ask.Asker, k known, r *ask.Request) ([]report.Cell, error) {
	var a ask.Answer
	if err := asker.Decide(r, &a); err != nil {
		return nil, err
	}
	system := a.System()
	return slices.Concat(k.cells(r.Identity, "", system, nil), []report.Cell{
		report.Text(r.Action), report.Text(r.Resource), verdict(a.Verdict), because(a.Because()),
		tables.Folded(a.Keys), tables.Folded(asker.People(r.Identity)),
	}, k.use(r.Identity, r.Action, system)), nil
}
