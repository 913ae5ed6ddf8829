package embedded

import (
	"errors"
	"fmt"
	"log/slog"
	"syscall"
	"time"

	"github.com/leastward/leastward/internal/catalog"
)

// Options of [Open].
type Options struct {
	// Dir is the store's directory. It is created if need be. Required.
	Dir string
	// Retention is how long events are kept, by their own time. Defaults to 400
	// days; at most 50 years.
	Retention time.Duration
	// MinFreeBytes is the room that the store leaves on the disk: it takes no
	// events while less is free. Defaults to 1 GiB; below zero turns it off.
	MinFreeBytes int64
	// MaxIDs bounds how many ids the store keeps in memory to recognise events
	// that come again, some 40 bytes each. Days that were not written to for
	// long are dropped first and read again when need be. The days of the batch
	// at hand are kept whatever their size. Defaults to as many as take an eighth
	// of the memory that the process may use, at most 20 million (800 MB).
	MaxIDs int
	// Catalog knows type and severity of actions, of other clouds than its own
	// too. Without it rows lack both.
	Catalog *catalog.Catalog
	// Logger takes what the store and its engine have to say. Required.
	Logger *slog.Logger
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
	// Free returns the bytes that are free for the store in a directory.
	// Defaults to asking the file system.
	Free func(dir string) (uint64, error)
}

const (
	day          = 24 * time.Hour
	maxRetention = 50 * 365 * day
)

func (o *Options) defaults() {
	if o.Retention == 0 {
		o.Retention = 400 * day
	}
	if o.MinFreeBytes == 0 {
		o.MinFreeBytes = 1 << 30
	}
	if o.MaxIDs == 0 {
		o.MaxIDs = defaultMaxIDs(memoryLimit())
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Free == nil {
		o.Free = free
	}
}

func (o *Options) validate() error {
	switch {
	case o.Dir == "":
		return errors.New("the audit store needs a directory")
	case o.Logger == nil:
		return errors.New("the audit store needs a logger")
	case o.Retention < day || o.Retention > maxRetention:
		return fmt.Errorf("retention of the audit store is %s; it must be from one day to 50 years", o.Retention)
	case o.MaxIDs < 0:
		return fmt.Errorf("the number of ids that the audit store keeps in memory is %d; it must not be below zero", o.MaxIDs)
	}
	return nil
}

func free(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}
