package ask

import (
	"encoding/json"
)

// Writer writes answers as lines of JSON. It belongs to one goroutine.
type Writer struct {
	buf []byte
}

// Append appends an answer as one JSON object, without a newline.
func (w *Writer) Append(b []byte, a *Answer) []byte {
	b = w.members(append(b, '{'), a)
	return append(appendStrings(b, "notes", a.side.notes(a)), '}')
}

// members appends the members that every answer has.
func (w *Writer) members(b []byte, a *Answer) []byte {
	b = append(b, `"decision":"`...)
	b = append(b, a.Verdict.String()...)
	b = append(b, `","because":[`...)
	n := a.side.reasons(a)
	for i := range n {
		w.buf = a.side.appendReason(w.buf[:0], a, i)
		b = appendString(separate(b, i), w.buf)
	}
	b = append(b, `],"keys":[`...)
	for i, k := range a.Keys {
		b = appendString(separate(b, i), k)
	}
	return append(statements(append(b, `],"statements":[`...), a, n), ']')
}

// statements appends the deciding statements of an answer with n reasons.
func statements(b []byte, a *Answer, n int) []byte {
	some := 0
	for i := range n {
		if grown, is := a.side.appendStatement(separate(b, some), a, i); is {
			b = grown
			some++
		}
	}
	return b
}

// appendStrings appends a member with a list of strings, if there are any.
func appendStrings(b []byte, member string, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), member...), `":[`...)
	for i, s := range list {
		b = appendString(separate(b, i), s)
	}
	return append(b, ']')
}

func separate(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

// appendString appends a JSON string.
func appendString[T string | []byte](b []byte, s T) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, _ := json.Marshal(string(s)) // A string never fails.
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
