package records

import (
	"errors"
	"fmt"
	"io"
)

// MaxDocument is the size in bytes above which a document that is read whole is
// refused.
const MaxDocument = 512 << 20

// ReadDocuments calls visit for each JSON document, one after the other or
// elements of an array at the top. Elements that are no objects are given to
// visit, too; a file that begins with anything else than an object or an array
// is an error. Its error is a *FileError or that of visit; the value of an
// element is valid only during the call.
func ReadDocuments(in io.Reader, name string, visit func(Element) error) error {
	src, err := PlainReader(in)
	if err != nil {
		return &FileError{Reason: CorruptGzip, Name: name, Message: fmt.Sprintf("open as gzip: %v; fetch it again", err)}
	}
	l := &listReader{name: name, win: newWindow(src, MaxDocument), visit: visit, whole: true}
	return l.wholeDocuments()
}

func (l *listReader) wholeDocuments() error {
	depth, n := 0, 0
	for empty := true; ; empty = false {
		c, err := l.next()
		switch {
		case errors.Is(err, io.EOF) && empty:
			return l.fail(EmptyFile, 0, "the file is empty; export it again")
		case errors.Is(err, io.EOF) && depth == 0:
			return nil
		case err != nil:
			return l.ended(err)
		case c == '[':
			depth++
			l.win.pos++
		case c == ']' && depth > 0:
			depth--
			l.win.pos++
		case c == ',':
			l.win.pos++
		case c != '{' && depth == 0:
			return l.fail(NotJSON, l.win.pos, fmt.Sprintf("%q is not the beginning of a JSON document", c))
		default:
			n++
			if err := l.element("document", n); err != nil {
				return err
			}
		}
	}
}
