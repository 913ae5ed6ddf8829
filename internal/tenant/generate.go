package tenant

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/tenant/files"
)

// Generate writes the sample tenant to o.Out. See the package for what it is
// and README.md in the directory for its files.
func Generate(o Options) error {
	if o.Out == "" {
		return errors.New("out: say which directory to write the sample tenant to")
	}
	return Write(o, files.Directory(o.Out))
}

// Write is Generate to wherever create leads.
func Write(o Options, create files.Create) error {
	w, err := newWorld(o)
	if err != nil {
		return err
	}
	events := make([]int, len(w.accounts))
	var g errgroup.Group
	for i, a := range w.accounts {
		g.Go(func() error { return w.writeAccount(a, create) })
		g.Go(func() error {
			var err error
			events[i], err = w.activity(a, create, 0, 0)
			return err
		})
	}
	others := w.others()
	g.Go(func() error { return others.write(create) })
	if err := g.Wait(); err != nil {
		return fmt.Errorf("write the sample tenant: %w", err)
	}
	if err := w.writeTruth(create, events, others); err != nil {
		return fmt.Errorf("write the sample tenant: %w", err)
	}
	return nil
}

// Events writes exactly n CloudTrail records of the sample tenant's identities
// as gz delivery files, for benchmarks of parsers. Ids never repeat, however
// many records are asked for. Options.Out and Options.Events are not used.
func Events(o Options, n int, create files.Create) error {
	if n < 1 {
		return fmt.Errorf("events: %d is not positive", n)
	}
	o.Events = n
	w, err := newWorld(o)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for i, a := range w.accounts {
		share := n * (i + 1) / len(w.accounts)
		share -= n * i / len(w.accounts)
		g.Go(func() error { return w.exactly(a, share, create) })
	}
	if err := g.Wait(); err != nil {
		return fmt.Errorf("write sample events: %w", err)
	}
	return nil
}

// exactly repeats the activity in ever new sessions until n events are there.
func (w *world) exactly(a *account, n int, create files.Create) error {
	for round := 0; n > 0; round++ {
		written, err := w.activity(a, create, n, round)
		if err != nil {
			return err
		}
		n -= written
	}
	return nil
}

// writeAccount writes what there is in one account.
func (w *world) writeAccount(a *account, create files.Create) error {
	folder := "aws/" + a.id + "/"
	for name, write := range map[string]func(io.Writer) error{
		"authorization-details.json": func(out io.Writer) error { return w.writeDetails(a, out) },
		"credential-report.csv":      func(out io.Writer) error { return w.writeCredentials(a, out) },
		"functions.json":             func(out io.Writer) error { return w.writeFunctions(a, out) },
		"instances.json":             func(out io.Writer) error { return w.writeInstances(a, out) },
		"buckets.json":               func(out io.Writer) error { return files.JSON(out, w.bucketsFile(a)) },
		"security-groups.json":       func(out io.Writer) error { return files.JSON(out, w.groupsFile(a)) },
		"organization.json":          func(out io.Writer) error { return w.writeOrganization(out) },
	} {
		if err := files.Write(create, folder+name, write); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) writeTruth(create files.Create, events []int, others *others) error {
	truth := w.truth(events)
	truth.Azure, truth.GCP, truth.CrossCloud = others.azureTruth, others.gcpTruth, w.crossCloud(others)
	for name, value := range map[string]any{"truth.json": truth, "attack.json": w.attack.truth} {
		if err := files.Write(create, name, func(out io.Writer) error { return files.JSON(out, value) }); err != nil {
			return err
		}
	}
	return files.Write(create, "README.md", func(out io.Writer) error { return w.writeReadme(out, truth) })
}
