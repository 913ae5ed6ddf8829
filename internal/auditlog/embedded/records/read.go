package records

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Located is a record of a day.
type Located struct {
	Day int64 // Since 1970, UTC.
	Ref Ref
}

// DamagedError tells that records of a chunk cannot be read.
type DamagedError struct {
	Path   string
	Offset int64
	Err    error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("records in %s at byte %d: %v", e.Path, e.Offset, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

type chunkID struct {
	day    int64
	file   int
	offset int64
}

// Read returns records in the order of where they are; they are shared, not to
// be changed. Those that cannot be read are nil, and the error has a
// [DamagedError] for each of their chunks.
func (l *Log) Read(where []Located) ([][]byte, error) {
	records := make([][]byte, len(where))
	byChunk := map[chunkID][]int{}
	var order []chunkID
	for i, w := range where {
		id := chunkID{w.Day, w.Ref.file(), w.Ref.offset()}
		if byChunk[id] == nil {
			order = append(order, id)
		}
		byChunk[id] = append(byChunk[id], i)
	}
	var errs []error
	for _, id := range order {
		if err := l.readChunk(id, where, byChunk[id], records); err != nil {
			errs = append(errs, &DamagedError{l.file(id.day, id.file), id.offset, err})
		}
	}
	return records, errors.Join(errs...)
}

func (l *Log) readChunk(id chunkID, where []Located, wanted []int, records [][]byte) error {
	chunk, ok := l.cache.get(id)
	if !ok {
		var err error
		if chunk, err = l.load(id); err != nil {
			return err
		}
		l.cache.put(id, chunk)
	}
	for _, i := range wanted {
		n := where[i].Ref.index()
		if n >= len(chunk) {
			return fmt.Errorf("record %d is wanted, the chunk has %d", n, len(chunk))
		}
		records[i] = chunk[n]
	}
	return nil
}

func (l *Log) load(id chunkID) ([][]byte, error) {
	f, err := os.Open(l.file(id.day, id.file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the file is missing")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // Read only.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return l.codec.read(f, id.offset, info.Size())
}
