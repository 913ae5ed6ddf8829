package command

import (
	"context"
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
		return os.Open(path)
	}
	r, w := io.Pipe()
	var copying errgroup.Group // Not waited for: nothing ends a read of a terminal.
	copying.Go(func() error {
		_, err := io.Copy(w, e.stdin)
		return w.CloseWithError(err)
	})
	return r, nil
}
