package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An answer in which there is nothing has an empty list, not none: programs go
// through it.
func TestQueryAnswersWithNothing(t *testing.T) {
	t.Parallel()
	trail := filepath.Join(t.TempDir(), "trail.json")
	if err := os.WriteFile(trail, []byte(`{"Records":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text, inner string
		want        []string
	}{
		{"username:nobody", "", []string{"events"}},
		{"username:nobody | count by username", "groups", []string{"rows"}},
		{"username:nobody | series 1h by username", "series", []string{"lines"}},
	} {
		code, out, errs := run("query", c.text, "--aws.cloudtrail", trail, "--format", "json", "--from", "2026-01-01", "--to", "2026-01-02")
		if code != 0 {
			t.Fatalf("%s: %d %s", c.text, code, errs)
		}
		var answer map[string]json.RawMessage
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatal(err)
		}
		if c.inner != "" {
			inner := answer[c.inner]
			answer = nil
			if err := json.Unmarshal(inner, &answer); err != nil {
				t.Fatal(err)
			}
		}
		var lists []string
		for name, value := range answer {
			if string(value) == "[]" {
				lists = append(lists, name)
			}
		}
		if diff := cmp.Diff(c.want, lists); diff != "" {
			t.Errorf("%s: empty lists (-want +got):\n%s\n%s", c.text, diff, out)
		}
	}
}
