package command

import (
	"context"
	"fmt"
	"io"

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
		c, err := files.collect(ctx, e, assess.DefaultSettings())
		if err != nil {
			return err
		}
		return c.summarise(e.stdout, *format, *top)
	}
}

// summarise writes the summary of what was collected: of an account alone its
// own, of others one of all systems.
func (c *collected) summarise(w io.Writer, format string, top int) error {
	var list []*summary.Summary
	for _, r := range c.results {
		list = append(list, summary.Summarise(r, c.assessors.Of(r.System.Cloud), r.Assessment.Observable, top))
	}
	var s interface {
		JSON(w io.Writer) error
		Text(w io.Writer) error
	} = summary.Overlook(list, c.estates)
	if len(c.estates) == 0 {
		s = list[0]
	}
	if format == "json" {
		return s.JSON(w)
	}
	return s.Text(w)
}
