package records

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"
)

func (r *reader) readPath(ctx context.Context, path string) error {
	files, err := Files(path)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		r.refuse(EmptyDirectory, path, "the directory holds no files; check the path and whether logs were copied there")
		return nil
	}
	for _, f := range files {
		r.total += f.Size
	}
	r.byDay(files)
	return r.readFiles(ctx, files)
}

// byDay brings delivery files of the same day together, those of all systems
// and regions: whoever keeps events by day then writes one day at a time. Files
// of other names stay in their order, ahead of those.
func (r *reader) byDay(files []File) {
	if r.about.DeliveryTime == nil {
		return
	}
	days := make(map[string]int64, len(files))
	for _, f := range files {
		if at, ok := r.about.DeliveryTime(f.Path); ok {
			days[f.Path] = at.Unix() / (24 * 60 * 60)
		}
	}
	slices.SortStableFunc(files, func(a, b File) int { return cmp.Compare(days[a.Path], days[b.Path]) })
}

func (r *reader) readFiles(ctx context.Context, files []File) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan File)
	group.Go(func() error {
		defer close(queue)
		for _, f := range files {
			select {
			case queue <- f:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(r.o.Workers, len(files)) {
		group.Go(func() error {
			p := r.newParser()
			for f := range queue {
				if err := r.readFile(ctx, p, f); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (r *reader) readFile(ctx context.Context, p *parser, f File) error {
	file, err := os.Open(f.Path)
	if err != nil {
		r.refuse(Unreadable, f.Path, fmt.Sprintf("%v; check the file's permissions", err))
		return nil
	}
	defer file.Close() //nolint:errcheck // opened for reading
	return p.parse(ctx, &countingReader{src: file, count: r.progress}, f.Path, f.Found)
}

// countingReader reports how much was read of a file.
type countingReader struct {
	src   io.Reader
	count func(n int64)
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.src.Read(b)
	if n > 0 {
		c.count(int64(n))
	}
	return n, err
}
