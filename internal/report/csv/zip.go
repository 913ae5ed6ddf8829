package csv

import (
	"archive/zip"
	"fmt"
	"io"

	"github.com/leastward/leastward/internal/report"
)

// WriteZip renders every table of r as <number>-<table id>.csv in a ZIP
// archive whose files carry the report's as-of time, so that the same report
// gives the same bytes.
func WriteZip(w io.Writer, r *report.Report) error {
	if err := r.Check(); err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	n := 0
	for _, t := range r.Tables() {
		n++
		name := fmt.Sprintf("%02d-%s.csv", n, t.ID)
		file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.AsOf.UTC()})
		if err == nil {
			err = WriteTable(file, t)
		}
		if err != nil {
			return fmt.Errorf("write report %s as CSV: %s: %w", r.Kind, name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("write report %s as CSV: %w", r.Kind, err)
	}
	return nil
}

// WriteTable renders one table, its totals left out: they are sums that a
// reader makes, and would be taken for a row.
func WriteTable(w io.Writer, t *report.Table) error {
	out := newWriter(w)
	var head []string
	for _, c := range t.Columns {
		head = appendHeader(head, c)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := out.Write(record(t, row)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func record(t *report.Table, row []report.Cell) []string {
	var list []string
	for i, c := range row {
		list = append(list, text(c))
		if t.Columns[i].Type == report.TypeIdentity {
			list = append(list, safe(c.ID()))
		}
	}
	return list
}
