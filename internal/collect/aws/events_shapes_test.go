package aws_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
)

var update = flag.Bool("update", false, "write the expected parts of the archives in testdata")

func TestShapes(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "cloudtrail_shapes.txtar")
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var files []txtar.File
	for i, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".want") {
			continue
		}
		got := describe(t, bytes.TrimSuffix(f.Data, []byte("\n"))) // txtar wants it, a cut file has none.
		files = append(files, f, txtar.File{Name: f.Name + ".want", Data: []byte(got)})
		if *update {
			continue
		}
		if i+1 == len(archive.Files) || archive.Files[i+1].Name != f.Name+".want" {
			t.Errorf("%s has no expected part", f.Name)
		} else if diff := cmp.Diff(string(archive.Files[i+1].Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if *update {
		archive.Files = files
		if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// describe tells what a document becomes, a line for each event, count and
// problem.
func describe(t *testing.T, doc []byte) string {
	t.Helper()
	events, stats, problems := parseAll(t, doc, aws.EventOptions{})
	var b strings.Builder
	for i := range events {
		b.WriteString(oneLine(&events[i]))
	}
	fmt.Fprintf(&b, "in %d, parsed %d", stats.In, stats.Parsed)
	for _, counts := range []map[aws.Reason]int64{stats.Rejected, stats.Refused} {
		for _, r := range aws.Reasons() {
			if n := counts[r]; n > 0 {
				fmt.Fprintf(&b, ", %s %d", r, n)
			}
		}
	}
	b.WriteByte('\n')
	for _, p := range problems {
		b.WriteString("problem: " + p + "\n")
	}
	return b.String()
}

func oneLine(ev *auditlog.Event) string {
	id := ev.ID
	if len(id) > 12 {
		id = id[:12] + "…"
	}
	line := fmt.Sprintf("%s %s system=%s id=%s", id, ev.Time.Format("2006-01-02T15:04:05.999"), ev.System, ev.Identity)
	flags := map[string]bool{"readonly": ev.ReadOnly, "data": ev.DataEvent, "byservice": ev.ByService}
	values := map[string]string{
		"session": ev.Session, "key": string(ev.AccessKey), "invokedby": ev.InvokedBy, "name": ev.IdentityName,
		"error": ev.ErrorCode, "request": ev.RequestID,
	}
	var parts []string
	for k, v := range values {
		if v != "" {
			parts = append(parts, k+"="+v)
		}
	}
	for k, v := range flags {
		if v {
			parts = append(parts, k)
		}
	}
	for _, r := range ev.Resources {
		parts = append(parts, "resource="+string(r.ID)+"("+r.Type+")")
	}
	slices.Sort(parts)
	return fmt.Sprintf("%s %s %s %s mapping=%d %v\n", line, strings.Join(parts, " "), ev.Name, ev.Outcome, ev.Mapping, ev.Actions)
}
