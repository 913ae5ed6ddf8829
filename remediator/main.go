// Command remediator answers alerts with playbooks that change clouds. It is
// the only program of the suite with writing credentials, and by default a
// playbook only plans.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
	"github.com/prometheus/common/version"

	lifecycle "github.com/leastward/leastward/internal/run"
	"github.com/leastward/leastward/remediator/internal/app"
	"github.com/leastward/leastward/remediator/internal/config"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1 // A wrong configuration, or a fault while running.
	exitUsage = 2 // The command line is wrong.
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	var o app.Options
	cli := kingpin.New("remediator", "Answers Alertmanager's alerts with playbooks: plans, and once approved carries out, changes of cloud entitlements.")
	cli.HelpFlag.Short('h')
	cli.Version(version.Print("leastward-remediator")).VersionFlag.Help("Show the version.")
	cli.UsageWriter(stdout).ErrorWriter(stderr)
	code := -1 // Set where kingpin itself would end the process: help, version.
	cli.Terminate(func(c int) { code = c })
	cli.Flag("config.file", "Configuration file.").Default("remediator.yml").StringVar(&o.ConfigFile)
	check := cli.Flag("config.check", "Check the configuration file and exit.").Bool()
	health := cli.Flag("health.check", "Ask the remediator that listens at --web.listen-address whether it is alive, and exit: for containers.").Bool()
	cli.Flag("web.listen-address", "Address to listen on.").Default("127.0.0.1:9187").StringVar(&o.ListenAddress)
	cli.Flag("web.config.file", "File with TLS and authentication settings of the listener, see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md.").StringVar(&o.WebConfigFile)
	cli.Flag("web.allow-unauthenticated", "Listen on an address that other machines reach, without authentication.").BoolVar(&o.AllowUnauthenticated)
	cli.Flag("web.external-host", "Further name by which requests may call a listener on loopback without authentication; may be repeated.").StringsVar(&o.Hosts)
	logging := &promslog.Config{Writer: stderr}
	promslogflag.AddFlags(cli, logging)
	_, err := cli.Parse(args)
	switch {
	case code >= 0:
		return code
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "remediator: %v; try --help\n", err)
		return exitUsage
	case *check:
		return checkConfig(o.ConfigFile, stdout, stderr)
	case *health:
		return exit(lifecycle.CheckHealth(context.Background(), o.ListenAddress, o.WebConfigFile), stderr)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	o.Reload, o.Logger = reload, promslog.New(logging)
	return exit(app.Run(ctx, o), stderr)
}

func checkConfig(path string, stdout, stderr io.Writer) int {
	if _, err := config.Load(path); err != nil {
		return exit(err, stderr)
	}
	_, _ = fmt.Fprintf(stdout, "%s is valid\n", path)
	return exitOK
}

func exit(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintf(stderr, "remediator: %v\n", err)
	return exitError
}
