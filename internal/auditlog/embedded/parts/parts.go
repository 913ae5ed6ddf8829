// Package parts looks after the files of the store's engine while the engine
// does not have them open. The engine ends the process where a file is not as
// it should be; so what is damaged is found and set aside before.
//
// The engine keeps a folder per day (UTC) with two tables, datadb (the rows) and
// indexdb (the streams). A table is a list, parts.json, of parts: folders of
// files that never change once the list names them.
//
//	<engine>/partitions/<yyyymmdd>/{datadb,indexdb}/parts.json
//	<engine>/partitions/<yyyymmdd>/{datadb,indexdb}/<part>/…
package parts

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The tables of a partition.
const (
	Rows    = "datadb"
	Streams = "indexdb"
)

const (
	listFile     = "parts.json"
	metadataFile = "metadata.json"
	dayLayout    = "20060102"
)

// Store is the folders that parts live in.
type Store struct {
	Partitions string // The engine's partitions.
	Checksums  string // What is known of their contents.
	Damaged    string // Where damaged ones go.
}

// Days returns the names of the partitions.
func (s *Store) Days() ([]string, error) {
	entries, err := os.ReadDir(s.Partitions)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the partitions: %w", err)
	}
	var days []string
	for _, e := range entries {
		if IsDay(e.Name()) && e.IsDir() {
			days = append(days, e.Name())
		}
	}
	return days, nil
}

// IsDay reports whether a name is that of a partition.
func IsDay(name string) bool {
	t, err := time.Parse(dayLayout, name)
	return err == nil && t.Format(dayLayout) == name
}

func (s *Store) table(day, table string) string { return filepath.Join(s.Partitions, day, table) }

// list returns the parts that a table's list names.
func list(table string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(table, listFile))
	if err != nil {
		return nil, err
	}
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return nil, fmt.Errorf("%s is not a list of names: %w", listFile, err)
	}
	for _, name := range names {
		if name == "" || name == "." || name == ".." || filepath.Base(name) != name {
			return nil, fmt.Errorf("%s names the part %q", listFile, name)
		}
	}
	return names, nil
}

// Count returns the number of parts in the lists of a table over some
// partitions, as they are now.
func (s *Store) Count(table string, days []string) (int, error) {
	n := 0
	for _, day := range days {
		names, err := list(s.table(day, table))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, fmt.Errorf("count the parts of %s: %w", day, err)
		}
		n += len(names)
	}
	return n, nil
}

// folders returns the part folders of a table, listed or not.
func folders(table string) ([]string, error) {
	entries, err := os.ReadDir(table)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// WriteFile writes a file so that after a crash it has its old contents or the
// new ones.
func WriteFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes the names in a folder durable.
func SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
