package metric

import "fmt"

// chunkSize is how many bytes a [Writer] gathers before it begins a new
// buffer, so that a page of a gigabyte is never copied to grow.
const chunkSize = 1 << 20

// Writer renders families in the Prometheus text format 0.0.4. Use it as
//
//	w := metric.NewWriter()
//	w.Family(metric.IdentityPCI())
//	w.With("aws", "111122223333")           // the labels that stay the same
//	w.Sample(67.5, arn, "user", "payments") // the others
//	page, err := w.Page()
//
// It never panics and, apart from a buffer for each megabyte, allocates nothing
// for a sample. A sample with the wrong number of labels is left out and
// reported by Page, which then returns no page. A Writer is not safe for
// concurrent use.
type Writer struct {
	sections []section
	seen     map[string]bool
	buf      []byte // The chunk being filled.
	start    int    // Where in buf the current section's bytes begin.
	family   *Family
	joints   []string // What stands before each label's value: `{a="` or `",b="`.
	prefix   []byte   // `name{a="x",b="`: everything up to the first value that varies.
	fixed    int      // How many labels' values stand in prefix.
	err      error    // The first mistake.
}

// NewWriter returns an empty writer.
func NewWriter() *Writer { return &Writer{seen: map[string]bool{}} }

// Family begins a family. All samples of a family come in one group, so each
// family may begin once.
func (w *Writer) Family(f *Family) {
	w.endSection()
	w.family = f
	if w.seen[f.Name] {
		w.fail("family %s begins twice; write all its samples in one group", f.Name)
		w.family = nil
		return
	}
	w.seen[f.Name] = true
	w.sections = append(w.sections, section{family: f})
	w.joints = joints(f.Labels)
	w.With()
}

// With fixes the first labels of the samples that follow, up to the next call
// of With or Family. They are escaped once.
func (w *Writer) With(values ...string) {
	if w.family == nil || len(values) > len(w.family.Labels) {
		w.fail("%d fixed labels; %s", len(values), w.expected())
		values = nil
	}
	w.prefix, w.fixed = w.prefix[:0], 0
	if w.family == nil {
		return
	}
	w.prefix = append(w.prefix, w.family.Name...)
	for i, v := range values {
		w.prefix = appendEscaped(append(w.prefix, w.joints[i]...), v, true)
	}
	w.prefix = append(w.prefix, w.joints[len(values)]...)
	w.fixed = len(values)
}

// Sample appends one sample: its value and the values of those labels that
// With has not fixed, in the order of the family's Labels.
func (w *Writer) Sample(value float64, labels ...string) {
	if w.family == nil || len(labels) != len(w.family.Labels)-w.fixed {
		w.fail("%d labels beside %d fixed ones; %s", len(labels), w.fixed, w.expected())
		return
	}
	dst := append(w.buf, w.prefix...)
	for i, v := range labels {
		dst = append(appendEscaped(dst, v, true), w.joints[w.fixed+i+1]...)
	}
	w.buf = append(appendValue(dst, value), '\n')
	w.sections[len(w.sections)-1].series++
	if len(w.buf) > chunkSize {
		w.nextChunk()
	}
}

// Page ends the writing and returns what was written, or the first mistake.
func (w *Writer) Page() (*Page, error) {
	w.endSection()
	w.family = nil
	if w.err != nil {
		return nil, fmt.Errorf("render metrics: %w", w.err)
	}
	return &Page{sections: w.sections}, nil
}

// joints returns what stands before the value of each label, and last what
// stands between the labels and the number.
func joints(labels []string) []string {
	if len(labels) == 0 {
		return []string{" "}
	}
	out := make([]string, 0, len(labels)+1)
	before := "{"
	for _, l := range labels {
		out = append(out, before+l+`="`)
		before = `",`
	}
	return append(out, `"} `)
}

// nextChunk begins a new buffer; the old one stays as the sections refer to
// it. The room beyond chunkSize is for the sample that exceeds it.
func (w *Writer) nextChunk() {
	w.endSection()
	w.buf, w.start = make([]byte, 0, chunkSize+chunkSize/16), 0
}

// endSection hands what was written since to the current section.
func (w *Writer) endSection() {
	if len(w.buf) == w.start {
		return
	}
	last := &w.sections[len(w.sections)-1]
	last.chunks = append(last.chunks, &chunk{plain: w.buf[w.start:len(w.buf):len(w.buf)]})
	w.start = len(w.buf)
}

func (w *Writer) expected() string {
	if w.family == nil {
		return "no family has begun"
	}
	return fmt.Sprintf("family %s has %d: %q", w.family.Name, len(w.family.Labels), w.family.Labels)
}

func (w *Writer) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}
