package parts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Verify compares the contents of a partition's parts with their checksums, also
// while the engine has them open, and returns those that differ, as table/part.
// Each is called between two parts.
func (s *Store) Verify(ctx context.Context, day string, each func() error) (bad []string, err error) {
	all, _ := s.read(day) // What is not readable says nothing.
	for key, k := range all {
		sum, err := contents(ctx, filepath.Join(s.Partitions, day, key))
		switch {
		case errors.Is(err, fs.ErrNotExist): // Merged away.
			continue
		case err != nil:
			return bad, fmt.Errorf("verify part %s of %s: %w", key, day, err)
		case sum != k.Contents:
			bad = append(bad, key)
		}
		if err := each(); err != nil {
			return bad, err
		}
	}
	return bad, nil
}

// Doubt has the next Check compare the contents of some parts, as Verify names
// them.
func (s *Store) Doubt(day string, keys []string) error {
	all, err := s.read(day)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if k, ok := all[key]; ok {
			all[key] = known{Contents: k.Contents}
		}
	}
	return s.write(day, all)
}
