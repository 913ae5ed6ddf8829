package command

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/exporter/internal/ask"
)

// batch answers the requests of a file.
func batch(ctx context.Context, e *env, asker *ask.Asker, path string) error {
	in, err := open(e, path)
	if err != nil {
		return fmt.Errorf("--batch: %w", err)
	}
	defer func() { _ = in.Close() }() // It was only read.
	counts, err := asker.Batch(ctx, in, e.stdout)
	switch {
	case err != nil:
		return fmt.Errorf("answer %s: %w", path, err)
	case counts.Failed > 0:
		return fmt.Errorf("%d of %d requests could not be answered; the errors stand in their places",
			counts.Failed, counts.Failed+counts.Answered)
	}
	return nil
}

func open(e *env, path string) (io.ReadCloser, error) {
	if path != "-" {
		return openFile(path)
	}
	r, w := io.Pipe()
	var copying errgroup.Group // Not waited for: nothing ends a read of a terminal.
	copying.Go(func() error {
		_, err := io.Copy(w, e.stdin)
		return w.CloseWithError(err)
	})
	return r, nil
}

// openFile opens a file that may be compressed. Of a pipe nothing is read ahead:
// who writes to it may wait for answers.
func openFile(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return f, err
	}
	buffered := bufio.NewReader(f)
	if head, _ := buffered.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return plainFile{buffered, f}, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("unpack %s: %w", path, err), f.Close())
	}
	return plainFile{unpacked, f}, nil
}

// plainFile is what a file holds, unpacked, with what closes it.
type plainFile struct {
	io.Reader
	io.Closer
}
