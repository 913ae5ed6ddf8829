package outgoing

import (
	"fmt"
	"io"
	"os"
)

// scratch is a file that nobody else sees and that is gone when it is closed.
type scratch struct{ *os.File }

// newScratch makes one in a directory, which is made where it isn't there.
func newScratch(dir string) (*scratch, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("make a place for files: %w", err)
		}
	}
	f, err := os.CreateTemp(dir, "file-*")
	if err != nil {
		return nil, fmt.Errorf("make a file: %w", err)
	}
	_ = os.Remove(f.Name()) // So that a crash leaves nothing; some systems want it closed first.
	return &scratch{f}, nil
}

func (s *scratch) close() {
	_ = s.Close()
	_ = os.Remove(s.Name())
}

// rewind returns the size, and makes ready to read from the start.
func (s *scratch) rewind() (int64, error) {
	size, err := s.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = s.Seek(0, io.SeekStart)
	}
	return size, err
}
