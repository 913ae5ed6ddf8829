// Package records keeps the raw records of events in files beside the store's
// engine: append-only, one folder per day (UTC), compressed in chunks.
//
//	<dir>/<yyyymmdd>/<n>.zst
//
// A chunk is a header of [headerSize] bytes and a zstd frame. The header has
// both lengths, the number of records and a checksum over all of it, so that a
// chunk which a crash or a disk cut short is recognised. Nothing that was
// written is changed: a file whose end is not whole is left as it is, and the
// next records of its day go to the next file.
package records

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Ref says where a record of a day is: file, offset of the chunk and index of
// the record within it.
type Ref uint64

const (
	indexBits  = 16
	offsetBits = 32
	maxRecords = 1 << indexBits // Of a chunk.
	maxFiles   = 1 << (64 - indexBits - offsetBits)
)

func newRef(file int, offset int64, index int) Ref {
	return Ref(uint64(file)<<(indexBits+offsetBits) | uint64(offset)<<indexBits | uint64(index))
}

func (r Ref) file() int     { return int(r >> (indexBits + offsetBits)) }
func (r Ref) offset() int64 { return int64(r >> indexBits & (1<<offsetBits - 1)) }
func (r Ref) index() int    { return int(r & (1<<indexBits - 1)) }

// Options of [Open].
type Options struct {
	// Dir is the folder of the record files. It is created if need be.
	Dir string
	// ChunkBytes is how many bytes of records go into a chunk before it is
	// closed. Defaults to 512 KiB: half of that takes a tenth more room and no less
	// time to write, and halves what is decoded to read a single record.
	ChunkBytes int
	// FileBytes is the size at which a file is followed by the next. Defaults to
	// 1 GiB.
	FileBytes int64
	// CacheBytes bounds the decoded chunks that reads keep. Defaults to 32 MiB.
	CacheBytes int64
}

func (o *Options) defaults() {
	if o.ChunkBytes <= 0 {
		o.ChunkBytes = 512 << 10
	}
	if o.FileBytes <= 0 || o.FileBytes > 1<<30 {
		o.FileBytes = 1 << 30
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = 32 << 20
	}
}

// Log is the record files of a store. It is safe for concurrent use.
type Log struct {
	o     Options
	codec *codec
	cache *cache
	bytes atomic.Int64

	mu   sync.Mutex // Guards days.
	days map[int64]*day
}

// Open opens the record files of a folder.
func Open(o Options) (*Log, error) {
	o.defaults()
	if err := os.MkdirAll(o.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("create the folder of record files: %w", err)
	}
	l := &Log{o: o, codec: newCodec(), cache: newCache(o.CacheBytes), days: map[int64]*day{}}
	size, err := size(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("measure the record files: %w", err)
	}
	l.bytes.Store(size)
	return l, nil
}

// Bytes returns the size of all record files.
func (l *Log) Bytes() int64 { return l.bytes.Load() }

// Days returns the days, in days since 1970, that have record files.
func (l *Log) Days() ([]int64, error) {
	entries, err := os.ReadDir(l.o.Dir)
	if err != nil {
		return nil, fmt.Errorf("list the record files: %w", err)
	}
	var days []int64
	for _, e := range entries {
		if t, err := time.Parse(dayLayout, e.Name()); err == nil && e.IsDir() {
			days = append(days, t.Unix()/secondsPerDay)
		}
	}
	return days, nil
}

// Drop removes the records of a day. Nothing may be appended to it meanwhile.
func (l *Log) Drop(d int64) error {
	n, err := size(l.folder(d))
	if err != nil {
		return fmt.Errorf("measure the records of %s: %w", dayName(d), err)
	}
	l.mu.Lock()
	delete(l.days, d)
	l.mu.Unlock()
	if err := os.RemoveAll(l.folder(d)); err != nil {
		return fmt.Errorf("remove the records of %s: %w", dayName(d), err)
	}
	l.bytes.Add(-n)
	return nil
}

const (
	dayLayout     = "20060102"
	secondsPerDay = 24 * 60 * 60
)

func dayName(d int64) string { return time.Unix(d*secondsPerDay, 0).UTC().Format(dayLayout) }

func (l *Log) folder(d int64) string { return filepath.Join(l.o.Dir, dayName(d)) }

func (l *Log) file(d int64, n int) string {
	return filepath.Join(l.folder(d), strconv.Itoa(n)+extension)
}

const extension = ".zst"

// size returns the size of the files below a folder, 0 if it does not exist.
func size(dir string) (int64, error) {
	total := int64(0)
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return total, nil
	}
	return total, err
}
