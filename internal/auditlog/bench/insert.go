package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// insertPart inserts the same events into VictoriaLogs as it is used plainly:
// one record a line, compressed, over two connections. The lines are made
// beforehand and are not counted.
func insertPart(ctx context.Context, o options) (*figures, error) {
	dir, err := o.scratch("victorialogs")
	if err != nil {
		return nil, err
	}
	lines, total, err := makeLines(o.dir, dir)
	if err != nil {
		return nil, fmt.Errorf("make lines: %w", err)
	}
	server, err := startServer(ctx, o, filepath.Join(dir, "data"))
	if err != nil {
		return nil, err
	}
	f := &figures{Events: total}
	start := time.Now()
	if err = server.insert(ctx, lines); err == nil {
		err = server.await(ctx, total)
	}
	f.Load = time.Since(start).Seconds()
	var known error
	f.CPU, known = processor(strconv.Itoa(server.cmd.Process.Pid))
	state, stopped := server.stop()
	f.Durable = time.Since(start).Seconds()
	if err = errors.Join(err, known, stopped); err != nil {
		return nil, err
	}
	f.Peak = peak(state)
	if f.Bytes, err = size(filepath.Join(dir, "data")); err != nil {
		return nil, err
	}
	return f, os.RemoveAll(dir)
}

// makeLines turns delivery files into files of one record a line, and counts
// the records.
func makeLines(from, to string) (paths []string, total int64, err error) {
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json.gz") {
			return err
		}
		out := filepath.Join(to, fmt.Sprintf("%06d.gz", len(paths)))
		n, err := convert(path, out)
		paths, total = append(paths, out), total+n
		return err
	})
	return paths, total, err
}

func convert(from, to string) (n int64, err error) {
	in, err := os.ReadFile(from)
	if err != nil {
		return 0, err
	}
	packed, err := gzip.NewReader(bytes.NewReader(in))
	if err != nil {
		return 0, err
	}
	var file struct{ Records []json.RawMessage }
	if err := json.NewDecoder(packed).Decode(&file); err != nil {
		return 0, err
	}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // The level is valid.
	for _, record := range file.Records {
		if _, err := w.Write(append(record, '\n')); err != nil {
			return 0, err
		}
	}
	if err := w.Close(); err != nil {
		return 0, err
	}
	return int64(len(file.Records)), os.WriteFile(to, out.Bytes(), 0o600)
}
