// Command gen writes the dashboards into dashboards/json, or checks with -check
// that they are what the builders make.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/leastward/leastward/dashboards/internal/board"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("out", filepath.Join("dashboards", "json"), "the folder to write into")
	check := flags.Bool("check", false, "write nothing; fail if a file is out of date")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	files, err := board.Files()
	if err == nil {
		err = write(*dir, files, *check)
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "gen:", err)
		return 1
	}
	return 0
}
