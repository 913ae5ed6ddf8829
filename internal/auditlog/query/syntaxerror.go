package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is a text that is not a query.
type SyntaxError struct {
	Text    string
	Offset  int    // Of the place in Text, in bytes.
	Message string // What is wrong and what to do.
}

// Error returns the message with line and column, and below it the line with a
// caret under the place.
func (e *SyntaxError) Error() string {
	if e.Text == "" {
		return e.Message
	}
	line, row, at := e.line()
	shown, caret := excerpt(line, at)
	column := utf8.RuneCountInString(line[:at]) + 1
	return fmt.Sprintf("line %d, column %d: %s\n    %s\n    %s^", row, column, e.Message, shown, strings.Repeat(" ", caret))
}

// line returns the line of the place, its number, and the place in it.
func (e *SyntaxError) line() (line string, row, at int) {
	offset := max(0, min(e.Offset, len(e.Text)))
	begin := strings.LastIndexByte(e.Text[:offset], '\n') + 1
	line = e.Text[begin:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	at = min(offset-begin, len(line))
	for at > 0 && at < len(line) && !utf8.RuneStart(line[at]) {
		at--
	}
	return line, strings.Count(e.Text[:begin], "\n") + 1, at
}

// The width of an excerpt, in columns, before and from the place.
const (
	excerptBefore = 40
	excerptAfter  = 36
)

// excerpt cuts a long line around a place and returns the column of the place in
// it. What a terminal would not show as it is, is shown as spaces and marks.
func excerpt(line string, at int) (shown string, column int) {
	before := columns(line[max(0, at-8*excerptBefore):at])
	width := widthOf(before)
	if at > 8*excerptBefore || width > excerptBefore {
		for len(before) > 0 && width > excerptBefore-1 {
			width -= before[0].width
			before = before[1:]
		}
		before = append([]cell{{"…", 1}}, before...)
		width++
	}
	after := columns(line[at:min(len(line), at+8*excerptAfter)])
	if at+8*excerptAfter < len(line) || widthOf(after) > excerptAfter {
		for len(after) > 0 && widthOf(after) > excerptAfter-1 {
			after = after[:len(after)-1]
		}
		after = append(after, cell{"…", 1})
	}
	return text(before) + text(after), width
}

// cell is a character as a terminal shows it.
type cell struct {
	text  string
	width int
}

func columns(s string) []cell {
	var cells []cell
	for _, r := range s {
		cells = append(cells, cellOf(r))
	}
	return cells
}

func cellOf(r rune) cell {
	switch {
	case r == '\t':
		return cell{" ", 1}
	case unicode.In(r, unicode.Mn, unicode.Me) || r == '\u200d':
		return cell{string(r), 0}
	case !unicode.IsPrint(r):
		return cell{"\uFFFD", 1}
	case wide(r):
		return cell{string(r), 2}
	}
	return cell{string(r), 1}
}

// wide tells whether a terminal takes two columns for a character:
// https://www.unicode.org/reports/tr11/.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6: // Fullwidth forms.
	case r >= 0x3000 && r <= 0x303E: // Punctuation.
	case r >= 0x1F300 && r <= 0x1F64F, r >= 0x1F680 && r <= 0x1F6FF, r >= 0x1F900 && r <= 0x1FAFF: // Pictographs.
	default:
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi)
	}
	return true
}

func widthOf(cells []cell) (width int) {
	for _, c := range cells {
		width += c.width
	}
	return width
}

func text(cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.text)
	}
	return b.String()
}
