package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

//go:embed peer.py
var peerScript []byte

// peerPart loads the files into DuckDB and asks it the same questions.
func peerPart(ctx context.Context, o options, needle string) (*figures, error) {
	python, err := filepath.Abs(o.python)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(python); err != nil {
		return nil, err
	}
	dir, err := o.scratch("duckdb")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, python, "-", o.dir, dir, needle, strconv.Itoa(o.rounds))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(peerScript), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run DuckDB: %w", err)
	}
	var f figures
	if err := json.Unmarshal(out, &f); err != nil {
		return nil, fmt.Errorf("read DuckDB's figures: %w", err)
	}
	return &f, os.RemoveAll(dir)
}
