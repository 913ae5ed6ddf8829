package gcp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"time"

	"github.com/leastward/leastward/internal/collect/records"
)

// Version stands for the contents of the files of entitlements without reading
// them: it changes whenever one is written, added or removed.
func (f Files) Version() (string, error) {
	sum := sha256.New()
	for _, path := range f.Entitlements {
		files, err := records.Files(path)
		if err != nil {
			return "", fmt.Errorf("look at %q: %w", path, err)
		}
		for _, file := range files {
			info, err := os.Stat(file.Path)
			if err != nil {
				return "", fmt.Errorf("look at exported files: %w", err)
			}
			_, _ = fmt.Fprintf(sum, "%q %d %s\n", file.Path, info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano)) // A hash takes everything.
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
