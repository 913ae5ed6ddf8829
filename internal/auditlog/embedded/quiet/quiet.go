// Package quiet keeps one line off every program's standard error: while the
// program starts, the engine's metrics library tells the standard logger that
// the machine has no pressure figures, which concerns nobody here.
//
// The package needs nothing but log, so that Go initialises it before that
// library (https://go.dev/ref/spec#Package_initialization).
package quiet

import (
	"bytes"
	"log" //nolint:depguard // It is what that library writes to.
	"os"
)

//nolint:gochecknoinits // The line is written by an init as well.
func init() { log.SetOutput(filter{}) }

// filter passes everything on but that line.
type filter struct{}

func (filter) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("disable exposing PSI metrics")) {
		return len(line), nil
	}
	return os.Stderr.Write(line)
}
