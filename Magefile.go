//go:build mage

// The build of the suite. Run it as `go tool mage <target>`; nothing but Go
// (and, for the emulator that tests use, Python 3) has to be installed first.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/build"
	"github.com/magefile/mage/mg"
	"github.com/magefile/mage/sh"

	"github.com/leastward/leastward/internal/demo"
)

const (
	toolsDir    = "bin/tools"
	toolsMod    = ".ci/tools.mod"
	pluginDir   = "datasource"
	motoDir     = ".cache/moto"
	npmDir      = ".cache/npm"
	npmManifest = ".ci/npm"
	motoRequire = "moto[server,iam,s3,ec2,awslambda,organizations]==5.2.5"
	duckDir     = ".cache/duckdb"
	duckRequire = "duckdb==2.0.1"
)

// Build compiles the programs into bin.
func Build() error {
	return sh.RunV("go", "build", "-o", "bin/", "./exporter", "./remediator")
}

// Plugin builds the Grafana plugin for this machine into datasource/dist: what
// Grafana loads as leastward-ciem-datasource.
func Plugin() error {
	mg.SerialDeps(Modules)
	return inPlugin(func() error {
		return errors.Join(sh.RunV("npm", "run", "--silent", "build"), build.Build{}.Custom(runtime.GOOS, runtime.GOARCH))
	})
}

// PluginAll builds the plugin for every platform that Grafana runs on.
func PluginAll() error {
	mg.SerialDeps(Modules)
	return inPlugin(func() error {
		if err := sh.RunV("npm", "run", "--silent", "build"); err != nil {
			return err
		}
		build.BuildAll()
		return nil
	})
}

// inPlugin runs f in the plugin's folder, where the SDK's build expects to be.
func inPlugin(f func() error) (err error) {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(pluginDir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Chdir(root)) }()
	return f()
}

// Demo starts the whole suite on loopback over a sample tenant, until Ctrl-C.
func Demo(ctx context.Context) error {
	mg.SerialDeps(Tools, Build)
	o := demo.Options{
		Bin: "bin", Tools: toolsDir, Rules: "alert-rules", Dir: ".demo", Out: os.Stdout, Now: time.Now,
		Grafana: demo.FindGrafana(ctx), Plugin: filepath.Join(pluginDir, "dist"), Dashboards: "dashboards", Provisioning: "provisioning",
	}
	if o.Grafana != nil {
		mg.SerialDeps(Plugin)
	}
	return demo.Run(ctx, o)
}

// Test runs lint, the checks of generated files, the tests of the plugin's front
// end, and every Go test with the race detector: unit, integration and end to
// end.
func Test() error {
	mg.SerialDeps(Tools, Motoserver, Packages, Verify, Lint, Frontend)
	return sh.RunV("go", "test", "-race", "-timeout", "20m", "./...")
}

// Lint runs the linters and go vet. The linters' cache is the work tree's own:
// a shared one holds the paths of whichever tree was linted before, which the
// exclusions then don't match.
func Lint() error {
	cache, err := filepath.Abs(".cache/golangci-lint")
	if err != nil {
		return err
	}
	env := map[string]string{"GOLANGCI_LINT_CACHE": cache}
	return errors.Join(
		sh.RunWithV(env, filepath.Join(toolsDir, "golangci-lint"), "run", "./..."),
		sh.RunV("go", "vet", "./..."),
		sh.RunV("go", "vet", "-tags", "mage", "."),
	)
}

// Frontend checks and tests the plugin's front end: types, linters, components,
// and the built editors in a headless browser where there is one.
func Frontend() error {
	mg.SerialDeps(Modules)
	return inPlugin(func() error {
		for _, script := range []string{"typecheck", "lint", "test", "build"} {
			if err := sh.RunV("npm", "run", "--silent", script); err != nil {
				return fmt.Errorf("npm run %s: %w", script, err)
			}
		}
		if _, err := exec.LookPath("chromium"); err != nil {
			fmt.Println("without the editors in a browser: there is no chromium")
			return nil
		}
		return sh.RunV("npm", "run", "--silent", "host")
	})
}

// generators make every generated file of the repository. Each has a -check
// flag that compares instead of writing.
func generators() [][]string {
	return [][]string{
		{"run", "./internal/catalog/gen"},
		{"run", "./internal/metric/gen"},
		{"run", "./exporter/internal/tables/gen"},
		{"run", "./dashboards/gen"},
	}
}

