package onboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// load reads the file, if there is one.
func (r *Roster) load() error {
	if r.options.File == "" {
		return nil
	}
	data, err := os.ReadFile(r.options.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what was discovered: %w", err)
	}
	if err := json.Unmarshal(data, &r.sections); err != nil {
		return fmt.Errorf("read what was discovered: %s: %w; delete it, and systems are discovered anew", r.options.File, err)
	}
	if r.sections == nil {
		r.sections = map[string]*memory{}
	}
	for name, m := range r.sections {
		if m == nil {
			delete(r.sections, name)
		}
	}
	return nil
}

// save puts a new file in the place of the old one, whole or not at all.
func (r *Roster) save() (err error) {
	if r.options.File == "" {
		return nil
	}
	data, err := json.Marshal(r.sections)
	if err != nil {
		return fmt.Errorf("encode what was discovered: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(r.options.File), filepath.Base(r.options.File)+"-*.tmp")
	if err != nil {
		return fmt.Errorf("save what was discovered: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), r.options.File)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("save what was discovered: %w", err), os.Remove(f.Name()))
	}
	return nil
}
