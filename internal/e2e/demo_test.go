package e2e_test

import (
	"bytes"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/testkit"
)

// demo is the demo while it runs.
type demo struct {
	t     *testing.T
	cmd   *exec.Cmd
	ended chan error
	tree  tree // Its processes, once all run.

	mu  sync.Mutex // Guards out: the demo writes while the test reads.
	out bytes.Buffer
}

func (d *demo) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.Write(p)
}

func (d *demo) output() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.out.String()
}

// runDemo runs the demo as at a terminal, looks at everything that it says to
// look at, and stops it with Ctrl-C.
func runDemo(t *testing.T, line string) {
	t.Helper()
	for pid, name := range processes(t, 1).using(filepath.Join(testkit.Root(), ".demo")) {
		t.Fatalf("a demo of this checkout runs already, in the folder that this test's would delete: stop process %d, %s", pid, name)
	}
	d := startDemo(t, line)
	testkit.Eventually(t, 10*time.Minute, "the demo says that the suite runs", func() bool {
		d.mustRun()
		return strings.Contains(d.output(), "The suite runs.") && strings.Contains(d.output(), "Ctrl-C.\n")
	})
	d.tree = processes(t, d.cmd.Process.Pid)
	if len(d.tree) < 6 { // mage and the five programs.
		t.Errorf("the demo is %d processes: %v", len(d.tree), d.tree)
	}
	urls := d.urls()
	for what, at := range urls {
		if status, text := at.call(http.MethodGet, "", ""); status != http.StatusOK {
			t.Errorf("%s, %s: %d %s", at.url, what, status, text)
		}
	}
	d.checkClouds(d.site("what the exporter read"))
	d.checkLoop(d.site("the alerts"), d.site("what the remediator would do"))
	d.checkAudit(d.site("the alerts"), d.site("what the exporter read"))
	d.stop()
	for what, at := range urls {
		if status, _ := at.call(http.MethodGet, "", ""); status != 0 {
			t.Errorf("%s still answers: %s", at.url, what)
		}
	}
}

// startDemo starts the demo in a process group of its own, as a shell does.
func startDemo(t *testing.T, line string) *demo {
	t.Helper()
	d := &demo{t: t, cmd: command(t, line), ended: make(chan error, 1)}
	d.cmd.Stdout, d.cmd.Stderr = d, d
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	d.cmd.WaitDelay = time.Minute // A child that outlives it must not hold the test.
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.cleanUp)
	go func() { d.ended <- d.cmd.Wait() }()
	return d
}

// mustRun fails the test if the demo has ended.
func (d *demo) mustRun() {
	d.t.Helper()
	select {
	case err := <-d.ended:
		d.ended <- err
		d.t.Fatalf("the demo ended: %v\n%s", err, d.output())
	default:
	}
}

// urls returns what the demo says to look at, by the words beside it.
func (d *demo) urls() map[string]site {
	d.t.Helper()
	all := map[string]site{}
	for _, m := range regexp.MustCompile(`(?m)^\s+(http://127\.0\.0\.1:\d+\S*)\s+(.*)$`).FindAllStringSubmatch(d.output(), -1) {
		all[m[2]] = site{t: d.t, url: m[1]}
	}
	if len(all) < 5 {
		d.t.Errorf("the demo prints %d addresses:\n%s", len(all), d.output())
	}
	return all
}

// site returns the one beside which such words stand.
func (d *demo) site(words string) site {
	d.t.Helper()
	for what, at := range d.urls() {
		if strings.HasPrefix(what, words) {
			at.url = strings.TrimSuffix(at.url, "/")
			return at
		}
	}
	d.t.Fatalf("the demo has no address beside %q:\n%s", words, d.output())
	return site{}
}

// checkClouds waits until systems of three clouds are online.
func (d *demo) checkClouds(exporter site) {
	d.t.Helper()
	testkit.Eventually(d.t, waitLimit, "two accounts, three subscriptions and three projects are online", func() bool {
		d.mustRun()
		var answer struct {
			Systems []struct{ Cloud, State string }
		}
		exporter.json("/api/v1/systems", &answer)
		online := map[string]int{}
		for _, s := range answer.Systems {
			if s.State == "online" {
				online[s.Cloud]++
			}
		}
		return online["aws"] == 2 && online["azure"] == 3 && online["gcp"] == 3
	})
}

// checkLoop waits for alerts about inactive users, and for dry runs that answer
// them.
func (d *demo) checkLoop(alerts, remediator site) {
	d.t.Helper()
	testkit.Eventually(d.t, waitLimit, "Alertmanager has an alert about an inactive user", func() bool {
		d.mustRun()
		return strings.Contains(alerts.get("/api/v2/alerts"), "CiemInactiveUser")
	})
	testkit.Eventually(d.t, waitLimit, "the remediator has planned in dry run", func() bool {
		d.mustRun()
		var list struct{ Runs []runInfo }
		remediator.json("/api/v1/runs?state=dry_run_done", &list)
		return len(list.Runs) > 0
	})
	var list struct{ Runs []runInfo }
	remediator.json("/api/v1/runs", &list)
	for _, r := range list.Runs {
		if r.Mode != "dry_run" {
			d.t.Errorf("run %s has mode %s", r.ID, r.Mode)
		}
	}
}

// checkAudit waits for alerts of triggers, and for what the remediator did in
// the audit store.
func (d *demo) checkAudit(alerts, exporter site) {
	d.t.Helper()
	testkit.Eventually(d.t, waitLimit, "Alertmanager has an alert of each trigger that is enabled", func() bool {
		d.mustRun()
		text := alerts.get("/api/v2/alerts?filter=alertname%3DCiemActivityTriggerMatched")
		for _, name := range []string{"a1-emergency-access", "a2-critical-resources", "a6-root-user", "a12-permission-assignment"} {
			if !strings.Contains(text, `"trigger":"`+name+`"`) {
				return false
			}
		}
		return true
	})
	testkit.Eventually(d.t, waitLimit, "the audit store has the remediator's plans", func() bool {
		return strings.Contains(exporter.get("/api/v1/audit/query?saved=q6"), "leastward:MakePlan")
	})
}

// stop presses Ctrl-C: the terminal sends SIGINT to the whole group.
func (d *demo) stop() {
	d.t.Helper()
	if err := syscall.Kill(-d.cmd.Process.Pid, syscall.SIGINT); err != nil {
		d.t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		d.ended <- err
		if err != nil {
			d.t.Errorf("the demo ended: %v\n%s", err, d.output())
		}
	case <-time.After(30 * time.Second):
		d.t.Fatalf("the demo goes on after Ctrl-C:\n%s", d.output())
	}
	if left := d.tree.alive(d.t); len(left) > 0 {
		d.t.Errorf("the demo left processes behind: %v\n%s", left, d.output())
	}
}

// cleanUp ends what a failed test has left.
func (d *demo) cleanUp() {
	all := d.tree
	if all == nil {
		all = processes(d.t, d.cmd.Process.Pid)
	}
	for pid := range all.alive(d.t) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = d.cmd.Process.Kill()
}
