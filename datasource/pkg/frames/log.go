package frames

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Logs returns events as lines of a log: a sentence, or the record as the cloud
// wrote it, and every field as a label.
func (l Links) Logs(events []api.AuditEvent, raw bool, where *query.Node) (data.Frames, error) {
	n, singles := len(events), singles()
	body, severity, id, labels := make([]string, n), make([]string, n), make([]string, n), make([]json.RawMessage, n)
	for i := range events {
		e := &events[i]
		body[i], severity[i], id[i] = Sentence(e), severityOf(e), e.ID
		if raw {
			body[i] = record(e)
		}
		var err error
		if labels[i], err = labelsOf(e, singles); err != nil {
			return nil, err
		}
	}
	f := data.NewFrame("logs",
		data.NewField("timestamp", nil, times(events)), data.NewField("body", nil, body),
		data.NewField("severity", nil, severity), data.NewField("id", nil, id), data.NewField("labels", nil, labels))
	typed(f, data.FrameTypeLogLines).Meta.PreferredVisualization = data.VisTypeLogs
	custom(f, map[string]any{"searchWords": words(where)})
	return data.Frames{f}, nil
}

// Sentence tells an event in a line: who did what, on what, from where, and how
// it ended.
func Sentence(e *api.AuditEvent) string {
	var b strings.Builder
	b.WriteString(first(e.Username, string(e.Identity), e.InvokedBy, "somebody"))
	if e.Session != "" {
		b.WriteString(" (" + e.Session + ")")
	}
	b.WriteString(" " + first(joined(e.Actions), e.Name))
	if what := joined(resources(e)); what != "" {
		b.WriteString(" on " + what)
	}
	if e.Address != "" {
		b.WriteString(" from " + e.Address)
	}
	b.WriteString(": " + string(e.Outcome))
	if e.ErrorCode != "" {
		b.WriteString(" " + e.ErrorCode)
	}
	if e.ErrorText != "" {
		b.WriteString(", " + e.ErrorText)
	}
	return b.String()
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// severityOf says how an event ended in the words of logs.
func severityOf(e *api.AuditEvent) string {
	switch e.Outcome {
	case auditlog.Success:
		return "info"
	case auditlog.AuthorizationFailure:
		return "warning"
	case auditlog.Error:
		return "error"
	}
	return "unknown"
}

// labelsOf returns the fields of an event, by the names that queries use.
// Further values of a field are called "action (2)" and so on, so that each is
// a value to filter by.
func labelsOf(e *api.AuditEvent, singles []column) (json.RawMessage, error) {
	labels := make(map[string]string, len(singles))
	several(labels, query.Action, e.Actions)
	several(labels, query.Resource, resources(e))
	several(labels, query.ResourceType, resourceTypes(e))
	several(labels, query.Issued, e.Issued)
	for _, c := range singles {
		if text := c.text(e); text != "" {
			labels[string(c.name)] = text
		}
	}
	return json.Marshal(labels)
}

// singles are the fields that queries know and of which an event has one value
// at most.
func singles() []column {
	return slices.DeleteFunc(columns(), func(c column) bool {
		info, ok := query.Lookup(string(c.name))
		return !ok || info.Several
	})
}

func several[T ~string](labels map[string]string, name query.Field, values []T) {
	for i, v := range values {
		key := string(name)
		if i > 0 {
			key += " (" + strconv.Itoa(i+1) + ")"
		}
		labels[key] = string(v)
	}
}

// words are the texts that a query looks for, as patterns: Grafana marks them
// in the lines. What a field must be is no such text: it would mark every line
// alike.
func words(n *query.Node) []string {
	out := []string{}
	n = n.Active()
	switch {
	case n == nil, n.Not != nil:
	case n.Operator == query.Contains:
		for _, v := range n.Values {
			out = append(out, regexp.QuoteMeta(v))
		}
	default:
		for _, list := range [][]query.Node{n.All, n.Any} {
			for i := range list {
				out = append(out, words(&list[i])...)
			}
		}
	}
	return out
}
