package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/leastward/leastward/internal/tenant"
)

// stamp is what stands behind a directory's name in that of the file which says
// that the directory is complete.
const stamp = ".complete"

// generate returns a directory with n events in delivery files, which it makes
// unless an earlier run left it. Events older than a store keeps would be
// refused, so that it is made anew after some months.
func generate(cache string, n int, now time.Time) (string, error) {
	dir := filepath.Join(cache, fmt.Sprintf("cloudtrail-%d", n))
	info, err := os.Stat(dir + stamp)
	if err == nil && now.Sub(info.ModTime()) < 60*24*time.Hour {
		return dir, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", err
	}
	fmt.Printf("generating %d events in %s\n", n, dir)
	options := tenant.Options{Size: 1000, Seed: 1, Until: now}
	if err := tenant.Events(options, n, tenant.Directory(dir)); err != nil {
		return "", err
	}
	return dir, os.WriteFile(dir+stamp, nil, 0o644)
}
