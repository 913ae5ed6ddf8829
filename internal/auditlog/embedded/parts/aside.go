package parts

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// setAside moves a part out of its table. What is wrong with it stands in a file
// beside it.
func (c *checker) setAside(table, name string, bad error) error {
	from := filepath.Join(c.s.table(c.day, table), name)
	to, err := c.s.room(c.day, table+"-"+name)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".txt", fmt.Appendf(nil, "%s: %v\n", from, bad), 0o640); err != nil {
		return fmt.Errorf("note what is wrong with part %s: %w", name, err)
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("set part %s aside: %w", name, err)
	}
	c.report.Damages = append(c.report.Damages, Damage{table, name, bad, to})
	delete(c.known, filepath.Join(table, name))
	c.changed = true
	return nil
}

// room returns a path among the damaged parts that is free.
func (s *Store) room(day, name string) (string, error) {
	dir := filepath.Join(s.Damaged, day)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("make room for a damaged part: %w", err)
	}
	to := filepath.Join(dir, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(to + ".txt"); errors.Is(err, fs.ErrNotExist) {
			return to, nil
		}
		to = filepath.Join(dir, fmt.Sprintf("%s.%d", name, n))
	}
}

func writeList(table string, names []string) error {
	if names == nil {
		names = []string{}
	}
	b, err := json.Marshal(names)
	if err == nil {
		err = WriteFile(filepath.Join(table, listFile), b)
	}
	if err != nil {
		return fmt.Errorf("write the list of parts: %w", err)
	}
	return nil
}

// SetAsideStrangers moves everything out of the partitions that is not one: the
// engine ends the process over it.
func (s *Store) SetAsideStrangers() ([]Damage, error) {
	entries, err := os.ReadDir(s.Partitions)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list the partitions: %w", err)
	}
	var all []Damage
	for _, e := range entries {
		if IsDay(e.Name()) && e.IsDir() {
			continue
		}
		to, err := s.room("strangers", e.Name())
		if err != nil {
			return all, err
		}
		bad := fmt.Errorf("%q is not a partition", e.Name())
		if err := os.WriteFile(to+".txt", fmt.Appendf(nil, "%v\n", bad), 0o640); err != nil {
			return all, err
		}
		if err := os.Rename(filepath.Join(s.Partitions, e.Name()), to); err != nil {
			return all, fmt.Errorf("set %q aside: %w", e.Name(), err)
		}
		all = append(all, Damage{Part: e.Name(), Err: bad, To: to})
	}
	return all, nil
}

// DamagedCount returns how many parts have been set aside and are still there to
// be looked at: the notes beside them count.
func (s *Store) DamagedCount() (int, error) {
	notes, err := filepath.Glob(filepath.Join(s.Damaged, "*", "*.txt"))
	return len(notes), err
}
