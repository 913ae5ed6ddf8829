package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/entitlement"
)

// auditStats tells what an audit store holds.
func auditStats(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := auditGroup(a).Command("stats", "What an audit store holds.")
	dir := c.Flag("store", "Directory of the audit store of an exporter that does not run.").Required().String()
	return c, func(ctx context.Context, e *env) (err error) {
		source, err := openStore(e, *dir) //nolint:contextcheck // opening takes no context
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, source.end()) }()
		s, err := source.local.store.Stats(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%d events, %d bytes\nfrom %s to %s\n%d damaged parts\n",
			s.Events, s.Bytes, stamp(s.Earliest), stamp(s.Latest), s.Damaged)
		return err
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// auditRebuild asks for a usage index that is made anew from the audit store.
// The exporter does it, since it alone knows which sessions are those of
// functions and instances.
func auditRebuild(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := auditGroup(a).Command("rebuild", "Have the usage index of an account made anew from the audit store, by the exporter's next collection.")
	dir := c.Flag("data-dir", "The exporter's data_dir.").Required().ExistingDir()
	account := c.Flag("account", "Number of the AWS account.").Required().String()
	return c, func(_ context.Context, e *env) error {
		kept, err := store.Open(*dir)
		if err != nil {
			return fmt.Errorf("--data-dir: %w", err)
		}
		system := entitlement.System{Cloud: entitlement.AWS, ID: entitlement.SystemID(*account)}
		if err := kept.RequestRebuild(system); err != nil {
			return fmt.Errorf("--account: %w", err)
		}
		_, err = fmt.Fprintf(e.stdout, "the next collection of account %s makes its usage index anew from the audit store\n", *account)
		return err
	}
}

// auditGroup is the group of the commands about audit stores.
func auditGroup(a *kingpin.Application) *kingpin.CmdClause {
	if c := a.GetCommand("audit"); c != nil {
		return c
	}
	return a.Command("audit", "Audit stores.")
}
