package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/ask"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// estateFlags name the systems that questions are about.
type estateFlags struct {
	files  *fileFlags
	config string
}

func addEstateFlags(c *kingpin.CmdClause) *estateFlags {
	f := &estateFlags{files: addFileFlags(c)}
	c.Flag("config.file", "Configuration file that names the systems, which are read once; not together with flags that name files.").StringVar(&f.config)
	return f
}

// asker reads the systems and makes them ready to answer.
func (f *estateFlags) asker(ctx context.Context, e *env) (*ask.Asker, error) {
	inventories, err := f.inventories(ctx, e)
	if err != nil {
		return nil, err
	}
	compiler := ask.NewCompiler()
	var systems []*ask.Compiled
	for _, inv := range inventories {
		one := compiler.Compile(inv)
		warn(ctx, e, one)
		systems = append(systems, one)
	}
	return ask.New(systems...), nil
}

func (f *estateFlags) inventories(ctx context.Context, e *env) ([]*entitlement.Inventory, error) {
	switch {
	case f.config == "":
		return f.files.inventories(ctx, e)
	case f.files.given() != "":
		return nil, fmt.Errorf("--config.file, --%s: give one of the two", f.files.given())
	}
	cfg, err := config.Load(f.config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Collect.Timeout.Std(), fmt.Errorf("collect.timeout of %s ran out", cfg.Collect.Timeout))
	defer cancel()
	list, err := source.Inventories(ctx, source.Options{Accounts: cfg.AWS.Accounts, Sections: cfg.Sections(), Catalog: catalog.AWS(), Logger: e.logger}, time.Now())
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.config, err)
	case len(list) == 0:
		return nil, errors.New(f.config + ": aws.accounts: names no account, and neither azure nor gcp a system")
	}
	if err := incomplete(ctx, e, list); err != nil {
		return nil, fmt.Errorf("%s: %w", f.config, err)
	}
	return list, nil
}

// incomplete tells of what could not be read. That of a file nothing could be is
// an error: without the organisation, for one, too much would be allowed.
func incomplete(ctx context.Context, e *env, list []*entitlement.Inventory) error {
	for _, inv := range list {
		for _, p := range inv.Problems {
			if p.Code == "file" {
				return fmt.Errorf("%s %s: %s", ask.Noun(inv.System.Cloud), inv.System.ID, p.Message)
			}
			e.logger.WarnContext(ctx, "a system is incomplete", ask.Noun(inv.System.Cloud), inv.System.ID, "code", p.Code, "subject", p.Subject, "message", p.Message)
		}
	}
	return nil
}

// warn tells of what could not be understood, on which answers may hang.
func warn(ctx context.Context, e *env, one *ask.Compiled) {
	for _, p := range one.Problems() {
		e.logger.WarnContext(ctx, "a policy is not understood whole", ask.Noun(one.System().Cloud), one.System().ID, "problem", p)
	}
}
