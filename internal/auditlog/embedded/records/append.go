package records

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// day is where the next chunk of a day goes.
type day struct {
	mu     sync.Mutex // Guards what follows.
	found  bool       // Whether file and size are known.
	file   int
	size   int64
	synced position // What is on disk for certain.
	syncMu sync.Mutex
}

// position is a place in the files of a day.
type position struct {
	file int
	size int64
}

func (p position) reaches(q position) bool {
	return p.file > q.file || p.file == q.file && p.size >= q.size
}

func (l *Log) day(d int64) *day {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.days[d] == nil {
		l.days[d] = &day{}
	}
	return l.days[d]
}

// Append stores records of a day and appends where each of them is to refs. They
// are on disk when it returns. On an error none of them counts.
func (l *Log) Append(d int64, records [][]byte, refs []Ref) ([]Ref, error) {
	buf := buffers.Get().(*buffer)
	defer buffers.Put(buf)
	refs, err := l.append(d, records, refs, buf)
	if err != nil {
		return nil, fmt.Errorf("store %d records of %s: %w", len(records), dayName(d), err)
	}
	return refs, nil
}

type buffer struct {
	chunks, content []byte
	ends            []chunkEnd
}

// chunkEnd is where a chunk ends in the buffer, and after which record.
type chunkEnd struct{ bytes, records int }

//nolint:gochecknoglobals // A pool is of use only if it is shared.
var buffers = sync.Pool{New: func() any { return &buffer{} }}

func (l *Log) append(d int64, records [][]byte, refs []Ref, buf *buffer) ([]Ref, error) {
	if len(records) == 0 {
		return refs, nil
	}
	l.compress(records, buf)
	to := l.day(d)
	at, err := l.write(d, to, buf.chunks)
	if err != nil {
		return nil, err
	}
	if err := l.sync(d, to, position{at.file, at.size + int64(len(buf.chunks))}); err != nil {
		return nil, err
	}
	return locate(refs, at, buf.ends), nil
}

// compress turns records into chunks.
func (l *Log) compress(records [][]byte, buf *buffer) {
	buf.chunks, buf.ends = buf.chunks[:0], buf.ends[:0]
	first, n := 0, 0
	for i, r := range records {
		n += len(r)
		if n < l.o.ChunkBytes && i-first+1 < maxRecords && i+1 < len(records) {
			continue
		}
		buf.chunks, buf.content = l.codec.append(buf.chunks, buf.content, records[first:i+1])
		buf.ends = append(buf.ends, chunkEnd{len(buf.chunks), i + 1})
		first, n = i+1, 0
	}
}

// locate appends the references of records whose chunks begin at a position.
func locate(refs []Ref, at position, ends []chunkEnd) []Ref {
	begin := chunkEnd{}
	for _, end := range ends {
		for i := range end.records - begin.records {
			refs = append(refs, newRef(at.file, at.size+int64(begin.bytes), i))
		}
		begin = end
	}
	return refs
}

// write appends chunks to the files of a day and returns where they begin.
func (l *Log) write(d int64, to *day, chunks []byte) (position, error) {
	to.mu.Lock()
	defer to.mu.Unlock()
	if err := l.find(d, to); err != nil {
		return position{}, err
	}
	if to.size > 0 && to.size+int64(len(chunks)) > l.o.FileBytes {
		to.file, to.size = to.file+1, 0
	}
	if to.file >= maxFiles {
		return position{}, fmt.Errorf("the day has %d files of records, which is all that it can have", maxFiles)
	}
	at := position{to.file, to.size}
	if err := writeAt(l.file(d, to.file), chunks, to.size); err != nil {
		to.file, to.size = to.file+1, 0 // What the file has at its end is not known.
		return position{}, err
	}
	to.size += int64(len(chunks))
	l.bytes.Add(int64(len(chunks)))
	return at, nil
}

func writeAt(path string, b []byte, at int64) error {
	flags := os.O_WRONLY
	if at == 0 {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o640)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, at)
	return errors.Join(err, f.Close())
}

// sync returns once the files of a day are on disk up to a position. Who comes
// while another syncs is served by the next sync, together with all others.
func (l *Log) sync(d int64, to *day, upTo position) error {
	to.syncMu.Lock()
	defer to.syncMu.Unlock()
	to.mu.Lock()
	done, end := to.synced, position{to.file, to.size}
	to.mu.Unlock()
	if done.reaches(upTo) {
		return nil
	}
	if err := l.syncFiles(d, done, end); err != nil {
		return err
	}
	to.mu.Lock()
	to.synced = end
	to.mu.Unlock()
	return nil
}

func (l *Log) syncFiles(d int64, from, to position) error {
	for n := from.file; n <= to.file; n++ {
		err := syncPath(l.file(d, n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if from.size > 0 && from.file == to.file {
		return nil
	}
	return errors.Join(syncPath(l.folder(d)), syncPath(l.o.Dir)) // A new file.
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// find looks for the end of a day's files, the first time that it is written.
func (l *Log) find(d int64, to *day) error {
	if to.found {
		return nil
	}
	if err := os.MkdirAll(l.folder(d), 0o750); err != nil {
		return err
	}
	last, err := lastFile(l.folder(d))
	if err != nil {
		return err
	}
	if last >= 0 {
		size, whole, err := scan(l.file(d, last))
		if err != nil {
			return err
		}
		to.file, to.size = last, size
		if !whole || size == 0 {
			to.file, to.size = last+1, 0
		}
		to.synced.file = to.file
	}
	to.found = true
	return nil
}

// lastFile returns the highest number of a folder's files, -1 if there is none.
func lastFile(folder string) (int, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	last := -1
	for _, e := range entries {
		name, ok := strings.CutSuffix(filepath.Base(e.Name()), extension)
		if n, err := strconv.Atoi(name); ok && err == nil {
			last = max(last, n)
		}
	}
	return last, nil
}

// scan walks over the headers of a file and reports its size, and whether it
// ends where a chunk ends.
func scan(path string) (int64, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, false, err
	}
	defer f.Close() //nolint:errcheck // Read only.
	info, err := f.Stat()
	if err != nil {
		return 0, false, err
	}
	at, size := int64(0), info.Size()
	var head [headerSize]byte
	for at < size {
		if _, err := f.ReadAt(head[:], at); err != nil && !errors.Is(err, io.EOF) {
			return 0, false, err
		}
		h, err := parseHeader(head[:min(headerSize, size-at)])
		if err != nil {
			return size, false, nil
		}
		at += headerSize + int64(h.frame)
	}
	return size, at == size, nil
}
