package ask

import (
	"bytes"
	"fmt"

	policy "github.com/leastward/leastward/internal/policy/aws"
)

// worker answers lines, one after the other.
type worker struct {
	asker   *Asker
	writer  *Writer
	request Request
	answer  Answer

	// What lines of a batch have in common is made ready once.
	texts    map[string]string
	contexts memo[*Context]
	sessions memo[[]*policy.SessionPolicy]
}

func newWorker(a *Asker) *worker {
	return &worker{
		asker: a, writer: a.Writer(), texts: map[string]string{},
		contexts: memo[*Context]{}, sessions: memo[[]*policy.SessionPolicy]{},
	}
}

// memoSize bounds how many different values are remembered, memoText how long
// they may be.
const (
	memoSize = 4096
	memoText = 4096
)

// memo remembers what texts were read as, errors too.
type memo[T any] map[string]remembered[T]

type remembered[T any] struct {
	value T
	err   error
}

func (m memo[T]) read(raw []byte, read func([]byte) (T, error)) (T, error) {
	if known, ok := m[string(raw)]; ok {
		return known.value, known.err
	}
	value, err := read(raw)
	if len(raw) > memoText {
		return value, err
	}
	if len(m) >= memoSize {
		clear(m)
	}
	m[string(raw)] = remembered[T]{value, err}
	return value, err
}

// text returns a string of bytes that are about to be overwritten.
func (w *worker) text(b []byte) string {
	if s, ok := w.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(b) > memoText {
		return s
	}
	if len(w.texts) >= memoSize {
		clear(w.texts)
	}
	w.texts[s] = s
	return s
}

// answerAll answers the lines of a chunk.
func (w *worker) answerAll(c *chunk) {
	if c.tooLong {
		c.fail(c.first, tooLong())
		return
	}
	number := c.first
	for rest := c.lines; len(rest) > 0; number++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if err := w.line(c, text); err != nil {
			c.fail(number, err)
			continue
		}
		c.counts.Answered++
	}
}

func tooLong() error { return fmt.Errorf("is longer than %d bytes", MaxLine) }

// line appends the answer to one line.
func (w *worker) line(c *chunk, text []byte) error {
	if len(text) > MaxLine {
		return tooLong()
	}
	l, err := readLine(text)
	if err != nil {
		return err
	}
	if err := w.ask(l); err != nil {
		return err
	}
	if err := w.asker.Decide(&w.request, &w.answer); err != nil {
		return err
	}
	c.answers = append(w.writer.Append(c.answers, &w.answer), '\n')
	return nil
}

// ask makes the request of a line.
func (w *worker) ask(l line) (err error) {
	r := &w.request
	*r = Request{Identity: w.text(l.identity), Action: w.text(l.action), Resource: string(l.resource)}
	if l.context != nil {
		if r.Context, err = w.contexts.read(l.context, readContext); err != nil {
			return err
		}
	}
	if l.session != nil {
		r.Session, err = w.sessions.read(l.session, w.asker.readSession)
	}
	return err
}

// fail puts an error in the place of the answer to a line.
func (c *chunk) fail(line int, err error) {
	c.answers = append(c.answers, `{"error":`...)
	c.answers = appendString(c.answers, fmt.Sprintf("line %d: %s", line, err))
	c.answers = append(c.answers, "}\n"...)
	c.counts.Failed++
}