// Generate makes the generated files anew.
func Generate() error {
	for _, g := range generators() {
		if err := sh.RunV("go", g...); err != nil {
			return err
		}
	}
	return nil
}

// Verify makes the generated files anew and compares them with the committed
// ones.
func Verify() error {
	for _, g := range generators() {
		if err := sh.RunV("go", append(g, "-check")...); err != nil {
			return fmt.Errorf("%w: run `go tool mage generate` and commit what changes", err)
		}
	}
	return nil
}

// bench is one measurement of docs/benchmarks.md.
type bench struct{ what, pkg, pattern, times string }

func benches() []bench {
	return []bench{
		{"exposition, beside promhttp's constant metrics (goal: 1/100 of its time at 1 M series)", "./internal/metric", "Exposition", "3x"},
		{"CloudTrail .json.gz, beside encoding/json", "./internal/collect/aws", "Events", "1s"},
		{"logs of Azure by shape, one core", "./internal/collect/azure", "ParseEvents", "1s"},
		{"logs of Google Cloud by shape, one core", "./internal/collect/gcp", "Events", "1s"},
		{"usage index", "./internal/usage", "Add|Crowd", "1x"},
		{"decisions, beside @cloud-copilot/iam-simulate (goal: 1,000 times its rate)", "./internal/policy/aws", "Decide/", "2s"},
		{"compilation of policies", "./internal/policy/aws", "Compile$", "2s"},
		{"evaluation of generated policies (goal: 100,000 identities with 10 policies each in 10 s and 1 GiB)", "./internal/policy/aws", "Access", "1x"},
		{"access on Azure (goal: 100,000 identities in 10 s)", "./internal/policy/azure", "Access100k", "1x"},
		{"access on Google Cloud (goal: 100,000 identities in 10 s)", "./internal/policy/gcp", "Access100k", "1x"},
		{"decisions on Azure", "./internal/policy/azure", "Decide", "1s"},
		{"decisions on Google Cloud", "./internal/policy/gcp", "Decide", "1s"},
		{"answers of can --batch, three clouds", "./exporter/internal/ask", "Batch$", "1s"},
		{"privilege escalation", "./internal/policy/aws/escalation", "Find", "1x"},
		{"privilege escalation on Google Cloud", "./internal/policy/gcp/escalation", "Find", "1x"},
		{"assessment on Azure", "./internal/assess/azure", "Assess", "1x"},
		{"assessment on Google Cloud", "./internal/assess/gcp", "Assess", "1x"},
		{"collection and assessment of the sample tenant", "./exporter/internal/source", "Tenant", "1x"},
		{"Permission Creep Index", "./internal/creep", ".", "1s"},
		{"reports (goal: 100 pages of PDF in 2 s and 256 MiB)", "./internal/report/pdf", "PDF", "3x"},
		{"tables of 60,000 identities", "./exporter/internal/tables/entitle", "Tables", "3x"},
		{"findings", "./exporter/internal/tables/found", "Tables", "3x"},
		{"history of the index", "./exporter/internal/tables/creeping", "Tables", "3x"},
		{"reports of a crowd", "./exporter/internal/reports", "Reports", "1x"},
		{"size of the plugin's front end", "./datasource", "Bundle", "1x"},
		{"rows to frames", "./datasource/pkg/frames", ".", "1s"},
		{"queries of every dashboard (LEASTWARD_BENCH_IDENTITIES=60000 for a large tenant)", "./datasource/pkg/plugin", "Dashboards", "10x"},
		{"webhook burst (goal: 99 of 100 alerts of 1,000 acknowledged in 50 ms)", "./remediator/internal/webhook", "Burst", "1x"},
	}
}

// Bench measures what docs/benchmarks.md reports, each beside its peer where it
// has one.
func Bench() error {
	if err := Packages(); err != nil {
		fmt.Println("without the peer that comes from npm:", err)
	}
	if err := Plugin(); err != nil {
		fmt.Println("without the size of the plugin:", err)
	}
	var errs []error
	for _, b := range benches() {
		fmt.Printf("\n== %s\n", b.what)
		errs = append(errs, sh.RunV("go", "test", "-run", "^$", "-bench", b.pattern, "-benchtime", b.times, "-benchmem", "-timeout", "30m", b.pkg))
	}
	return errors.Join(append(errs, BenchAudit())...)
}

