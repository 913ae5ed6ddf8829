// Package render turns a report into files by the name of their format.
package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/csv"
	"github.com/leastward/leastward/internal/report/pdf"
	"github.com/leastward/leastward/internal/report/xlsx"
)

// Format names a file format of reports.
type Format string

// The formats.
const (
	PDF    Format = "pdf"
	XLSX   Format = "xlsx"
	CSV    Format = "csv"     // The detail tables, collated in one file.
	CSVZip Format = "csv.zip" // Every table as a file of its own.
	JSON   Format = "json"    // Canonical; its SHA-256 is the report's hash.
)

// Formats lists the formats.
func Formats() []Format { return []Format{PDF, XLSX, CSV, CSVZip, JSON} }

// ParseFormat returns the format of that name.
func ParseFormat(s string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if string(f) == s {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("report format %q is not one of %s", s, strings.Join(names, ", "))
}

// ContentType returns the format's media type.
func (f Format) ContentType() string {
	switch f {
	case PDF:
		return "application/pdf"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case CSV:
		return "text/csv; charset=utf-8"
	case CSVZip:
		return "application/zip"
	case JSON:
		return "application/json"
	}
	return "application/octet-stream"
}

// Write renders r in format f.
func Write(w io.Writer, r *report.Report, f Format) error {
	switch f {
	case PDF:
		return pdf.Write(w, r)
	case XLSX:
		return xlsx.Write(w, r)
	case CSV:
		return csv.Write(w, r)
	case CSVZip:
		return csv.WriteZip(w, r)
	case JSON:
		return r.WriteJSON(w)
	}
	return fmt.Errorf("render report %s: %q is not a format", r.Kind, f)
}

// Bytes renders r in format f into memory.
func Bytes(r *report.Report, f Format) ([]byte, error) {
	var b bytes.Buffer
	err := Write(&b, r, f)
	return b.Bytes(), err
}

// FileName returns a name that sorts by the time of the data:
// "permissions-analytics-20251031T063000Z.pdf".
func FileName(r *report.Report, f Format) string {
	return fmt.Sprintf("%s-%s.%s", r.Kind, r.AsOf.UTC().Format("20060102T150405Z"), f)
}
