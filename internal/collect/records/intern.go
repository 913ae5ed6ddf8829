package records

import "github.com/leastward/leastward/internal/collect/records/jsonscan"

// maxNames bounds the memory of an Interner: past it, it starts anew.
const (
	maxNames  = 1 << 16
	maxIntern = 256 // Longer strings seldom repeat.
)

// Interner makes strings of texts, the same string each time for texts that
// repeat, so that names which most records have are allocated once. It belongs
// to one goroutine; its zero value is ready.
type Interner struct {
	names   map[string]string
	scratch []byte
}

// Text returns the decoded text.
func (n *Interner) Text(t jsonscan.Text) string {
	switch {
	case len(t) == 0:
		return ""
	case jsonscan.IsPlain(t):
		return n.Bytes(t)
	}
	n.scratch = jsonscan.AppendUnescaped(n.scratch[:0], t)
	return n.Bytes(n.scratch)
}

// Bytes returns the bytes as a string.
func (n *Interner) Bytes(b []byte) string {
	if s, ok := n.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(s) > maxIntern {
		return s
	}
	if n.names == nil || len(n.names) >= maxNames {
		n.names = map[string]string{}
	}
	n.names[s] = s
	return s
}
