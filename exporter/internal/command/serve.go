package command

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/app"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/exporter/internal/source"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/run"
	"github.com/leastward/leastward/internal/state"
)

// serve is the daemon, the default command.
func serve(a *kingpin.Application) (*kingpin.CmdClause, func(context.Context, *env) error) {
	c := a.Command("serve", "Collect on a timer and serve metrics, pages and the API.").Default()
	file := c.Flag("config.file", "Configuration file.").Default("exporter.yml").String()
	check := c.Flag("config.check", "Check the configuration file and exit.").Bool()
	health := c.Flag("health.check", "Ask the exporter that listens at --web.listen-address whether it is alive, and exit: for containers.").Bool()
	address := c.Flag("web.listen-address", "Address to listen on.").Default("127.0.0.1:9186").String()
	web := c.Flag("web.config.file", "TLS and authentication, in the format of the Prometheus exporter toolkit.").String()
	open := c.Flag("web.allow-unauthenticated", "Listen beyond this machine without authentication.").Bool()
	hosts := c.Flag("web.external-host", "Further name by which requests may call a listener on loopback without authentication; may be repeated.").Strings()
	return c, func(ctx context.Context, e *env) error {
		if *health {
			return run.CheckHealth(ctx, *address, *web)
		}
		cfg, err := config.Load(*file)
		if err != nil {
			return err
		}
		if *check {
			systems, err := found(ctx, cfg, e.logger)
			if err != nil {
				return fmt.Errorf("%s: %w", *file, err)
			}
			if _, err := state.ReadDefinitions(cfg.Audit.Queries...); err != nil {
				return fmt.Errorf("%s: audit.queries: %w", *file, err)
			}
			_, err = fmt.Fprintf(e.stdout, "%s is valid: %s, %d scheduled reports\n", *file, systems, len(cfg.Reports))
			return err
		}
		if err := run.CheckListen(*address, *web, *open); err != nil {
			return err
		}
		return app.Run(ctx, app.Options{
			ConfigFile: *file, Config: cfg, Address: *address, WebConfigFile: *web, Hosts: *hosts,
			Version: version(), Logger: e.logger,
		})
	}
}

// discovered says whose systems are found while the exporter runs.
func discovered(cfg *config.Config) string {
	var clouds []string
	for _, s := range cfg.Sections() {
		if s.Live != nil && s.Mode != config.OnboardListed {
			clouds = append(clouds, string(s.Cloud))
		}
	}
	if len(clouds) == 0 {
		return ""
	}
	return " and those of " + strings.Join(clouds, " and ") + " that are discovered"
}

// found says how many systems of each cloud a configuration has.
func found(ctx context.Context, cfg *config.Config, logger *slog.Logger) (string, error) {
	roster, err := onboard.New(onboard.Options{Logger: logger}) // Empty: a check asks no cloud.
	if err != nil {
		return "", err
	}
	sources, err := source.Sources(ctx, source.Options{Accounts: cfg.AWS.Accounts, Sections: cfg.Sections(), Roster: roster, Logger: logger})
	if err != nil {
		return "", err
	}
	counts := map[entitlement.Cloud]int{}
	for _, s := range sources {
		counts[s.System().Cloud]++
	}
	text := fmt.Sprintf("%d AWS accounts", counts[entitlement.AWS])
	if cfg.Azure.Section().Given() {
		text += fmt.Sprintf(", %d Azure subscriptions", counts[entitlement.Azure])
	}
	if cfg.GCP.Section().Given() {
		text += fmt.Sprintf(", %d Google Cloud projects", counts[entitlement.GCP])
	}
	return text + discovered(cfg), nil
}
