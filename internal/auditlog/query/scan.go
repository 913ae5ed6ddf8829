package query

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// disabledWord stands before what is kept and left out.
const disabledWord = "disabled"

func reserved(word string) bool {
	switch strings.ToLower(word) {
	case "and", "or", "not":
		return true
	}
	return false
}

// endsWord tells whether an unquoted word ends before a character.
func endsWord(r rune) bool {
	return unicode.IsSpace(r) || r == '(' || r == ')' || r == '|' || r == ','
}

// quoteAt tells whether a text begins with a quotation mark of any kind.
func quoteAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '"' || r == '\'' || curly(r)
}

func curly(r rune) bool { return strings.ContainsRune("“”„‘’‚«»", r) }

// value is a word as it was written: quoted and unquoted pieces, one after the
// other.
type value struct {
	begin, end int
	quoted     bool // A part of it was.
	wildcard   bool // An unquoted part has one.
	// pattern is the value in the form of [SplitPattern].
	pattern string
}

// literal returns the text that the value stands for, wildcards as themselves.
func (v *value) literal() string {
	var b strings.Builder
	for _, p := range SplitPattern(v.pattern) {
		if p.Wildcard != 0 {
			b.WriteByte(p.Wildcard)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// scanner reads words.
type scanner struct {
	text string
	at   int
}

func (s *scanner) fail(at int, message string) *SyntaxError {
	return &SyntaxError{Text: s.text, Offset: at, Message: message}
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !unicode.IsSpace(r) {
			return
		}
		s.at += size
	}
}

// take steps over a sign if it comes next.
func (s *scanner) take(sign string) bool {
	if strings.HasPrefix(s.text[s.at:], sign) {
		s.at += len(sign)
		return true
	}
	return false
}

func (s *scanner) next(sign string) bool { return strings.HasPrefix(s.text[s.at:], sign) }

// peekWord returns the unquoted word that comes next, without a step.
func (s *scanner) peekWord() string {
	rest := s.text[s.at:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return endsWord(r) || r == '"' }); end >= 0 {
		return rest[:end]
	}
	return rest
}

// maxWritten bounds a value as it is written, escapes and quotes included.
const maxWritten = 8 * MaxValue

// value reads quoted and unquoted pieces up to the end of the word. It is empty
// where there is none.
func (s *scanner) value() (value, error) {
	v := value{begin: s.at}
	var pattern strings.Builder
	for s.at < len(s.text) {
		r, _ := utf8.DecodeRuneInString(s.text[s.at:])
		switch {
		case r == '"', r == '\'' && s.at == v.begin:
			text, err := s.quotedPiece(byte(r))
			if err != nil {
				return v, err
			}
			v.quoted = true
			pattern.WriteString(EscapePattern(text))
			continue
		case curly(r) && s.at == v.begin:
			return v, s.fail(s.at, `the quotation mark `+string(r)+` is not one of the language; write "…"`)
		case endsWord(r):
		default:
			piece := s.unquotedPiece()
			if s.at-v.begin > maxWritten {
				return v, s.fail(v.begin, fmt.Sprintf("the value has more than %d bytes", MaxValue))
			}
			v.wildcard = v.wildcard || hasWildcard(piece)
			pattern.WriteString(joinPattern(SplitPattern(piece)))
			continue
		}
		break
	}
	v.end, v.pattern = s.at, joinPattern(SplitPattern(pattern.String()))
	return v, nil
}

func (s *scanner) unquotedPiece() string {
	piece := s.peekWord()
	s.at += len(piece)
	return piece
}

func (s *scanner) quotedPiece(mark byte) (string, error) {
	begin := s.at
	s.at++
	var b strings.Builder
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case mark:
			s.at++
			return b.String(), nil
		case '\\':
			if err := s.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
			s.at++
		}
	}
	return "", s.fail(begin, "the quotation mark is never closed; end the text with "+string(mark))
}

// escape reads a backslash between quotes and what it stands for.
func (s *scanner) escape(b *strings.Builder) error {
	begin := s.at
	s.at++
	if s.at == len(s.text) {
		return nil // The missing mark is what is reported.
	}
	c := s.text[s.at]
	s.at++
	switch c {
	case '"', '\'', '\\', '*', '?':
		b.WriteByte(c)
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'x':
		n, err := strconv.ParseUint(s.digits(2), 16, 7)
		if err != nil {
			return s.fail(begin, `\x needs two hexadecimal digits up to 7f, like \x1b; write \u{…} for others`)
		}
		b.WriteByte(byte(n))
	case 'u':
		return s.runeEscape(begin, b)
	default:
		return s.fail(begin, `the backslash stands before nothing that it can escape; write \\ for a backslash`)
	}
	return nil
}

func (s *scanner) digits(n int) string {
	end := min(len(s.text), s.at+n)
	digits := s.text[s.at:end]
	s.at = end
	return digits
}

func (s *scanner) runeEscape(begin int, b *strings.Builder) error {
	digits := ""
	if s.take("{") {
		if end := strings.IndexByte(s.text[s.at:], '}'); end > 0 && end <= 6 {
			digits = s.digits(end)
			s.at++
		}
	} else {
		digits = s.digits(4)
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return s.fail(begin, `\u needs the number of a character, like \u00e9 or \u{1f600}`)
	}
	b.WriteRune(rune(n))
	return nil
}
