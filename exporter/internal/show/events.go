package show

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// Events writes events one after the other, as NDJSON or CSV.
type Events struct {
	o       Options
	columns []column
	json    func(any) error
	csv     *csv.Writer
}

// NewEvents returns a writer of events. Close it after the last.
func NewEvents(w io.Writer, o Options) (*Events, error) {
	e := &Events{o: o}
	switch o.Format {
	case NDJSON:
		e.json = encoder(w).Encode
		return e, nil
	case CSV:
	case Table, JSON:
		return nil, fmt.Errorf("--format: %s holds everything at once; give ndjson or csv with --all", o.Format)
	}
	names := o.Columns
	if len(names) == 0 {
		names = Columns()
	}
	e.columns = chosen(names)
	if o.Raw {
		e.columns = append(e.columns, column{"raw", raw})
		names = append(slices.Clip(names), "raw")
	}
	e.csv = newCSV(w)
	return e, e.csv.Write(names)
}

func raw(e *api.AuditEvent) string {
	if e.Raw == "" {
		return string(e.RawBase64)
	}
	return e.Raw
}

// Event writes one.
func (e *Events) Event(ev *api.AuditEvent) error {
	if e.json != nil {
		return e.json(ev)
	}
	record := make([]string, len(e.columns))
	for i, c := range e.columns {
		record[i] = cell(c.value(ev))
	}
	return e.csv.Write(record)
}

// Close writes what is left.
func (e *Events) Close() error {
	if e.csv == nil {
		return nil
	}
	e.csv.Flush()
	return e.csv.Error()
}

func events(w io.Writer, a *api.AuditAnswer, o Options) error {
	if o.Format == Table {
		return eventTable(w, a, o)
	}
	out, err := NewEvents(w, o)
	if err != nil {
		return err
	}
	for i := range a.Events {
		if err := out.Event(&a.Events[i]); err != nil {
			return err
		}
	}
	return out.Close()
}

func eventTable(w io.Writer, a *api.AuditAnswer, o Options) error {
	shown := chosen(o.Columns)
	if len(shown) == 0 {
		shown = brief(a.Events)
	}
	g := &grid{}
	for _, c := range shown {
		g.head = append(g.head, c.name)
	}
	for i := range a.Events {
		cells := make([]string, len(shown))
		for j, c := range shown {
			cells[j] = c.value(&a.Events[i])
		}
		g.add(cells...)
	}
	what := counted(len(a.Events), "event")
	if a.Cursor != "" {
		what += ", of more (see --limit and --all),"
	}
	return finish(w, g, a, o, what)
}

// finish writes the table and, below it, what it is of.
func finish(w io.Writer, g *grid, a *api.AuditAnswer, o Options, what string) error {
	span := fmt.Sprintf("from %s to %s", instant(a.From), instant(a.To))
	if len(g.rows) == 0 {
		_, err := fmt.Fprintf(w, "No event %s matches.\n", span)
		return err
	}
	cut, err := g.write(w, o.Width)
	if err != nil {
		return err
	}
	if cut {
		what += ", cut to the width of the terminal,"
	}
	_, err = fmt.Fprintf(w, "\n%s %s\n", what, span)
	return err
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
