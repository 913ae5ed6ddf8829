package csv

import (
	"strings"

	"github.com/leastward/leastward/internal/report"
)

// text returns a cell's field. Only texts are guarded: a number is ours.
func text(c report.Cell) string {
	if c.Type() == report.TypeText || c.Type() == report.TypeIdentity {
		return safe(c.Name())
	}
	return c.Machine()
}

// safe escapes what is invisible and disarms what a spreadsheet would run.
func safe(s string) string {
	s = report.Visible(s, nil)
	if strings.IndexAny(strings.TrimLeft(s, " \u00a0\u3000"), "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}
