package command_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/command"
	"github.com/leastward/leastward/internal/auditlog/starter"
	"github.com/leastward/leastward/internal/testkit"
)

var update = flag.Bool("update", false, "write the answers into docs/audit-queries.md")

// The examples of docs/audit-queries.md are what the program answers, on the
// public data that they are about.
func TestDocumentedAnswers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("asks some twenty questions, each of a store of its own")
	}
	events := testkit.SharedData(t, "cloudtrail", "invictus")
	path := filepath.Join(testkit.Root(), "docs", "audit-queries.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	got := regexp.MustCompile("(?ms)^```console\n\\$ exporter ([^\n]*)\n(.*?)^```$").ReplaceAllStringFunc(string(data), func(block string) string {
		count++
		_, line, _ := strings.Cut(strings.SplitN(block, "\n", 3)[1], "$ exporter ")
		return "```console\n$ exporter " + line + "\n" + answered(t, line, events) + "```"
	})
	if count < 10 {
		t.Errorf("%d examples", count)
	}
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(data), got); diff != "" {
		t.Errorf("run go test -run TestDocumentedAnswers ./exporter/internal/command -update and read the difference:\n%s", diff)
	}
}

// answered runs a command line and returns what it prints, the errors where it
// fails.
func answered(t *testing.T, line, events string) string {
	t.Helper()
	var args []string
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		arg := m[1] + m[2]
		if arg == "events" {
			arg = events
		}
		args = append(args, arg)
	}
	var stdout, stderr bytes.Buffer
	if code := command.Run(args, &stdout, &stderr); code != 0 {
		if stdout.Len() > 0 {
			t.Errorf("exporter %s failed and printed %s", line, &stdout)
		}
		return stderr.String()
	}
	if stderr.Len() > 0 {
		t.Errorf("exporter %s warned: %s", line, &stderr)
	}
	return stdout.String()
}

// The starter queries stand in the document as they ship.
func TestDocumentedStarters(t *testing.T) {
	path := filepath.Join(testkit.Root(), "docs", "audit-queries.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, d := range starter.Queries() {
		places := ""
		if len(d.Query.Clouds) > 0 {
			places = fmt.Sprintf(" (`--cloud %s`)", d.Query.Clouds[0])
		}
		fmt.Fprintf(&want, "`%s` %s%s:\n\n```query\n%s\n```\n\n", d.ID, d.Name, places, d.Query.String())
	}
	const begin, end = "<!-- starters -->\n", "<!-- end -->\n"
	before, rest, ok := strings.Cut(string(data), begin)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the document has no place for the starter queries")
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+want.String()+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want.String(), got); diff != "" {
		t.Errorf("run go test -run TestDocumentedStarters ./exporter/internal/command -update:\n%s", diff)
	}
}
