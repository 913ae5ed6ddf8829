package parts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Report tells what [Store.Check] found in a partition.
type Report struct {
	Day string
	// Damages are the parts that were set aside.
	Damages []Damage
	// Unknown is set where a part has no checksum yet: the process ended before
	// it was taken.
	Unknown bool
	// Warnings are things that cost no rows.
	Warnings []error
}

// Damage is a part that was set aside.
type Damage struct {
	Table string // Rows or Streams.
	Part  string
	Err   error // What is wrong with it.
	To    string
}

// Check looks at every part of a partition and sets aside those that the engine
// could not open. Contents are compared with their checksums where a file was
// written to since they were taken, and in every part that has a file which was
// written at the given time or later.
func (s *Store) Check(day string, since time.Time) (Report, error) {
	r := Report{Day: day}
	if err := os.RemoveAll(filepath.Join(s.Partitions, day, "snapshots")); err != nil {
		return r, fmt.Errorf("remove what a crash left in partition %s: %w", day, err)
	}
	all, err := s.read(day)
	if err != nil {
		r.Warnings = append(r.Warnings, err)
	}
	c := checker{s: s, day: day, known: all, since: since, report: &r}
	for _, table := range []string{Rows, Streams} {
		if err := c.table(table); err != nil {
			return r, fmt.Errorf("check %s of partition %s: %w", table, day, err)
		}
	}
	if !c.changed {
		return r, nil
	}
	return r, s.write(day, all)
}

type checker struct {
	s       *Store
	day     string
	known   map[string]known
	changed bool // Whether known has to be written.
	since   time.Time
	report  *Report
}

func (c *checker) table(table string) error {
	dir := c.s.table(c.day, table)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return c.missing(table)
	}
	names, rewrite, err := c.names(table)
	if err != nil {
		return err
	}
	good := names[:0:0]
	for _, name := range names {
		bad := c.part(table, name)
		if bad == nil {
			good = append(good, name)
			continue
		}
		rewrite = true
		if err := c.setAside(table, name, bad); err != nil {
			return err
		}
	}
	if !rewrite {
		return nil
	}
	return writeList(dir, good)
}

// missing makes up for a table whose folder is gone. The engine makes both if
// both are, and the one with rows; it ends where only that with streams is.
func (c *checker) missing(table string) error {
	dir := c.s.table(c.day, table)
	if table == Streams {
		c.report.Unknown = true
		return errors.Join(os.MkdirAll(dir, 0o750), SyncDir(filepath.Dir(dir)))
	}
	return nil
}

// names returns the parts of a table: those that its list names. Where the list
// is gone, every folder counts.
func (c *checker) names(table string) (names []string, rewrite bool, err error) {
	dir := c.s.table(c.day, table)
	names, err = list(dir)
	if err == nil {
		return names, false, nil
	}
	found, ferr := folders(dir)
	if ferr != nil {
		return nil, false, ferr
	}
	if len(found) > 0 || !errors.Is(err, fs.ErrNotExist) {
		c.report.Warnings = append(c.report.Warnings, fmt.Errorf("the list of parts of %s is not readable; "+
			"every part that is there counts, also one that was about to be merged away: %w", table, err))
	}
	return found, true, nil
}

// part returns what is wrong with a part, nil if nothing is.
func (c *checker) part(table, name string) error {
	path := filepath.Join(c.s.table(c.day, table), name)
	if err := checkStructure(table, path); err != nil {
		return err
	}
	key := filepath.Join(table, name)
	k, ok := c.known[key]
	if !ok {
		c.report.Unknown = true
		return nil
	}
	now, written, err := look(path)
	if err != nil {
		return err
	}
	if now == k.Look && written.Before(c.since) {
		return nil
	}
	sum, err := contents(context.Background(), path)
	switch {
	case err != nil:
		return err
	case sum != k.Contents:
		return errors.New("the contents are not what was written: the checksum does not match")
	case now != k.Look:
		c.known[key], c.changed = known{Look: now, Contents: sum}, true
	}
	return nil
}
