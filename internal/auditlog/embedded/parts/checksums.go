package parts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Record takes the checksums of those parts of a partition that have none yet.
// Parts that the engine merges away meanwhile are left out.
func (s *Store) Record(ctx context.Context, day string) error {
	old, _ := s.read(day)
	now := map[string]known{}
	for _, table := range []string{Rows, Streams} {
		names, err := list(s.table(day, table))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("record the checksums of %s: %w", day, err)
		}
		for _, name := range names {
			key := filepath.Join(table, name)
			k, err := take(ctx, old[key], filepath.Join(s.Partitions, day, key))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("take the checksum of part %s of %s: %w", key, day, err)
			}
			now[key] = k
		}
	}
	return s.write(day, now)
}

// take returns what is known of a part, by reading it if nothing is.
func take(ctx context.Context, k known, path string) (known, error) {
	if k != (known{}) {
		return k, nil
	}
	var err error
	if k.Look, _, err = look(path); err != nil {
		return known{}, err
	}
	if k.Contents, err = contents(ctx, path); err != nil {
		return known{}, err
	}
	return k, nil
}

func (s *Store) file(day string) string { return filepath.Join(s.Checksums, day+".json") }

// read returns what is known of a partition's parts: nothing where the file
// cannot be read.
func (s *Store) read(day string) (map[string]known, error) {
	b, err := os.ReadFile(s.file(day))
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]known{}, nil
	}
	all := map[string]known{}
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		return map[string]known{}, fmt.Errorf("read the checksums of %s: %w", day, err)
	}
	return all, nil
}

func (s *Store) write(day string, all map[string]known) error {
	b, err := json.Marshal(all)
	if err == nil {
		err = os.MkdirAll(s.Checksums, 0o750)
	}
	if err == nil {
		err = WriteFile(s.file(day), b)
	}
	if err != nil {
		return fmt.Errorf("write the checksums of %s: %w", day, err)
	}
	return nil
}

// Forget drops the checksums of a partition.
func (s *Store) Forget(day string) error {
	if err := os.Remove(s.file(day)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the checksums of %s: %w", day, err)
	}
	return nil
}
