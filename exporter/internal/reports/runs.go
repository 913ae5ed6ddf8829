package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/leastward/leastward/internal/report/par"
)

// Runs keeps what each scheduled report leaves for the next one to compare
// with, one file for each schedule.
type Runs struct{ Dir string }

// memory is one file. A report that is built again for the same period, after
// a failed delivery, compares with the same run as the first time.
type memory struct {
	Period time.Time `json:"period"`
	Run    *par.Run  `json:"run"`
	Before *par.Run  `json:"before,omitempty"`
}

func (r Runs) path(schedule string) string { return filepath.Join(r.Dir, schedule+".json") }

// Before returns the run that the report of a period compares with; nil if
// there is none.
func (r Runs) Before(schedule string, period time.Time) (*par.Run, error) {
	m, err := r.load(schedule)
	if err != nil || m == nil {
		return nil, err
	}
	if m.Period.Equal(period) {
		return m.Before, nil
	}
	return m.Run, nil
}

// Save keeps the run of a period.
func (r Runs) Save(schedule string, period time.Time, run, before *par.Run) error {
	if err := os.MkdirAll(r.Dir, 0o750); err != nil {
		return err
	}
	text, err := json.Marshal(memory{period, run, before})
	if err != nil {
		return err
	}
	temporary := r.path(schedule) + ".tmp"
	if err := os.WriteFile(temporary, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, r.path(schedule))
}

func (r Runs) load(schedule string) (*memory, error) {
	text, err := os.ReadFile(r.path(schedule))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m memory
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", r.path(schedule), err)
	}
	return &m, nil
}
