package collected

import (
	"context"
	"slices"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/report"
)

// failed is the code of a collection that could read nothing.
const failed = "collection_failed"

// Problems is the table of what could not be read.
func Problems() tables.Definition {
	return tables.Definition{
		Name: "problems", Title: "Problems of collection", Group: tables.Collection,
		Help: "What the last collection of each system could not read or understand; the rest of it went on without. A collection that " +
			"could read nothing has one row by itself, beside those of the last one that could.",
		Columns: slices.Concat(tables.OfSystem(), []tables.Column{
			tables.Text("owner", "Owner", "Team that answers for the system."), tables.Text("code", "Code", ""),
			tables.Text("subject", "Subject", "The API, file, policy or resource that it concerns."),
			tables.Text("permission", "Permission", "That is missing, where one was refused."), tables.Text("message", "Message", ""),
			tables.Text("remedy", "Remedy", "Empty where the message says it."), tables.Text("runbook", "Runbook", "Address of the runbook."),
			tables.Time("time", "Time", "Of the collection."),
		}),
		Filters: []api.TableFilter{tables.Complete("code", "Code", ""), tables.Complete("permission", "Permission", "")},
		Sort:    []api.TableOrder{{By: "system"}, {By: "code"}, {By: "subject"}},
		Rows:    problems,
	}
}

func problems(_ context.Context, q *tables.Question) (*tables.Rows, error) {
	rows := &tables.Rows{}
	for _, r := range q.Results {
		if r.Err != nil {
			add(rows, q, r, &entitlement.Problem{Code: failed, Subject: string(r.System.ID), Message: r.Err.Error()}, report.Time(r.Attempted))
		}
		if r.Assessment == nil {
			continue
		}
		for i := range r.Assessment.Problems {
			add(rows, q, r, &r.Assessment.Problems[i], report.Time(r.Assessment.At))
		}
	}
	return rows, nil
}

func add(rows *tables.Rows, q *tables.Question, r *collector.Result, p *entitlement.Problem, at report.Cell) {
	if !q.Keeps("code", p.Code) || !q.Keeps("permission", p.Permission) {
		return
	}
	rows.Add(append(tables.SystemCells(r), report.Text(r.System.Owner), report.Text(p.Code), report.Text(p.Subject), report.Text(p.Permission),
		report.Text(p.Message), report.Text(remedy(r.System.Cloud, p)), report.Text(alert.RunbookBase+string(alert.CollectionRepair)+".md"), at)...)
}

func remedy(cloud entitlement.Cloud, p *entitlement.Problem) string {
	switch {
	case p.Permission != "" && cloud != entitlement.AWS:
		return "Grant " + p.Permission + " to the identity that reads the system."
	case p.Permission != "":
		return "Grant " + p.Permission + " to the role that reads the system; docs/permissions-aws.md has the whole policy."
	case p.Code == failed:
		return "The system keeps its last figures until a collection succeeds; see the exporter's log."
	case p.Code == "policy_document":
		return "What cannot be read of a policy grants and denies nothing here; correct the document."
	}
	return ""
}
