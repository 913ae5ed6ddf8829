package jsonscan

// Text is a JSON string as it stands in the document, without its quotes. A nil
// Text means that there was none.
type Text []byte

// Set takes the text of a value that SkipValue has passed: nil where it is no
// string.
func (t *Text) Set(value []byte) {
	*t = TextOf(value)
}

// TextOf returns the text of a value that SkipValue has passed, nil where it is
// no string.
func TextOf(value []byte) Text {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return Text(value[1 : len(value)-1])
}

// Bytes returns the decoded text, in scratch where it cannot be used as it is.
func (t Text) Bytes(scratch []byte) []byte {
	if IsPlain(t) {
		return t
	}
	return AppendUnescaped(scratch[:0], t)
}

// String returns the decoded text.
func (t Text) String() string {
	if IsPlain(t) {
		return string(t)
	}
	return string(AppendUnescaped(nil, t))
}
