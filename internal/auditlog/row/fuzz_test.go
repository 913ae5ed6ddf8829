package row_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// FuzzDecode: whatever a row holds, Decode ends, and what it returns is what
// comes back after another encoding.
func FuzzDecode(f *testing.F) {
	f.Add("2026-03-01T00:00:00Z", "actions", `["a","b"]`, "resources", `["x","y"]`)
	f.Add("2026-03-01T00:00:00.123456789+01:00", "mapping", "none", "resource_type", "t")
	f.Add("", "read_only", "false", "issueds", `[]`)
	f.Add("0001-01-01T00:00:00Z", "issueds", `["<\u2028>","é"]`, "_msg", "m")
	f.Fuzz(func(t *testing.T, at, name1, value1, name2, value2 string) {
		ev, err := row.Decode(auditlog.Row{{Name: "_time", Value: at}, {Name: name1, Value: value1}, {Name: name2, Value: value2}})
		if err != nil {
			return
		}
		if y := ev.Time.Year(); y < 0 || y > 9999 {
			return // RFC 3339 has four digits; a zone can lead out of them.
		}
		if len(ev.Actions) == 1 && ev.Actions[0] == "" || len(ev.Issued) == 1 && ev.Issued[0] == "" ||
			len(ev.Resources) == 1 && ev.Resources[0] == (auditlog.Resource{}) {
			return // What no event has is not kept.
		}
		again, err := row.Decode(row.NewEncoder(nil).Append(nil, &ev))
		if err != nil {
			t.Fatalf("decode what was encoded: %v", err)
		}
		if diff := cmp.Diff(ev, again, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("another encoding (-first +second):\n%s", diff)
		}
	})
}
