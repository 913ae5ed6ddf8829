package report

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// jsonVersion changes with the form of the canonical JSON.
const jsonVersion = 1

// Hash returns the SHA-256 of the canonical JSON, in hexadecimal.
func (r *Report) Hash() string {
	h := sha256.New()
	_ = r.WriteJSON(h) // A hash never fails to take bytes.
	return hex.EncodeToString(h.Sum(nil))
}

// WriteJSON writes the report's data as canonical JSON: the keys in one fixed
// order, no white space but a line for each row, numbers rounded as the cells
// are. Charts are left out, because they draw what the tables hold.
func (r *Report) WriteJSON(w io.Writer) error {
	b := bufio.NewWriterSize(w, 64<<10)
	e := &encoder{w: b}
	e.report(r)
	if e.err != nil {
		return fmt.Errorf("write report %s as JSON: %w", r.Kind, e.err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write report %s as JSON: %w", r.Kind, err)
	}
	return nil
}

type encoder struct {
	w   *bufio.Writer
	buf []byte // Scratch of one row.
	err error
}

type head struct {
	Version  int       `json:"version"`
	Kind     Kind      `json:"kind"`
	Title    string    `json:"title"`
	AsOf     time.Time `json:"as_of"`
	Window   int64     `json:"window_seconds"`
	Catalogs []string  `json:"catalogues"`
	Systems  []system  `json:"systems"`
	Folders  []string  `json:"folders"`
	Warnings []string  `json:"warnings"`
}

type system struct {
	Cloud   string   `json:"cloud"`
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Owner   string   `json:"owner"`
	Folders []string `json:"folders"`
}

func (e *encoder) report(r *Report) {
	h := head{
		Version: jsonVersion, Kind: r.Kind, Title: r.Title, AsOf: r.AsOf.UTC(), Window: int64(r.Window / time.Second),
		Catalogs: r.CatalogVersions, Folders: r.Scope.Folders, Warnings: r.Warnings,
	}
	for _, s := range r.Scope.Systems {
		h.Systems = append(h.Systems, system{string(s.Cloud), string(s.ID), s.Name, s.Owner, s.Folders})
	}
	e.raw(`{"report":`)
	e.value(h)
	e.raw(`,"facts":`)
	e.figures(r.Facts)
	e.raw(`,"sections":[`)
	for i := range r.Sections {
		e.comma(i)
		e.section(&r.Sections[i])
	}
	e.raw("\n]}\n")
}

func (e *encoder) section(s *Section) {
	e.raw("\n{\"id\":")
	e.value(s.ID)
	e.raw(`,"title":`)
	e.value(s.Title)
	e.raw(`,"lead":`)
	e.value(s.Lead)
	e.raw(`,"figures":`)
	e.figures(s.Figures)
	e.raw(`,"tables":[`)
	for i := range s.Tables {
		e.comma(i)
		e.table(&s.Tables[i])
	}
	e.raw("]}")
}

type figure struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Note  string `json:"note"`
}

func (e *encoder) figures(in []Figure) {
	out := make([]figure, 0, len(in))
	for _, f := range in {
		out = append(out, figure{f.Name, f.Value.Machine(), f.Note})
	}
	e.value(out)
}

type column struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Type  string `json:"type"`
}

func (e *encoder) table(t *Table) {
	columns := make([]column, 0, len(t.Columns))
	for _, c := range t.Columns {
		columns = append(columns, column{c.ID, c.Title, c.Type.String()})
	}
	e.raw("\n{\"id\":")
	e.value(t.ID)
	for _, p := range [...][2]string{{"title", t.Title}, {"lead", t.Lead}, {"note", t.Note}} {
		e.raw(`,"` + p[0] + `":`)
		e.value(p[1])
	}
	e.raw(`,"columns":`)
	e.value(columns)
	e.raw(`,"rows":[`)
	for i, row := range t.Rows {
		e.comma(i)
		e.raw("\n")
		e.row(row)
	}
	e.raw(`],"totals":`)
	e.row(t.Totals)
	e.raw("}")
}

func (e *encoder) row(cells []Cell) {
	b := append(e.buf[:0], '[')
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendJSON(b)
	}
	e.buf = append(b, ']')
	if e.err == nil {
		_, e.err = e.w.Write(e.buf)
	}
}

// appendJSON writes a text or time as a string, a number as a number, an
// identity as [name, id] and an empty cell as null.
func (c Cell) appendJSON(b []byte) []byte {
	switch {
	case c.empty():
		return append(b, "null"...)
	case c.typ == TypeInteger || c.typ == TypeDays:
		return strconv.AppendInt(b, c.Int(), 10)
	case c.typ == TypeDecimal || c.typ == TypePercent:
		return strconv.AppendFloat(b, c.Float(), 'f', -1, 64)
	case c.typ == TypeIdentity:
		b = appendString(append(b, '['), c.text)
		return append(appendString(append(b, ','), c.id), ']')
	}
	return appendString(b, c.Machine())
}

// appendString quotes s; encoding/json does what is not plain ASCII.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // A string always marshals.
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.raw(",")
	}
}

func (e *encoder) raw(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

func (e *encoder) value(v any) {
	if e.err != nil {
		return
	}
	var b []byte
	if b, e.err = json.Marshal(v); e.err == nil {
		_, e.err = e.w.Write(b)
	}
}
