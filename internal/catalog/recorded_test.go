package catalog_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/testkit"
)

type record struct {
	EventSource, EventName, EventType string
}

// tally counts events by their mapping and fails for a call without one.
func tally(t *testing.T, records []record) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, r := range records {
		_, mapping := catalog.AWS().Permissions(catalog.Call{Source: r.EventSource, Name: r.EventName, EventType: r.EventType})
		counts[mapping.String()]++
		if mapping == catalog.Unmapped {
			t.Errorf("%s %s is a genuine call without a permission", r.EventSource, r.EventName)
		}
	}
	return counts
}

func TestRecordedCallsOfAnAccount(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "cloudtrail", "invictus", "CloudTrail"), "*.json"))
	if err != nil || len(paths) != 55 {
		t.Fatalf("found %d files (%v), want 55", len(paths), err)
	}
	var all []record
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Records []record }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatalf("decode %s: %v", path, err)
		}
		all = append(all, file.Records...)
	}
	// Without permission: 42 service events, 3 sign-ins, 15 GetCallerIdentity and
	// 4 GetStorageLensDashboardDataInternal.
	want := map[string]int{"mapped": 2836, "not_permission_bearing": 64}
	if diff := cmp.Diff(want, tally(t, all)); diff != "" {
		t.Errorf("mappings of %d events (-want +got):\n%s", len(all), diff)
	}
}

func TestRecordedLookups(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "cloudtrail", "plaso"), "*.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("found %d files (%v), want at least one", len(paths), err)
	}
	var all []record
	for _, path := range paths {
		all = append(all, lookups(t, path)...)
	}
	if diff := cmp.Diff(map[string]int{"mapped": 5, "not_permission_bearing": 1}, tally(t, all)); diff != "" {
		t.Errorf("mappings of %d events (-want +got):\n%s", len(all), diff)
	}
}

// lookups reads answers of LookupEvents: the event is a string of JSON.
func lookups(t *testing.T, path string) []record {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var out []record
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var outer struct{ CloudTrailEvent string }
		var r record
		if err := json.Unmarshal(lines.Bytes(), &outer); err != nil {
			t.Fatalf("decode %s: %v", path, err)
		}
		if err := json.Unmarshal([]byte(outer.CloudTrailEvent), &r); err != nil {
			t.Fatalf("decode an event of %s: %v", path, err)
		}
		out = append(out, r)
	}
	return out
}
