package querytest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/catalog"
)

// values returns what an event has in a field: nothing where it is absent.
func (w World) values(f query.Field, ev *auditlog.Event) []string {
	var all []string
	for _, v := range w.candidates(f, ev) {
		if v != "" {
			all = append(all, v)
		}
	}
	return all
}

func (w World) candidates(f query.Field, ev *auditlog.Event) []string {
	switch f { //nolint:exhaustive // the others are alike
	case query.Folder:
		return w.folders(string(ev.System))
	case query.Severity, query.ActionType:
		kind, severity := w.gravest(ev)
		return []string{map[query.Field]string{query.Severity: severity, query.ActionType: kind}[f]}
	case query.Action, query.Resource, query.ResourceType, query.Issued:
		return lists(f, ev)
	case query.Text:
		all := []string{ev.Detail}
		for _, other := range query.TextFields() {
			all = append(all, w.candidates(other, ev)...)
		}
		return all
	case query.Ingested:
		return []string{w.Ingested.UTC().Format(time.RFC3339Nano)}
	default:
		return []string{single(f, ev)}
	}
}

func single(f query.Field, ev *auditlog.Event) string {
	return map[query.Field]string{
		query.Time: ev.Time.UTC().Format(time.RFC3339Nano), query.ID: ev.ID, query.Cloud: string(ev.Cloud), query.System: string(ev.System),
		query.Identity: string(ev.Identity), query.IdentityType: ev.IdentityType, query.Username: ev.IdentityName, query.Role: role(string(ev.Identity)),
		query.Session: ev.Session, query.AccessKey: string(ev.AccessKey), query.Service: ev.Source, query.Name: ev.Name,
		query.Outcome: string(ev.Outcome), query.ErrorCode: ev.ErrorCode, query.ErrorText: ev.ErrorText, query.Address: ev.Address,
		query.UserAgent: ev.UserAgent, query.Region: ev.Region, query.RequestID: ev.RequestID, query.InvokedBy: ev.InvokedBy,
		query.ReadOnly: strconv.FormatBool(ev.ReadOnly), query.DataEvent: strconv.FormatBool(ev.DataEvent), query.ByService: strconv.FormatBool(ev.ByService),
	}[f]
}

func lists(f query.Field, ev *auditlog.Event) []string {
	var all []string
	switch f { //nolint:exhaustive // the others are alike
	case query.Action:
		for _, a := range ev.Actions {
			all = append(all, string(a))
		}
	case query.Issued:
		for _, k := range ev.Issued {
			all = append(all, string(k))
		}
	default:
		for _, r := range ev.Resources {
			all = append(all, map[query.Field]string{query.Resource: string(r.ID), query.ResourceType: r.Type}[f])
		}
	}
	return all
}

// role returns the name of the role that an ARN is of.
func role(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	path := strings.Split(parts[5], "/")
	switch path[0] {
	case "role":
		if len(path) > 1 {
			return path[len(path)-1]
		}
	case "assumed-role":
		if len(path) > 1 {
			return path[1]
		}
	}
	return ""
}

func (w World) folders(system string) []string {
	var all []string
	for name, systems := range w.Folders {
		for _, s := range systems {
			if s == system {
				all = append(all, name)
			}
		}
	}
	return all
}

// gravest returns type and severity of the gravest action that the catalogue
// knows: permissions before delete before write before read, high before normal.
func (w World) gravest(ev *auditlog.Event) (kind, severity string) {
	if w.Catalog == nil {
		return "", ""
	}
	order := []string{"read", "write", "delete", "permissions"}
	best := -1
	for _, a := range ev.Actions {
		cat := catalog.Of(catalog.CloudOf(a)) // A store has events of all clouds.
		i, ok := cat.Index(a)
		if !ok {
			continue
		}
		k, s := grade(cat.Info(i))
		n := 2 * slices.Index(order, k)
		if s == "high" {
			n++
		}
		if n > best {
			best, kind, severity = n, k, s
		}
	}
	return kind, severity
}

func grade(info *catalog.Info) (kind, severity string) {
	severity = "normal"
	if info.Severity == catalog.High {
		severity = "high"
	}
	switch info.Type {
	case catalog.Permissions:
		kind = "permissions"
	case catalog.Delete:
		kind = "delete"
	case catalog.Write, catalog.Tagging:
		kind = "write"
	case catalog.Read, catalog.List:
		kind = "read"
	}
	return kind, severity
}
