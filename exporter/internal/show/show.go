// Package show writes the answers of audit queries: as a table for people, and
// as JSON, lines of JSON or CSV for programs.
//
// What an event says was often chosen by whoever made the call. In tables and
// CSV characters that cannot be seen, or that a terminal would obey, are
// escaped as report.Visible says, and cells that a spreadsheet would take for a
// formula get an apostrophe.
package show

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog/query"
)

// Format is the form of an answer.
type Format string

// The formats.
const (
	Table  Format = "table"
	JSON   Format = "json"   // The answer as the API gives it.
	NDJSON Format = "ndjson" // A line for each event, group, or interval of a series.
	CSV    Format = "csv"    // RFC 4180, with a header.
)

// Formats are the names of all of them.
func Formats() []string { return []string{string(Table), string(JSON), string(NDJSON), string(CSV)} }

// Options say how to write.
type Options struct {
	Format Format
	// Columns of events, by [Columns]; none chooses some. Groups and series have
	// their own.
	Columns []string
	// Width of the terminal, in columns; 0 cuts nothing.
	Width int
	// Raw has the records written; not in a table.
	Raw bool
}

// Check tells what is wrong with the options.
func (o *Options) Check() error {
	if o.Raw && o.Format == Table {
		return fmt.Errorf("--raw: records do not fit a table; give --format json, ndjson or csv as well")
	}
	if len(o.Columns) > 0 && (o.Format == JSON || o.Format == NDJSON) {
		return fmt.Errorf("--columns: %s has all of them; columns are of table and csv", o.Format)
	}
	known := Columns()
	for i, name := range o.Columns {
		info, ok := query.Lookup(name)
		if ok {
			o.Columns[i] = string(info.Name)
		}
		if !contains(known, o.Columns[i]) {
			return fmt.Errorf("--columns: %q is none; there are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// Answer writes an answer in one piece.
func Answer(w io.Writer, a *api.AuditAnswer, o Options) error {
	switch o.Format {
	case JSON:
		e := encoder(w)
		e.SetIndent("", "  ")
		return e.Encode(a)
	case NDJSON, CSV, Table:
	}
	switch a.Kind {
	case api.KindGroups:
		return groups(w, a, o)
	case api.KindSeries:
		return series(w, a, o)
	case api.KindEvents:
	}
	return events(w, a, o)
}

func encoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
