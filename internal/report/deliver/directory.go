package deliver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Directory writes the files of a message into a directory under their own
// names, each by a rename, so that a reader never sees half a file and a second
// delivery replaces the first.
type Directory struct{}

var _ Channel = Directory{}

// Deliver writes m's files into the directory, which must exist.
func (Directory) Deliver(ctx context.Context, dir string, m *Message) error {
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("deliver to %s: %w", dir, err)
		}
		if f.Name != filepath.Base(f.Name) || f.Name == "." || f.Name == ".." {
			return &PermanentError{fmt.Errorf("deliver to %s: %q is not a file name", dir, f.Name)}
		}
		if err := writeFile(dir, f); err != nil {
			return fmt.Errorf("deliver to %s: %w", dir, err)
		}
	}
	return syncDirectory(dir)
}

func writeFile(dir string, f File) (err error) {
	tmp, err := os.CreateTemp(dir, "."+f.Name+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(f.Data)
	if err == nil {
		err = tmp.Chmod(0o640)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), filepath.Join(dir, f.Name))
}

// syncDirectory makes the renames survive a power failure.
func syncDirectory(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("deliver to %s: %w", dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("deliver to %s: sync: %w", dir, err)
	}
	return nil
}
