// Package command is the exporter's command line.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/promslog"
	promslogflag "github.com/prometheus/common/promslog/flag"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1 // What was asked for did not succeed.
	exitUsage = 2 // The command line is wrong.
)

// env is what every command works with.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	logger         *slog.Logger
}

// A command adds its flags to the application and returns what to run.
type command func(app *kingpin.Application) (clause *kingpin.CmdClause, run func(context.Context, *env) error)

func commands() []command {
	return []command{serve, analyze, can, whoCan, queryEvents, traceWay, auditIngest, auditStats, auditRebuild, reportRun, hashPassword}
}

// Run parses the arguments, without the program's name, runs the command and
// returns the process's exit code.
func Run(args []string, stdout, stderr io.Writer) int {
	app := kingpin.New("exporter", "Reads cloud entitlements and their use; publishes metrics, pages and reports.")
	app.HelpFlag.Short('h')
	app.Version(version()).VersionFlag.Help("Show the version.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	code := -1 // Set where kingpin itself would end the process: help, version.
	app.Terminate(func(c int) { code = c })
	logging := &promslog.Config{Writer: stderr}
	promslogflag.AddFlags(app, logging)
	runs := map[string]func(context.Context, *env) error{}
	for _, c := range commands() {
		clause, run := c(app)
		runs[clause.FullCommand()] = run
	}
	name, err := app.Parse(joinValues(args))
	switch {
	case code >= 0:
		return code
	case err != nil:
		_, _ = fmt.Fprintf(stderr, "exporter: %v; try --help\n", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return exitCode(runs[name](ctx, &env{stdin: os.Stdin, stdout: stdout, stderr: stderr, logger: promslog.New(logging)}), stderr)
}

// joinValues makes "--flag=-" of "--flag -", which kingpin does not take for a
// value, and "--context=@Resource[name]=x" of two arguments, of which it takes
// the second for the name of a file.
func joinValues(args []string) []string {
	var joined []string
	for i, arg := range args {
		if i > 0 && isValueOf(args[i-1], arg) {
			joined[len(joined)-1] += "=" + arg
			continue
		}
		joined = append(joined, arg)
	}
	return joined
}

func isValueOf(flag, arg string) bool {
	switch {
	case arg == "-":
		return strings.HasPrefix(flag, "--") && !strings.Contains(flag, "=")
	case strings.HasPrefix(arg, "@"):
		return flag == "--context" || flag == "--absent"
	}
	return false
}

func exitCode(err error, stderr io.Writer) int {
	status, own := errors.AsType[exitStatus](err)
	switch {
	case err == nil:
		return exitOK
	case own:
		return int(status)
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "exporter: interrupted")
		return exitError
	}
	_, _ = fmt.Fprintf(stderr, "exporter: %v\n", err)
	return exitError
}
