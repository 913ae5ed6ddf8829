package gcp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// exportFile is one file to read. Found tells that it stood in a directory,
// where files that are nothing like an export are ignored.
type exportFile struct {
	path  string
	found bool
}

// listExports resolves a path that names a file, a directory or a glob.
func listExports(path string) ([]exportFile, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return walkExports(path)
	case err == nil:
		return []exportFile{{path: path}}, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(path, "*?[{"):
		return nil, fmt.Errorf("%w; give a file, a directory or a glob such as 'exports/**/*.json'", err)
	}
	return globExports(path)
}

func walkExports(root string) ([]exportFile, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	var files []exportFile
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil || !info.IsDir() { // Opening it tells what is wrong.
			files = append(files, exportFile{path: path, found: true})
		} else if !d.IsDir() {
			files = append(files, exportFile{path: path}) // A link to a directory: not followed, which is said.
		}
		return nil
	})
	return files, err
}

func globExports(pattern string) ([]exportFile, error) {
	if !doublestar.ValidatePathPattern(pattern) {
		return nil, errors.New("the glob is malformed; check its brackets and braces")
	}
	paths, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return nil, err
	}
	var files []exportFile
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			files = append(files, exportFile{path: path})
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no file matches the glob; quote it so that the shell leaves it alone")
	}
	return files, nil
}

// namedLikeExport reports whether a file's name promises an export.
func namedLikeExport(path string) bool {
	base := strings.ToLower(filepath.Base(path))
	switch filepath.Ext(strings.TrimSuffix(base, ".gz")) {
	case ".json", ".jsonl", ".ndjson":
		return !strings.HasPrefix(base, ".")
	}
	return strings.HasSuffix(base, ".gz") && !strings.HasPrefix(base, ".")
}
