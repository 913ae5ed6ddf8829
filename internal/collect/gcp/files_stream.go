package gcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/collect/records/jsonscan"
)

// place says where something stands in a file, or in the answers of an API.
type place struct {
	file string
	n    int    // Which document, or which element of an array at the top, from 1.
	byte int    // Where it begins, after decompression; below 0 in an answer of an API.
	in   string // Where in it.
}

func (p place) String() string {
	switch {
	case p.n == 0:
		return p.file + p.in
	case p.byte < 0:
		return fmt.Sprintf("%s: record %d%s", p.file, p.n, p.in)
	}
	return fmt.Sprintf("%s: record %d at byte %d%s", p.file, p.n, p.byte, p.in)
}

func (p place) within(format string, args ...any) place {
	p.in += fmt.Sprintf(format, args...)
	return p
}

// maxExport is the size in bytes, decompressed, above which a file is not read:
// it is held in memory whole.
const maxExport = 2 << 30

// content reads a file whole, decompressed. With an error comes what stands
// before it.
func content(in io.Reader, limit int64) ([]byte, error) {
	src := io.Reader(bufio.NewReader(in))
	if magic, _ := src.(*bufio.Reader).Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(src)
		if err != nil {
			return nil, err
		}
		src = z
	}
	b, err := io.ReadAll(io.LimitReader(src, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errOversize
	}
	return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), err
}

var errOversize = errors.New("larger than what is read at a time")

// stream reads the documents of one file: values one after the other, or the
// elements of arrays at the top.
type stream struct {
	file string
	b    []byte
	i, n int
	list int // Which array at the top; 0 is none.
	// visit takes a value and the number of the array that it stands in.
	visit func(p place, v any, list int)
	fault func(p place, reason records.Reason, message string)
}

func (s *stream) here() place { return place{file: s.file, n: s.n, byte: s.i} }

// run reads to the end of the file.
func (s *stream) run() {
	inside := false
	for lists := 0; ; {
		if s.i = jsonscan.SkipSpace(s.b, s.i); s.i >= len(s.b) {
			break
		}
		switch c := s.b[s.i]; {
		case c == ',':
			s.i++
		case c == '[' && !inside:
			inside, lists = true, lists+1
			s.list = lists
			s.i++
		case c == ']' && inside:
			inside, s.list = false, 0
			s.i++
		default:
			s.n++
			if !s.one() {
				return
			}
		}
	}
	if inside {
		s.n++
		s.fault(s.here(), records.Truncated, "the file ends before its list does; export it again. What stands before is kept")
	}
}

// one reads a value and reports whether the reading goes on.
func (s *stream) one() bool {
	at := s.here()
	end, st := jsonscan.SkipValue(s.b, s.i, 1)
	if st == jsonscan.OK {
		var v any
		if err := unmarshal(s.b[s.i:end], &v); err == nil {
			s.i = end
			s.visit(at, v, s.list)
			return true
		}
		st = jsonscan.Bad
	}
	switch st {
	case jsonscan.Short:
		if s.nextLine(at.byte + 1) { // One that was cut, before others.
			s.fault(at, records.InvalidJSON, "does not end before the next one; export it again"+s.lost())
			return true
		}
		s.fault(at, records.Truncated, "the file ends within it; export it again. What stands before is kept")
		return false
	case jsonscan.Deep:
		s.fault(at, records.InvalidJSON, fmt.Sprintf("is nested deeper than %d levels", jsonscan.MaxDepth))
	case jsonscan.Bad, jsonscan.OK:
		s.fault(at, records.InvalidJSON, fmt.Sprintf("is not JSON from byte %d on; export it again%s", end, s.lost()))
	}
	return s.nextLine(end)
}

func (s *stream) lost() string {
	if s.list > 0 {
		return ". Of its list, what follows is read only from the next line that begins an object on"
	}
	return ""
}

// nextLine goes on with the next line that begins an object, as far as the
// damaged one is indented.
func (s *stream) nextLine(from int) bool {
	indent := s.i - (bytes.LastIndexByte(s.b[:s.i], '\n') + 1)
	for i := from; i < len(s.b); {
		n := bytes.IndexByte(s.b[i:], '\n')
		if n < 0 {
			return false
		}
		i += n + 1
		if start := jsonscan.SkipSpace(s.b, i); start < len(s.b) && s.b[start] == '{' && start-i <= indent {
			s.i = start
			return true
		}
	}
	return false
}

func unmarshal(b []byte, v *any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}

// endReason tells why a file cannot be read to its end.
func endReason(err error) (records.Reason, string) {
	switch {
	case errors.Is(err, errOversize):
		return records.Oversize, fmt.Sprintf("is larger than %d bytes; split it. What stands before is kept", int64(maxExport))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return records.TruncatedGzip, "the compressed file ends early; fetch it again. What stands before is kept"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return records.CorruptGzip, fmt.Sprintf("is damaged (%v); fetch it again. What stands before is kept", err)
	}
	return records.Unreadable, fmt.Sprintf("cannot be read (%v); check the file. What stands before is kept", err)
}
