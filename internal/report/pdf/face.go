package pdf

import (
	"bytes"
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/leastward/leastward/internal/report"
)

// face measures text in one font. Widths are in em, so that a width in points
// is that times the font's size.
type face struct {
	style string // As fpdf names it.
	data  []byte
	font  *sfnt.Font
	buf   sfnt.Buffer
	ascii [128]float64
	other map[rune]float64 // Negative: the font lacks it.
}

// faces returns the regular and the bold face. Each document gets its own:
// fpdf appends to slices of the bytes that it is given.
func faces() (regular, bold *face, err error) {
	if regular, err = newFace("", goregular.TTF); err != nil {
		return nil, nil, err
	}
	bold, err = newFace("B", gobold.TTF)
	return regular, bold, err
}

func newFace(style string, ttf []byte) (*face, error) {
	f := &face{style: style, data: bytes.Clone(ttf), other: map[rune]float64{}}
	var err error
	if f.font, err = sfnt.Parse(ttf); err != nil {
		return nil, fmt.Errorf("parse the embedded font %q: %w", style, err)
	}
	for r := range rune(len(f.ascii)) {
		f.ascii[r] = max(f.measure(r), 0)
	}
	return f, nil
}

// measure returns the advance of r in em, and -1 if the font lacks it.
func (f *face) measure(r rune) float64 {
	index, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil || index == 0 || r > 0xFFFD {
		return -1 // Fpdf addresses glyphs by 16-bit codes.
	}
	units := f.font.UnitsPerEm()
	advance, err := f.font.GlyphAdvance(&f.buf, index, fixed.I(int(units)), font.HintingNone)
	if err != nil {
		return -1
	}
	return float64(advance) / 64 / float64(units)
}

func (f *face) rune(r rune) float64 {
	if r >= 0 && int(r) < len(f.ascii) {
		return f.ascii[r]
	}
	w, known := f.other[r]
	if !known {
		w = f.measure(r)
		f.other[r] = w
	}
	return w
}

// width returns the width of s in em.
func (f *face) width(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += max(f.rune(r), 0)
	}
	return w
}

func (f *face) has(r rune) bool { return f.rune(r) >= 0 }

// visible returns s with an escape for whatever this face can't show.
func (f *face) visible(s string) string { return report.Visible(s, f.has) }

// fit returns s, or what of it fits into width em with an ellipsis. Only for
// text that stands in full elsewhere.
func (f *face) fit(s string, width float64) string {
	if f.width(s) <= width {
		return s
	}
	w := f.width("…")
	for i, r := range s {
		if w += f.rune(r); w > width {
			return s[:i] + "…"
		}
	}
	return s
}
