package audit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/testkit"
)

// Every command of docs/api.md works.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not here", program)
		}
	}
	f := start(t)
	f.fill(10)
	text, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d blocks of commands", len(blocks))
	}
	asked := ""
	for _, b := range blocks {
		asked += b[1]
		// An answer that is no success ends the script.
		script := "set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n" + b[1]
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
		cmd.Env = append(os.Environ(), "EXPORTER="+f.url, "TOKEN="+adminToken, "no_proxy=*")
		out, err := cmd.CombinedOutput()
		if err != nil || len(out) < 20 || strings.Contains(string(out), `{"error"`) {
			t.Errorf("%s\nanswers %v\n%s", b[1], err, out)
		}
	}
	for _, path := range []string{api.AuditQueryPath, api.AuditParsePath, api.AuditSavedPath, api.AuditTracePath, api.AuditEventsPath, api.AuditStatsPath} {
		if !strings.Contains(asked, path) {
			t.Errorf("no command asks %s", path)
		}
	}
}
