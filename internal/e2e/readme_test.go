package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/testkit"
)

// blocks returns the code blocks of a section of the README.
func blocks(t *testing.T, heading string) []string {
	t.Helper()
	text := string(must(os.ReadFile(filepath.Join(testkit.Root(), "README.md")))(t))
	_, section, found := strings.Cut(text, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the README has no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, m := range regexp.MustCompile("(?s)```sh\n(.*?)\n```").FindAllStringSubmatch(section, -1) {
		all = append(all, m[1])
	}
	return all
}

// command prepares a line of the README to be run where its reader would: at
// the root of the repository.
func command(t *testing.T, line string) *exec.Cmd {
	t.Helper()
	words := strings.Fields(line)
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir = testkit.Root()
	return cmd
}

// The two commands of the README are all that a newcomer needs: the first is
// run here, and this test is part of what the second runs.
func TestREADMEStart(t *testing.T) { //nolint:paralleltest // It loads every core for a while.
	start := blocks(t, "Start")
	if diff := cmp.Diff([]string{"go tool mage demo", "go tool mage test"}, start); diff != "" {
		t.Fatalf("the section Start (-want +got):\n%s", diff)
	}
	targets := string(must(command(t, "go tool mage -l").CombinedOutput())(t))
	for _, block := range start {
		target := block[strings.LastIndexByte(block, ' ')+1:]
		if !regexp.MustCompile(`(?m)^\s+` + target + `\s`).MatchString(targets) {
			t.Errorf("mage has no target %s:\n%s", target, targets)
		}
	}
	if testing.Short() {
		t.Skip("the demo takes a minute")
	}
	for _, tool := range []string{"victoria-metrics", "vmalert", "alertmanager"} {
		testkit.Tool(t, tool) // The demo would build them, for minutes.
	}
	runDemo(t, start[0])
}

// The first taste: the README's command line on a newcomer's own export, which
// here is the sample organisation's.
func TestREADMEFirstTaste(t *testing.T) { //nolint:paralleltest // It loads every core for a while.
	if testing.Short() {
		t.Skip("builds the exporter")
	}
	dir := t.TempDir()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: tenant.MinSize, Until: time.Now()}); err != nil {
		t.Fatal(err)
	}
	details := must(filepath.Glob(filepath.Join(dir, "aws", "[0-9]*", "authorization-details.json")))(t)[0]
	logs := filepath.Join(dir, "aws", "cloudtrail", "AWSLogs", filepath.Base(filepath.Dir(details)))
	export, taste, _ := strings.Cut(blocks(t, "A first taste of your own account")[0], "\n")
	if export != "aws iam get-account-authorization-details > details.json" {
		t.Errorf("the export %q is not the one whose format the sample has", export)
	}
	for old, replacement := range map[string]string{" details.json": " " + details, " path/to/cloudtrail/": " " + logs} {
		if strings.Count(taste, old) != 1 {
			t.Fatalf("%q does not name %q once", taste, old)
		}
		taste = strings.Replace(taste, old, replacement, 1)
	}
	text := analyze(t, taste)
	for _, want := range []string{filepath.Base(filepath.Dir(details)), "PERMISSION CREEP INDEX", "COSTS MOST", "Inactive users", "WHAT THE LOGS CAN'T SHOW", " 0 unmapped"} {
		if !strings.Contains(text, want) {
			t.Errorf("what is printed has no %q:\n%s", want, text)
		}
	}
	checkSummary(t, analyze(t, taste+" --format json"))
}

// analyze runs a command line and returns what it printed.
func analyze(t *testing.T, line string) string {
	t.Helper()
	cmd := command(t, line)
	var problems strings.Builder
	cmd.Stderr = &problems
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", line, err, text, &problems)
	}
	return string(text)
}

func checkSummary(t *testing.T, text string) {
	t.Helper()
	var s struct {
		Events struct {
			In, Used, Denied, Unmapped, Rejected int
			NotBearing                           int `json:"not_permission_bearing"`
		}
		Identities int
		PCI        struct{ Value, Lower, Upper float64 }
		Findings   map[string]int
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	e := s.Events
	if e.In == 0 || e.In != e.Used+e.Denied+e.NotBearing+e.Unmapped+e.Rejected || e.Rejected > 0 {
		t.Errorf("events: %+v", e)
	}
	if p := s.PCI; p.Value <= 0 || p.Lower > p.Value || p.Value > p.Upper || p.Upper > 100 {
		t.Errorf("index: %+v", p)
	}
	if s.Identities < 20 || s.Findings["inactive_user"] == 0 || s.Findings["inactive_role"] == 0 {
		t.Errorf("%d identities, findings %v", s.Identities, s.Findings)
	}
}
