// Package store keeps what must outlive a restart: for each system the usage
// index with the checkpoint that it stands at, and what was first seen when.
package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const (
	usageFile   = "usage"
	historyFile = "history.json"
	rebuildFile = "rebuild" // Empty; that it is there is what it says.
)

// Store is a directory with one folder for each system.
type Store struct{ dir string }

// Open returns the store in a directory, which it makes where it is absent,
// and proves that it can write there.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return nil, fmt.Errorf("write to the data directory: %w", err)
	}
	return &Store{dir: dir}, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (s *Store) path(system entitlement.System, name string) string {
	return filepath.Join(s.dir, string(system.Cloud), string(system.ID), name)
}

// Usage is what is known of a system's events: who used what, which events
// that were, and where their source is to be read on.
type Usage struct {
	Checkpoint []byte // In the source's own form; nil before the first reading.
	Index      *usage.Index
	Seen       *usage.Seen
}

// SaveUsage replaces the system's usage as one: after a crash all of it is the
// old or all of it is the new, so that no event counts twice.
func (s *Store) SaveUsage(system entitlement.System, u Usage) error {
	return replace(s.path(system, usageFile), func(w io.Writer) error {
		sum := sha256.New()
		if err := u.writeTo(io.MultiWriter(w, sum)); err != nil {
			return err
		}
		_, err := w.Write(sum.Sum(nil))
		return err
	})
}

func (u *Usage) writeTo(w io.Writer) error {
	if err := binary.Write(w, binary.BigEndian, uint32(len(u.Checkpoint))); err != nil {
		return err
	}
	if _, err := w.Write(u.Checkpoint); err != nil {
		return err
	}
	if _, err := u.Index.WriteTo(w); err != nil {
		return err
	}
	_, err := u.Seen.WriteTo(w)
	return err
}

// LoadUsage returns what SaveUsage saved, or an empty usage. A damaged file is
// an error: the caller decides to begin anew.
func (s *Store) LoadUsage(system entitlement.System, cat *catalog.Catalog) (Usage, error) {
	u := Usage{Index: usage.New(cat), Seen: usage.NewSeen()}
	path := s.path(system, usageFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return u, nil
	}
	if err != nil {
		return Usage{}, err
	}
	if err := u.read(data); err != nil {
		return Usage{}, fmt.Errorf("%s: %w", path, err)
	}
	return u, nil
}

// read takes what writeTo wrote, with the checksum behind it: a checkpoint that
// changed by a digit would still be one, and have events passed over.
func (u *Usage) read(data []byte) error {
	end := len(data) - sha256.Size
	if end < 4 {
		return errors.New("is cut short")
	}
	if sum := sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return errors.New("is cut short or was changed: the checksum is wrong")
	}
	size := uint64(binary.BigEndian.Uint32(data))
	if uint64(end-4) < size { //nolint:gosec // not negative
		return errors.New("is cut short")
	}
	u.Checkpoint = data[4 : 4+size]
	rest := bytes.NewReader(data[4+size : end])
	if _, err := u.Index.ReadFrom(rest); err != nil {
		return err
	}
	_, err := u.Seen.ReadFrom(rest)
	return err
}

// SaveHistory replaces what the system's assessments remember.
func (s *Store) SaveHistory(system entitlement.System, h *assess.History) error {
	return replace(s.path(system, historyFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(h) })
}

// LoadHistory returns what SaveHistory saved; nil if there is nothing.
func (s *Store) LoadHistory(system entitlement.System) (*assess.History, error) {
	data, err := os.ReadFile(s.path(system, historyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var h assess.History
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path(system, historyFile), err)
	}
	return &h, nil
}

// CopyHistory takes over what another store's directory remembers of the system.
// It changes nothing there, which a running exporter may be using.
func (s *Store) CopyHistory(from string, system entitlement.System) error {
	h, err := (&Store{dir: from}).LoadHistory(system)
	if err != nil || h == nil {
		return err
	}
	return s.SaveHistory(system, h)
}

// replace writes a file beside the old one and puts it in its place, so that
// readers and crashes see the old file or the new one, whole.
func replace(path string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("save %s: %w", path, err), os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(os.Rename(f.Name(), path), syncDir(dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// RequestRebuild asks for the system's usage index to be made anew from the
// audit store by its next collection.
func (s *Store) RequestRebuild(system entitlement.System) error {
	if _, err := os.Stat(s.path(system, usageFile)); err != nil {
		return fmt.Errorf("no usage of system %s is kept that could be made anew: %w", system.ID, err)
	}
	return replace(s.path(system, rebuildFile), func(io.Writer) error { return nil })
}

// RebuildRequested reports whether RequestRebuild was called since RebuildDone.
func (s *Store) RebuildRequested(system entitlement.System) bool {
	_, err := os.Stat(s.path(system, rebuildFile))
	return err == nil
}

// RebuildDone takes the request back.
func (s *Store) RebuildDone(system entitlement.System) error {
	return os.Remove(s.path(system, rebuildFile))
}
