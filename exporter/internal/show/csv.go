package show

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/leastward/leastward/internal/report"
)

func newCSV(w io.Writer) *csv.Writer {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return out
}

// cell makes a value safe for a spreadsheet, which takes a text for a formula
// by how it begins: https://owasp.org/www-community/attacks/CSV_Injection.
func cell(s string) string {
	s = report.Visible(s, nil)
	if strings.IndexFunc(s, func(r rune) bool { return strings.ContainsRune("=+-@＝＋－＠", r) }) == 0 {
		return "'" + s
	}
	return s
}
