package ask

import (
	"encoding/json"
	"strconv"

	"github.com/leastward/leastward/exporter/internal/explain"
	policy "github.com/leastward/leastward/internal/policy/aws"
)

// Writer writes answers as lines of JSON. It belongs to one goroutine.
type Writer struct {
	words *explain.Words
	buf   []byte
}

// Append appends the answer to a request as one JSON object, without a newline.
func (w *Writer) Append(b []byte, r *policy.Request, d *policy.Decision) []byte {
	b = w.members(append(b, '{'), r, d)
	return append(appendStrings(b, "notes", explain.Notes(r)), '}')
}

// members appends the members that every answer has.
func (w *Writer) members(b []byte, r *policy.Request, d *policy.Decision) []byte {
	b = append(b, `"decision":"`...)
	b = append(b, d.Verdict.String()...)
	b = append(b, `","because":[`...)
	for i := range d.Because {
		w.buf = w.words.AppendReason(w.buf[:0], r, d, &d.Because[i])
		b = appendString(separate(b, i), w.buf)
	}
	b = append(b, `],"keys":[`...)
	for i, k := range d.Keys {
		b = appendString(separate(b, i), k)
	}
	b = append(b, `],"statements":[`...)
	n := 0
	for i := range d.Because {
		if d.Because[i].Effect != "" {
			b = appendStatement(separate(b, n), &d.Because[i])
			n++
		}
	}
	return append(b, ']')
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

// appendStatement appends a deciding statement.
func appendStatement(b []byte, r *policy.Reason) []byte {
	b = append(b, `{"kind":"`...)
	b = append(b, explain.Kind(r.Layer)...)
	b = appendString(append(b, `","policy":`...), string(r.Policy))
	b = append(b, `,"index":`...)
	b = strconv.AppendInt(b, int64(r.Statement), 10)
	if r.Sid != "" {
		b = appendString(append(b, `,"sid":`...), r.Sid)
	}
	b = appendString(append(b, `,"effect":`...), string(r.Effect))
	if r.Group != "" {
		b = appendString(append(b, `,"group":`...), string(r.Group))
	}
	if r.Layer == policy.ServiceControlLayer || r.Layer == policy.ResourceControlLayer {
		b = strconv.AppendInt(append(b, `,"level":`...), int64(r.Level+1), 10)
	}
	if r.Uncertain {
		b = append(b, `,"conditional":true`...)
	}
	return append(b, '}')
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
