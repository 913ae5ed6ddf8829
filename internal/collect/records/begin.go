package records

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// parse reads one file from its first byte. Found tells that it stood in a
// directory, where files that are nothing like a log are ignored.
func (p *parser) parse(ctx context.Context, in io.Reader, name string, found bool) error {
	p.r.count(func(s *Stats) { s.Files++ })
	p.head.Reset(in)
	src, err := p.decompress()
	if err != nil {
		_, message := EndReason(err)
		p.r.refuse(CorruptGzip, name, message)
		return nil
	}
	p.name, p.record, p.frames = name, 0, p.frames[:0]
	p.win.reset(src)
	defer func() {
		p.r.count(func(s *Stats) { s.Bytes += p.win.offset(len(p.win.buf)) })
	}()
	if ok, err := p.looksLikeLog(ctx, found); !ok || err != nil {
		return err
	}
	return p.run(ctx)
}

// decompress looks at the first bytes, not at the name.
func (p *parser) decompress() (io.Reader, error) {
	magic, _ := p.head.Peek(2)
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return p.head, nil
	}
	if p.gz == nil {
		p.gz = new(gzip.Reader)
	}
	return p.gz, p.gz.Reset(p.head)
}

// looksLikeLog refuses or ignores files that do not begin like JSON.
func (p *parser) looksLikeLog(ctx context.Context, found bool) (bool, error) {
	head, err := p.sniff(ctx)
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		p.win.pos += 3 // A byte order mark.
		head = head[3:]
	}
	head = bytes.TrimSpace(head)
	fatal, stopped := errors.AsType[sinkError](err)
	switch {
	case stopped:
		return false, fatal.error
	case len(head) > 0 && (head[0] == '{' || head[0] == '[') || p.holdsRecord(head):
		return true, nil
	case len(head) == 0 && err == nil: // A page of white space.
		return true, nil
	case len(head) == 0 && errors.Is(err, io.EOF):
		p.r.refuse(EmptyFile, p.name, "the file is empty; fetch it again")
		return false, nil
	case len(head) == 0:
		reason, message := EndReason(err)
		p.r.refuse(reason, p.name, message)
		return false, nil
	case found && !namedLikeLog(p.name):
		p.r.count(func(s *Stats) { s.Ignored++ })
		return false, nil
	}
	reason, message := p.notJSON(head)
	p.r.refuse(reason, p.name, message)
	return false, nil
}

// sniffSize is how much of a file is looked at to tell what it is.
const sniffSize = 4096

// sniff returns the first bytes of a file, or all of them, and why there are no
// more.
func (p *parser) sniff(ctx context.Context) ([]byte, error) {
	for len(p.win.buf) < sniffSize {
		if err := p.fill(ctx); err != nil {
			return p.win.buf, err
		}
	}
	return p.win.buf, nil
}

// holdsRecord finds records behind a first line that is none.
func (p *parser) holdsRecord(head []byte) bool {
	if bytes.Contains(head, []byte("\n{")) {
		return true
	}
	for _, first := range p.r.about.Begins {
		if bytes.Contains(head, []byte("{"+first)) {
			return true
		}
	}
	return false
}

// namedLikeLog reports whether a file's name promises events.
func namedLikeLog(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".jsonl", ".ndjson", ".gz", ".log", ".csv":
		return !strings.HasPrefix(filepath.Base(name), ".")
	}
	return false
}

func (p *parser) notJSON(b []byte) (Reason, string) {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	lower := bytes.ToLower(line)
	for _, word := range p.r.about.TableWords {
		if bytes.Contains(lower, []byte(word)) && bytes.ContainsAny(line, ",\t;") {
			return CSV, "a table of text (CSV), which loses the structure of events; export JSON instead"
		}
	}
	return NotJSON, fmt.Sprintf("begins with %q, which is neither JSON nor gzip; give %s's JSON files",
		clip(string(line)), p.r.about.Name)
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}
