package model

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/config"
)

// Error is something wrong with a query: whoever wrote it can mend it.
type Error struct {
	Path    string // Such as "table.filters"; empty where the query as a whole is meant.
	Message string
}

// Error returns path and message.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// Wrong returns an [Error] about a part of a query.
func Wrong(path, format string, args ...any) error {
	return &Error{Path: path, Message: fmt.Sprintf(format, args...)}
}

// Decode reads a query. Beside its own members there may be those of Grafana;
// within its own there may be none that it does not know, for one that is
// misspelt would ask for something else. Its error is an [Error], a
// [query.Error] or a [query.SyntaxError].
func Decode(d *backend.DataQuery) (*Query, error) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(d.JSON, &members); err != nil {
		return nil, Wrong("", "the query is not a JSON object; make the panel's query anew")
	}
	q := &Query{Type: Type(d.QueryType)}
	q.timed(d)
	for name, into := range map[string]any{
		"queryType": &q.Type, "version": &q.Version, "scope": &q.Scope, "limit": &q.Limit,
		"audit": &q.Audit, "table": &q.Table, "path": &q.Path, "report": &q.Report,
	} {
		if raw, ok := members[name]; ok {
			if err := strictly(name, raw, into); err != nil {
				return nil, err
			}
		}
	}
	q.complete()
	return q, q.check()
}

// strictly decodes one member.
func strictly(name string, raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return memberError(name, err)
}

// memberError says what is wrong within a member, and where.
func memberError(name string, err error) error {
	if node, ok := errors.AsType[*query.Error](err); ok {
		return &query.Error{Path: strings.TrimSuffix(name+".query."+node.Path, "."), Message: node.Message}
	}
	if typed, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		path := name
		if typed.Field != "" {
			path += "." + typed.Field
		}
		return Wrong(path, "takes %s, not %s", kindOf(typed.Type.Kind().String()), kindOf(typed.Value))
	}
	if unknown, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Wrong(name, "has no member %s; it may be of a newer version of the plugin, or misspelt", unknown)
	}
	return Wrong(name, "cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
}

// kindOf names a kind of Go's or of JSON's.
func kindOf(name string) string {
	switch name {
	case "slice", "array":
		return "a list"
	case "map", "struct", "ptr", "object":
		return "an object"
	case "bool":
		return "true or false"
	case "int", "int64", "float64", "number":
		return "a number"
	case "string":
		return "a text"
	}
	return name
}

// complete fills in what a query may leave out.
func (q *Query) complete() {
	if q.Type == "" {
		q.Type = Audit
	}
	if q.Version == 0 {
		q.Version = Version
	}
	if q.Audit.Editor == "" {
		q.Audit.Editor = EditorText
		if q.Audit.Query != nil && q.Audit.Text == "" {
			q.Audit.Editor = EditorBuilder
		}
	}
	if q.Audit.Format == "" {
		q.Audit.Format = FormatTable
	}
	q.Audit.Text = strings.ReplaceAll(q.Audit.Text, "$__interval", config.Duration(max(q.Interval, time.Second).Round(time.Second)).String())
	q.Scope.everything()
}

func (q *Query) check() error {
	switch {
	case q.Version > Version:
		return Wrong("version", "%d is of a newer version of the plugin, which reads up to %d; update the plugin", q.Version, Version)
	case !slices.Contains(Types(), q.Type):
		return Wrong("queryType", "%.40q is none of %s", q.Type, list(Types()))
	case q.Limit < 0:
		return Wrong("limit", "%d is below 0; leave it out for no limit", q.Limit)
	}
	switch q.Type {
	case Audit:
		return q.Audit.check()
	case Path:
		return q.Path.check()
	case Report:
		return required("report.kind", q.Report.Kind, "choose a report")
	case Entitlements, Findings, PCI, Remediation:
	}
	return required("table.name", q.Table.Name, "choose a table")
}

func required(path, value, what string) error {
	if value == "" {
		return Wrong(path, "is missing; %s", what)
	}
	return nil
}

func (q *AuditQuery) check() error {
	formats := []Format{FormatTable, FormatLogs, FormatSeries, FormatGroups}
	switch {
	case !slices.Contains(formats, q.Format):
		return Wrong("audit.format", "%.40q is none of %s", q.Format, list(formats))
	case q.Editor != EditorText && q.Editor != EditorBuilder:
		return Wrong("audit.editor", "%.40q is neither %s nor %s", q.Editor, EditorText, EditorBuilder)
	case q.Linked() != nil:
		return required("audit.saved.id", q.Saved.ID, "choose a saved query, or do not link one")
	}
	return nil
}

func (q *PathQuery) check() error {
	starts := []string{"identity", "session", "access_key", "address"}
	switch {
	case !slices.Contains(starts, q.Start):
		return Wrong("path.start", "%.40q is none of %s", q.Start, strings.Join(starts, ", "))
	case q.Role != "" && q.Start != "session":
		return Wrong("path.role", "narrows a session; a path that starts at %s has none", q.Start)
	}
	return required("path.value", q.Value, "say which "+strings.ReplaceAll(q.Start, "_", " ")+" to start from")
}

func list[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return strings.Join(out, ", ")
}
