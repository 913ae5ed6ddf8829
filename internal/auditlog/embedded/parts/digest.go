package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"
)

// known is what was found out about a part.
type known struct {
	// Look is a digest of names, sizes and times of change: as long as it stays,
	// no program wrote to the part's files.
	Look string `json:"look"`
	// Contents is a digest of names and contents.
	Contents string `json:"contents"`
}

// look returns the digest of how a part's files look from outside, and when one
// was last written to.
func look(path string) (digest string, written time.Time, err error) {
	h := sha256.New()
	entries, err := os.ReadDir(path) // Sorted by name.
	if err != nil {
		return "", written, err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return "", written, err
		}
		if info.ModTime().After(written) {
			written = info.ModTime()
		}
		h.Write(fmt.Appendf(nil, "%s %d %d\n", e.Name(), info.Size(), info.ModTime().UnixNano()))
	}
	return short(h), written, nil
}

// contents returns the digest of what a part's files hold.
func contents(ctx context.Context, path string) (string, error) {
	h := sha256.New()
	entries, err := os.ReadDir(path)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if err := addFile(ctx, h, path, e.Name()); err != nil {
			return "", err
		}
	}
	return short(h), nil
}

func addFile(ctx context.Context, h hash.Hash, path, name string) error {
	f, err := os.Open(filepath.Join(path, name))
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // Read only.
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h.Write(fmt.Appendf(nil, "%s %d\n", name, info.Size()))
	_, err = io.Copy(h, &reader{ctx, f})
	return err
}

// reader reads until a context ends.
type reader struct {
	ctx context.Context //nolint:containedctx // It lives as long as one call.
	r   io.Reader
}

// Read reads some more.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func short(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:16]) }
