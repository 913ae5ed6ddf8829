package aws

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// eventFile is one file to read.
type eventFile struct {
	path string
	size int64
	// found is set where the file was found in a directory, not named.
	found bool
}

// listFiles resolves a path that names a file, a directory or a glob.
func listFiles(path string) ([]eventFile, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return walkFiles(path)
	case err == nil:
		return []eventFile{{path: path, size: info.Size()}}, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(path, "*?[{"):
		return nil, fmt.Errorf("%w; give a file, a directory or a glob such as 'logs/**/*.json.gz'", err)
	}
	return globFiles(path)
}

func walkFiles(root string) ([]eventFile, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	var files []eventFile
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, eventFile{path: path, size: info.Size(), found: true})
		} else if err != nil || !d.IsDir() {
			files = append(files, eventFile{path: path}) // Opening it tells what is wrong.
		}
		return nil
	})
	return files, err
}

func globFiles(pattern string) ([]eventFile, error) {
	if !doublestar.ValidatePathPattern(pattern) {
		return nil, errors.New("the glob is malformed; check its brackets and braces")
	}
	paths, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return nil, err
	}
	var files []eventFile
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, eventFile{path: path, size: info.Size()})
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no file matches the glob; quote it so that the shell leaves it alone")
	}
	return files, nil
}

func (r *eventReader) readPath(ctx context.Context, path string) error {
	files, err := listFiles(path)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		r.refuse(EmptyDirectory, path, "the directory holds no files; check the path and whether logs were copied there")
		return nil
	}
	for _, f := range files {
		r.total += f.size
	}
	byDay(files)
	return r.readFiles(ctx, files)
}

// byDay brings delivery files of the same day together, those of all accounts
// and regions: whoever keeps events by day then writes one day at a time. Files
// of other names stay in their order, ahead of those.
func byDay(files []eventFile) {
	days := make(map[string]int64, len(files))
	for _, f := range files {
		if at, ok := deliveryTime(f.path); ok {
			days[f.path] = at.Unix() / (24 * 60 * 60)
		}
	}
	slices.SortStableFunc(files, func(a, b eventFile) int { return cmp.Compare(days[a.path], days[b.path]) })
}

func (r *eventReader) readFiles(ctx context.Context, files []eventFile) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan eventFile)
	group.Go(func() error {
		defer close(queue)
		for _, f := range files {
			select {
			case queue <- f:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(r.o.Workers, len(files)) {
		group.Go(func() error {
			p := r.newParser()
			for f := range queue {
				if err := r.readFile(ctx, p, f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (r *eventReader) readFile(ctx context.Context, p *parser, f eventFile) error {
	file, err := os.Open(f.path)
	if err != nil {
		r.refuse(Unreadable, f.path, fmt.Sprintf("%v; check the file's permissions", err))
		return nil
	}
	defer file.Close() //nolint:errcheck // opened for reading
	return p.parse(ctx, &countingReader{src: file, count: r.progress}, f.path, f.found)
}

func (r *eventReader) newParser() *parser {
	return &parser{
		r: r, norm: newNormaliser(&r.o),
		win: newWindow(nil, r.o.MaxRecord), head: bufio.NewReaderSize(nil, 16<<10),
	}
}

// parse reads one file from its first byte. Found tells that it stood in a
// directory, where files that are nothing like a log are ignored.
func (p *parser) parse(ctx context.Context, in io.Reader, name string, found bool) error {
	p.r.count(func(s *EventStats) { s.Files++ })
	p.head.Reset(in)
	src, err := p.decompress()
	if err != nil {
		_, message := endReason(err)
		p.r.refuse(CorruptGzip, name, message)
		return nil
	}
	p.name, p.record, p.frames = name, 0, p.frames[:0]
	p.win.reset(src)
	defer func() {
		p.r.count(func(s *EventStats) { s.Bytes += p.win.offset(len(p.win.buf)) })
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
	case len(head) > 0 && (head[0] == '{' || head[0] == '[') || holdsRecord(head):
		return true, nil
	case len(head) == 0 && err == nil: // A page of white space.
		return true, nil
	case len(head) == 0 && errors.Is(err, io.EOF):
		p.r.refuse(EmptyFile, p.name, "the file is empty; fetch it again")
		return false, nil
	case len(head) == 0:
		reason, message := endReason(err)
		p.r.refuse(reason, p.name, message)
		return false, nil
	case found && !namedLikeLog(p.name):
		p.r.count(func(s *EventStats) { s.Ignored++ })
		return false, nil
	}
	reason, message := notJSON(head)
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
func holdsRecord(head []byte) bool {
	return bytes.Contains(head, []byte("\n{")) || bytes.Contains(head, []byte(`{"eventVersion"`))
}

// namedLikeLog reports whether a file's name promises events.
func namedLikeLog(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".jsonl", ".ndjson", ".gz", ".log", ".csv":
		return !strings.HasPrefix(filepath.Base(name), ".")
	}
	return false
}

func notJSON(b []byte) (Reason, string) {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	lower := bytes.ToLower(line)
	if bytes.Contains(lower, []byte("event")) && bytes.ContainsAny(line, ",\t;") {
		return CSV, "a table of text (CSV), which loses the structure of events; export JSON instead"
	}
	return NotJSON, fmt.Sprintf("begins with %q, which is neither JSON nor gzip; give CloudTrail's JSON files",
		clip(string(line)))
}

func (r *eventReader) count(change func(*EventStats)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.stats)
}

// countingReader reports how much was read of a file.
type countingReader struct {
	src   io.Reader
	count func(n int64)
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.src.Read(b)
	if n > 0 {
		c.count(int64(n))
	}
	return n, err
}

// EventBytes returns how many bytes of files [ReadEvents] would read from a
// path.
func EventBytes(path string) (int64, error) {
	files, err := listFiles(path)
	if err != nil {
		return 0, fmt.Errorf("read CloudTrail events from %q: %w", path, err)
	}
	var n int64
	for _, f := range files {
		n += f.size
	}
	return n, nil
}