// BenchAudit measures the audit store beside VictoriaLogs and DuckDB, on 1 and
// 10 million events: a quarter of an hour and some 10 GB in .cache/bench.
// LEASTWARD_BENCH_EVENTS names other numbers, separated by commas.
func BenchAudit() error {
	mg.SerialDeps(Tools)
	if err := python(duckDir, duckRequire); err != nil {
		fmt.Println("without the peer that comes from pip:", err)
	}
	numbers := cmp.Or(os.Getenv("LEASTWARD_BENCH_EVENTS"), "1000000,10000000")
	var errs []error
	for n := range strings.SplitSeq(numbers, ",") {
		fmt.Printf("\n== audit store, %s events\n", n)
		errs = append(errs, sh.RunV("go", "run", "./internal/auditlog/bench", "-events", n))
	}
	return errors.Join(errs...)
}

// Tools builds the pinned tools into bin/tools: the linters, VictoriaMetrics,
// VictoriaLogs, vmalert, Alertmanager and Helm.
func Tools() error {
	if fresh(filepath.Join(toolsDir, ".stamp"), toolsMod) {
		return nil
	}
	fmt.Println("building the pinned tools, a few minutes the first time")
	if err := os.MkdirAll(toolsDir, 0o755); err != nil {
		return err
	}
	if err := sh.RunV("go", "build", "-modfile", toolsMod, "-o", toolsDir+"/", "tool"); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(toolsDir, ".stamp"), nil, 0o644)
}

// Motoserver installs the AWS emulator that the tests run against.
func Motoserver() error { return python(motoDir, motoRequire) }

// python installs a package into a directory of its own, unless it is there.
func python(dir, require string) error {
	stamp := filepath.Join(dir, ".stamp")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == require {
		return nil
	}
	if err := sh.RunV("python3", "-m", "venv", dir); err != nil {
		return err
	}
	if err := sh.RunV(filepath.Join(dir, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", require); err != nil {
		return err
	}
	return os.WriteFile(stamp, []byte(require), 0o644)
}

// Packages installs the npm packages that tests read and benchmarks run beside
// ours, as the lock file pins them.
func Packages() error {
	lock := filepath.Join(npmManifest, "package-lock.json")
	if fresh(filepath.Join(npmDir, ".stamp"), lock) {
		return nil
	}
	if err := os.MkdirAll(npmDir, 0o755); err != nil {
		return err
	}
	for _, f := range []string{"package.json", "package-lock.json"} {
		if err := sh.Copy(filepath.Join(npmDir, f), filepath.Join(npmManifest, f)); err != nil {
			return err
		}
	}
	if err := sh.RunV("npm", "ci", "--prefix", npmDir, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"); err != nil {
		return fmt.Errorf("install the npm packages of %s (is npm installed and the registry reachable?): %w", npmManifest, err)
	}
	return os.WriteFile(filepath.Join(npmDir, ".stamp"), nil, 0o644)
}

// Modules installs the npm packages of the plugin, as its lock file pins them.
func Modules() error {
	stamp := filepath.Join(pluginDir, "node_modules", ".stamp")
	if fresh(stamp, filepath.Join(pluginDir, "package-lock.json")) {
		return nil
	}
	if err := sh.RunV("npm", "ci", "--prefix", pluginDir, "--no-audit", "--no-fund", "--silent"); err != nil {
		return fmt.Errorf("install the npm packages of %s (is npm installed and the registry reachable?): %w", pluginDir, err)
	}
	return os.WriteFile(stamp, nil, 0o644)
}

// fresh reports whether target is newer than what it is made from.
func fresh(target, source string) bool {
	t, err := os.Stat(target)
	if err != nil {
		return false
	}
	s, err := os.Stat(source)
	return err == nil && t.ModTime().After(s.ModTime())
}

// Clean removes everything that the other targets made.
func Clean() error {
	_, err := exec.LookPath("go")
	return errors.Join(err, sh.Rm("bin"), sh.Rm(".demo"), sh.Rm(".cache"),
		sh.Rm(filepath.Join(pluginDir, "dist")), sh.Rm(filepath.Join(pluginDir, "node_modules")))
}
