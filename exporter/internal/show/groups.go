package show

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// groups writes a table of groups: their fields, then their aggregates.
func groups(w io.Writer, a *api.AuditAnswer, o Options) error {
	t := a.Groups
	if t == nil {
		t = &api.AuditGroups{}
	}
	switch o.Format {
	case NDJSON:
		return lines(w, t.Columns, t.Rows)
	case CSV:
		return table(w, t.Columns, t.Rows)
	case Table, JSON:
	}
	g := &grid{head: t.Columns}
	for _, c := range t.Columns {
		g.right = append(g.right, numeric(c))
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			switch c := t.Columns[i]; {
			case c == "first" || c == "last":
				v = seconds(v)
			case v == "":
				v = none
			}
			cells[i] = v
		}
		g.add(cells...)
	}
	what := counted(len(t.Rows), "group")
	if t.Truncated {
		what += ", of more (see --limit),"
	}
	return finish(w, g, a, o, what)
}

// none stands in a table where the events of a group lack the field.
const none = "(none)"

// numeric tells whether a column holds numbers.
func numeric(column string) bool { return column == "count" || strings.HasPrefix(column, "unique(") }

// seconds shortens a time.
func seconds(v string) string {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t.UTC().Format(time.DateTime)
	}
	return v
}

// lines writes an object for each row.
func lines(w io.Writer, columns []string, rows [][]string) error {
	e := encoder(w)
	for _, row := range rows {
		object := make(map[string]any, len(row))
		for i, v := range row {
			object[columns[i]] = v
			if numeric(columns[i]) {
				object[columns[i]] = json.Number(v)
			}
		}
		if err := e.Encode(object); err != nil {
			return err
		}
	}
	return nil
}

func table(w io.Writer, columns []string, rows [][]string) error {
	out := newCSV(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for _, row := range rows {
		record := make([]string, len(row))
		for i, v := range row {
			record[i] = cell(v)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
