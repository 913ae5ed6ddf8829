// Package csv renders reports as comma-separated values (RFC 4180: CRLF, quotes
// where needed), UTF-8 without a byte order mark.
//
// [Write] gives one collated file of a report's detail tables (the findings and
// the problems of the collection) with the table's name in the column
// "category"; the columns are the union of the tables' columns. [WriteZip]
// gives every table, summaries included, as a file of its own.
//
// Cells whose text comes from a cloud and that a spreadsheet would run as a
// formula (they begin with =, +, - or @, or a full-width form of these) are
// prefixed with an apostrophe; numbers and times are never touched. Invisible
// characters are escaped as [report.Visible] says. See
// https://owasp.org/www-community/attacks/CSV_Injection.
package csv

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/report"
)

// Write renders the detail tables of r as one file.
func Write(w io.Writer, r *report.Report) error {
	if err := r.Check(); err != nil {
		return err
	}
	out := newWriter(w)
	columns, place := union(r)
	head := []string{"as_of", "catalogue_version", "category"}
	for _, c := range columns {
		head = appendHeader(head, c)
	}
	if err := out.Write(head); err != nil {
		return fmt.Errorf("write report %s as CSV: %w", r.Kind, err)
	}
	base := []string{r.AsOf.UTC().Format(time.RFC3339), safe(strings.Join(r.CatalogVersions, " "))}
	for _, t := range r.Tables() {
		if !t.Detail {
			continue
		}
		if err := writeRows(out, t, base, place, len(head)); err != nil {
			return fmt.Errorf("write report %s as CSV: table %s: %w", r.Kind, t.ID, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write report %s as CSV: %w", r.Kind, err)
	}
	return nil
}

// union returns the columns of all detail tables by their first appearance,
// and the field at which each column id begins.
func union(r *report.Report) ([]report.Column, map[string]int) {
	var columns []report.Column
	place := map[string]int{}
	next := 3
	for _, t := range r.Tables() {
		if !t.Detail {
			continue
		}
		for _, c := range t.Columns {
			if _, known := place[c.ID]; known {
				continue
			}
			columns = append(columns, c)
			place[c.ID] = next
			next += fields(c)
		}
	}
	return columns, place
}

func writeRows(out *csv.Writer, t *report.Table, base []string, place map[string]int, width int) error {
	record := make([]string, width)
	for _, row := range t.Rows {
		clear(record)
		copy(record, base)
		record[2] = safe(t.Title)
		for i, c := range row {
			at := place[t.Columns[i].ID]
			record[at] = text(c)
			if t.Columns[i].Type == report.TypeIdentity {
				record[at+1] = safe(c.ID())
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	return nil
}

// fields returns how many fields the column takes.
func fields(c report.Column) int {
	if c.Type == report.TypeIdentity {
		return 2
	}
	return 1
}

func appendHeader(head []string, c report.Column) []string {
	head = append(head, c.ID)
	if c.Type == report.TypeIdentity {
		head = append(head, c.ID+"_id")
	}
	return head
}

func newWriter(w io.Writer) *csv.Writer {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out
}
