package deliver_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/report/deliver"
)

func TestDirectoryReplacesWholeFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	router := deliver.Router{Directory: deliver.Directory{}}
	for _, content := range []string{"first", "second"} {
		m := &deliver.Message{Files: []deliver.File{{Name: "par.pdf", Data: []byte(content)}}}
		if err := router.Deliver(t.Context(), "dir:"+dir, m); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "par.pdf"))
		if err != nil || string(got) != content {
			t.Errorf("got %q, %v; want %q", got, err, content)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %d entries, %v; want the file alone", len(entries), err)
	}
}

func TestDirectoryErrors(t *testing.T) {
	t.Parallel()
	escape := &deliver.Message{Files: []deliver.File{{Name: "../par.pdf"}}}
	if err := (deliver.Directory{}).Deliver(t.Context(), t.TempDir(), escape); !deliver.IsPermanent(err) {
		t.Errorf("a name with a path: got %v, want a permanent error", err)
	}
	plain := &deliver.Message{Files: []deliver.File{{Name: "par.pdf"}}}
	missing := filepath.Join(t.TempDir(), "missing")
	if err := (deliver.Directory{}).Deliver(t.Context(), missing, plain); err == nil || deliver.IsPermanent(err) {
		t.Errorf("a missing directory: got %v, want a temporary error", err)
	}
}

func TestParseRecipient(t *testing.T) {
	t.Parallel()
	tests := map[string][3]string{
		"mailto:ops@example.org":       {"mailto", "ops@example.org", ""},
		"mailto:Ops <ops@example.org>": {"mailto", "ops@example.org", ""},
		"dir:/var/reports/":            {"dir", "/var/reports", ""},
		"dir:reports":                  {"", "", `recipient "dir:reports": the directory must be an absolute path`},
		"ops@example.org":              {"", "", `recipient "ops@example.org": it does not begin with mailto: or dir: as it must`},
		"mailto:ops":                   {"", "", `recipient "mailto:ops": mail: missing '@' or angle-addr`},
	}
	for in, want := range tests {
		scheme, address, err := deliver.ParseRecipient(in)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if diff := cmp.Diff(want, [3]string{scheme, address, text}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
	err := deliver.Router{}.Deliver(t.Context(), "nobody", &deliver.Message{})
	if !deliver.IsPermanent(err) {
		t.Errorf("got %v, want a permanent error", err)
	}
}
