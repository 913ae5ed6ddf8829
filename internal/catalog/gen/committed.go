package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// committed reads the names back from the committed catalogue.
func committed(dir, cloud string) (*cloudSource, error) {
	text, err := readPacked(dir, cloud+".txt.zst")
	if err != nil {
		return nil, err
	}
	s := &cloudSource{cloud: cloud}
	for line := range strings.SplitSeq(text, "\n") {
		f := strings.Split(line, "\t")
		switch {
		case f[0] == "C" && len(f) == 3:
			s.release = f[2][:max(0, strings.LastIndexByte(f[2], '-'))]
		case f[0] == "A" && len(f) == 5:
			s.entries = append(s.entries, entry{name: f[1], data: dataFlag(f[3])})
		}
	}
	if s.release == "" || len(s.entries) == 0 {
		return nil, errors.New("the committed file has no version or no actions")
	}
	return s, nil
}

func dataFlag(flags string) byte {
	if i := strings.IndexAny(flags, "ab"); i >= 0 {
		return flags[i]
	}
	return 0
}

// committedRoles reads the role table back, without its first lines.
func committedRoles(dir, cloud string) (string, error) {
	text, err := readPacked(dir, "roles_"+cloud+".txt.zst")
	if err != nil {
		return "", err
	}
	i := strings.Index(text, "\nR\t")
	if i < 0 {
		return "", errors.New("the committed file has no roles")
	}
	return text[i+1:], nil
}

func readPacked(dir, name string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "", fmt.Errorf("read the committed catalogue (make it with -iann0036): %w", err)
	}
	zr, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return "", fmt.Errorf("open the decompressor: %w", err)
	}
	defer zr.Close()
	text, err := zr.DecodeAll(raw, nil)
	if err != nil {
		return "", fmt.Errorf("decompress %s: %w", name, err)
	}
	return string(text), nil
}
