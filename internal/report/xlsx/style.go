package xlsx

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/leastward/leastward/internal/report"
)

// style is the look of a cell; equal looks share one entry of the workbook.
type style struct {
	format string // Number format, "" is general.
	level  report.Level
	bold   bool
	size   float64 // 0 is the default.
	wrap   bool
	link   bool
}

func (b *book) style(s style) (int, error) {
	if id, known := b.styles[s]; known {
		return id, nil
	}
	look := &excelize.Style{Font: &excelize.Font{Bold: s.bold, Size: s.size}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: s.wrap}}
	if s.format != "" {
		look.CustomNumFmt = &s.format
	}
	if s.link {
		look.Font.Color, look.Font.Underline = "1F5FBF", "single"
	}
	if c := tint(s.level); c != "" {
		look.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	id, err := b.file.NewStyle(look)
	if err == nil {
		b.styles[s] = id
	}
	return id, err
}

func tint(l report.Level) string {
	switch l {
	case report.Low:
		return "DEF1E3"
	case report.Medium:
		return "FDF0CF"
	case report.High:
		return "FADDDA"
	case report.Plain:
	}
	return ""
}

// format returns the number format of a column.
func format(c *report.Column) string {
	decimals := ""
	if c.Digits > 0 {
		decimals = "." + strings.Repeat("0", c.Digits)
	}
	switch c.Type {
	case report.TypeInteger, report.TypeDays:
		return "#,##0"
	case report.TypeDecimal:
		return "0" + decimals
	case report.TypePercent:
		return "0" + decimals + "%"
	case report.TypeTime:
		return "yyyy-mm-dd hh:mm"
	case report.TypeDate:
		return "yyyy-mm-dd"
	case report.TypeText, report.TypeIdentity:
	}
	return ""
}
