package report

import "io"

// Wanter is a writer that knows whether anybody still wants what is written to
// it. Renderers that write nothing for long ask it between rows.
type Wanter interface {
	io.Writer
	// Wanted returns nil, or why nobody wants it any more.
	Wanted() error
}

// Wanted returns why nobody wants what is written to w any more; nil where
// somebody does, or w does not know.
func Wanted(w io.Writer) error {
	if one, ok := w.(Wanter); ok {
		return one.Wanted()
	}
	return nil
}
