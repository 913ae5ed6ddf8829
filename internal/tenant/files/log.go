package files

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"time"
)

// Log gathers lines for files until Flush writes them, each file's in the order
// of their times.
type Log struct {
	create  Create
	files   map[string]*lines
	written int
}

type lines struct {
	text []byte
	at   []mark
}

// mark is one line: its time and where it stands in the text.
type mark struct {
	at         time.Time
	start, end int
}

// NewLog returns an empty one.
func NewLog(create Create) *Log { return &Log{create: create, files: map[string]*lines{}} }

// Add appends a line, without its break, to a file.
func (l *Log) Add(file string, at time.Time, line []byte) {
	f := l.files[file]
	if f == nil {
		f = &lines{}
		l.files[file] = f
	}
	start := len(f.text)
	f.text = append(append(f.text, line...), '\n')
	f.at = append(f.at, mark{at, start, len(f.text)})
	l.written++
}

// Written returns how many lines were added in all.
func (l *Log) Written() int { return l.written }

// Flush writes the files that lines were added to since the last time. A file
// that is added to again afterwards is replaced.
func (l *Log) Flush() error {
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if err := Write(l.create, name, l.files[name].write); err != nil {
			return err
		}
	}
	clear(l.files)
	return nil
}

func (f *lines) write(out io.Writer) error {
	slices.SortStableFunc(f.at, func(a, b mark) int { return a.at.Compare(b.at) })
	b := bufio.NewWriter(out)
	for _, m := range f.at {
		_, _ = b.Write(f.text[m.start:m.end]) // Flush tells of failed writes.
	}
	return b.Flush()
}
