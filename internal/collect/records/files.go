package records

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// File is one file to read.
type File struct {
	Path string
	Size int64 // In bytes, as it stands on the disk.
	// Found is set where the file was found in a directory, not named.
	Found bool
}

// Files resolves a path that names a file, a directory (all files below it) or a
// glob (with ** for any number of directories). A file of a directory that
// cannot be looked at is there, too: opening it tells what is wrong.
func Files(path string) ([]File, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return walkFiles(path)
	case err == nil:
		return []File{{Path: path, Size: info.Size()}}, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(path, "*?[{"):
		return nil, fmt.Errorf("%w; give a file, a directory or a glob such as 'logs/**/*.json.gz'", err)
	}
	return globFiles(path)
}

func walkFiles(root string) ([]File, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	var files []File
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, File{Path: path, Size: info.Size(), Found: true})
		} else if err != nil || !d.IsDir() {
			files = append(files, File{Path: path}) // Opening it tells what is wrong.
		}
		return nil
	})
	return files, err
}

func globFiles(pattern string) ([]File, error) {
	if !doublestar.ValidatePathPattern(pattern) {
		return nil, errors.New("the glob is malformed; check its brackets and braces")
	}
	paths, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, File{Path: path, Size: info.Size()})
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no file matches the glob; quote it so that the shell leaves it alone")
	}
	return files, nil
}
