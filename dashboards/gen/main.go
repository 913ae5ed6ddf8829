// Command gen writes the dashboards into dashboards/json and the alert rules that
// Grafana evaluates itself into provisioning/grafana, or checks with -check that
// they are what the builders make.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/leastward/leastward/dashboards/internal/alerting"
	"github.com/leastward/leastward/dashboards/internal/board"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "root of the repository")
	check := flags.Bool("check", false, "write nothing; fail if a file is out of date")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if err := generate(*root, *check); err != nil {
		_, _ = fmt.Fprintln(stderr, "gen:", err)
		return 1
	}
	return 0
}

func generate(root string, check bool) error {
	dashboards, err := board.Files()
	if err != nil {
		return err
	}
	rules, err := alerting.Rules(filepath.Join(root, "alert-rules"))
	if err != nil {
		return err
	}
	encoded, err := rules.Encode()
	if err != nil {
		return err
	}
	return errors.Join(
		write(filepath.Join(root, "dashboards", "json"), "*.json", dashboards, check),
		write(filepath.Join(root, "provisioning", "grafana", "alerting"), "rules.yaml", map[string][]byte{"rules.yaml": encoded}, check),
	)
}
