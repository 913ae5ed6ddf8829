package azure

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// splitter takes the documents of one file apart into records: elements of
// arrays and of the lists of pages, and objects that stand alone.
type splitter struct {
	c    *collection
	name string
	b    []byte
	n    int // Records of this file.
}

// documents goes on behind a damaged document at the next line that begins one.
func (s *splitter) documents() {
	for i := s.next(0); i < len(s.b); i = s.next(i) {
		end, st := s.value(i, kindUnknown, 0)
		if st == jsonscan.OK {
			i = end
			continue
		}
		reason, message := broken(s.b, end, st)
		s.n++
		s.c.reject(reason, position{s.name, s.n, int64(end)}, message)
		if i = s.resync(end); i < 0 {
			return
		}
	}
}

// next passes the spaces and commas between documents.
func (s *splitter) next(i int) int {
	for i < len(s.b) && (jsonscan.IsSpace(s.b[i]) || s.b[i] == ',') {
		i++
	}
	return i
}

// resync returns where the next line begins with a document, -1 if none does.
func (s *splitter) resync(i int) int {
	for {
		n := bytes.IndexByte(s.b[min(i, len(s.b)):], '\n')
		if n < 0 {
			return -1
		}
		if i += n + 1; i < len(s.b) && (s.b[i] == '{' || s.b[i] == '[') {
			return i
		}
	}
}

func broken(b []byte, at int, st jsonscan.Status) (records.Reason, string) {
	switch {
	case st == jsonscan.Short || at >= len(b):
		return records.Truncated, "the file ends within a document; export it again. What stands before is kept"
	case st == jsonscan.Deep:
		return records.InvalidJSON, "is nested too deep for a record of Azure"
	}
	return records.InvalidJSON, fmt.Sprintf("not JSON: unexpected %q; export it again", b[at])
}

// value takes one value apart. The hint is what is known of it from around.
func (s *splitter) value(i int, hint kind, depth int) (int, jsonscan.Status) {
	switch {
	case i >= len(s.b):
		return i, jsonscan.Short
	case s.b[i] == '[' && depth < 4:
		return s.list(i, hint, depth)
	case s.b[i] == '{':
		return s.object(i, hint, depth)
	}
	end, st := jsonscan.SkipValue(s.b, i, depth)
	if st == jsonscan.OK {
		s.record(i, end, hint)
	}
	return end, st
}

func (s *splitter) list(i int, hint kind, depth int) (int, jsonscan.Status) {
	if i = jsonscan.SkipSpace(s.b, i+1); i < len(s.b) && s.b[i] == ']' {
		return i + 1, jsonscan.OK
	}
	for {
		end, st := s.value(i, hint, depth+1)
		if st != jsonscan.OK {
			return end, st
		}
		var done bool
		if i, done, st = jsonscan.AfterValue(s.b, end, ']'); done || st != jsonscan.OK {
			return i, st
		}
		i = jsonscan.SkipSpace(s.b, i+1)
	}
}

// object is a page with a list of records, or a record itself.
func (s *splitter) object(start int, hint kind, depth int) (int, jsonscan.Status) {
	p := page{kind: hint}
	i := start
	for first := true; ; first = false {
		key, _, at, st := jsonscan.NextMember(s.b, i+1, first)
		if st != jsonscan.OK {
			return at, st
		}
		if key == nil {
			s.record(start, at, hint)
			return at, jsonscan.OK
		}
		end, st := s.member(&p, key, at, depth)
		if st != jsonscan.OK {
			return end, st
		}
		var done bool
		if i, done, st = jsonscan.AfterValue(s.b, end, '}'); st != jsonscan.OK {
			return i, st
		}
		if done {
			s.ended(&p, start, i)
			return i, st
		}
	}
}

func (s *splitter) member(p *page, key []byte, at, depth int) (int, jsonscan.Status) {
	if isList(key) && at < len(s.b) && s.b[at] == '[' && depth < 3 {
		p.list = true
		before := s.c.lastKind
		s.c.lastKind = p.kind
		end, st := s.list(at, p.kind, depth+1)
		p.kind, s.c.lastKind = s.c.lastKind, before
		return end, st
	}
	end, st := jsonscan.SkipValue(s.b, at, depth+1)
	if st == jsonscan.OK {
		p.member(key, s.b[at:end])
	}
	return end, st
}

func (s *splitter) ended(p *page, start, end int) {
	if p.list {
		s.c.pages.add(p)
		return
	}
	s.record(start, end, p.kind)
}

func (s *splitter) record(start, end int, hint kind) {
	s.n++
	s.c.add(record{at: position{s.name, s.n, int64(start)}, raw: s.b[start:end], hint: hint})
}

// isList knows the members that hold the records of a page: those of ARM and
// Graph, and of Resource Graph.
func isList(key []byte) bool { return string(key) == "value" || string(key) == "data" }

// page is an object around a list of records.
type page struct {
	kind kind
	list bool
	more string // The address of the next page, or what stands for it.
}

func (p *page) member(key, value []byte) {
	text := strings.Trim(string(value), `"`)
	switch strings.ToLower(string(key)) {
	case "@odata.context":
		if k := kindOfContext(text); k != kindUnknown {
			p.kind = k
		}
	case "nextlink", "@odata.nextlink", "odata.nextlink", "$skiptoken", "skip_token", "skiptoken":
		if text != "" && text != "null" {
			p.more = nextAddress(text)
		}
	}
}

// nextAddress is the part of a next page's address that names the list.
func nextAddress(link string) string {
	if u, err := url.Parse(link); err == nil && u.Host != "" {
		return strings.ToLower(u.Host + u.Path)
	}
	return "a further page"
}
