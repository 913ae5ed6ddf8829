package show

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/leastward/leastward/internal/report"
)

// grid is a table of texts.
type grid struct {
	head  []string
	right []bool // Columns of numbers.
	rows  [][]string
}

const (
	gap      = "  "
	narrow   = 8 // No column is made narrower.
	ellipsis = "…"
)

// write lays the table out and reports whether cells were cut to the width.
func (g *grid) write(w io.Writer, width int) (cut bool, err error) {
	widths := g.widths()
	cut = width > 0 && fit(widths, width-len(gap)*(len(widths)-1))
	var b strings.Builder
	head := make([]string, len(g.head))
	for i, h := range g.head {
		head[i] = strings.ToUpper(strings.ReplaceAll(h, "_", " "))
	}
	g.line(&b, head, widths)
	for _, row := range g.rows {
		g.line(&b, row, widths)
	}
	_, err = io.WriteString(w, b.String())
	return cut, err
}

// seen makes a value fit for a terminal.
func seen(s string) string { return report.Visible(s, nil) }

func (g *grid) add(cells ...string) {
	for i := range cells {
		cells[i] = seen(cells[i])
	}
	g.rows = append(g.rows, cells)
}

func (g *grid) widths() []int {
	widths := make([]int, len(g.head))
	for i, h := range g.head {
		widths[i] = utf8.RuneCountInString(h)
	}
	for _, row := range g.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// fit takes from the widest columns until all fit, and reports whether it had
// to.
func fit(widths []int, room int) bool {
	total, changed := 0, false
	for _, w := range widths {
		total += w
	}
	for ; total > room; total-- {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrow {
			return changed
		}
		widths[widest]--
		changed = true
	}
	return changed
}

func (g *grid) line(b *strings.Builder, cells []string, widths []int) {
	var line strings.Builder
	for i, cell := range cells {
		if i > 0 {
			line.WriteString(gap)
		}
		cell = clip(cell, widths[i])
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if g.right != nil && g.right[i] {
			line.WriteString(pad + cell)
		} else {
			line.WriteString(cell + pad)
		}
	}
	b.WriteString(strings.TrimRight(line.String(), " "))
	b.WriteByte('\n')
}

func clip(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	runes := []rune(s)
	return string(runes[:width-1]) + ellipsis
}
