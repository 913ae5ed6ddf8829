package command

import (
	"context"
	"fmt"

	"github.com/alecthomas/kingpin/v2"

	summary "github.com/leastward/leastward/exporter/internal/analyze"
	"github.com/leastward/leastward/internal/assess"
)

// analyze reads exported files and prints a summary.
func analyze(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("analyze", "Summarise exported files: no server, nothing leaves the machine.")
	files := addFileFlags(c)
	format := c.Flag("format", "Form of the output.").Default("table").Enum("table", "json")
	top := c.Flag("top", "How many of the worst identities to show.").Default("10").Int()
	return c, func(ctx context.Context, e *env) error {
		if *top < 0 {
			return fmt.Errorf("--top: %d is below 0", *top)
		}
		result, assessors, err := files.collect(ctx, e, assess.DefaultSettings())
		if err != nil {
			return err
		}
		s := summary.Summarise(result, assessors.Of(result.System.Cloud), result.Reading.Usage.Observable(), *top)
		if *format == "json" {
			return s.JSON(e.stdout)
		}
		return s.Text(e.stdout)
	}
}
