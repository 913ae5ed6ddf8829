// Package dashboards_test holds the dashboards against what they speak of: the
// builders, Grafana's model, the exporter's tables, the language of audit
// queries, the metrics.
package dashboards_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/dashboards/internal/board"
	"github.com/leastward/leastward/dashboards/internal/grafana"
)

// dashboards reads the committed files.
func dashboards(t *testing.T) []grafana.Dashboard {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("json", "*.json"))
	if err != nil || len(paths) != 10 {
		t.Fatalf("%d dashboards, %v; want 10", len(paths), err)
	}
	out := make([]grafana.Dashboard, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&out[i]); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if filepath.Base(path) != out[i].UID+".json" {
			t.Errorf("%s has the uid %s", path, out[i].UID)
		}
	}
	return out
}

func TestFilesAreWhatTheBuildersMake(t *testing.T) {
	t.Parallel()
	files, err := board.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dashboards(t) {
		have, err := os.ReadFile(filepath.Join("json", d.UID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, files[d.UID+".json"]) {
			t.Errorf("%s is out of date; run `go run ./dashboards/gen`", d.UID)
		}
		delete(files, d.UID+".json")
	}
	for name := range files {
		t.Errorf("%s was not written", name)
	}
}

func TestDashboardsAreComplete(t *testing.T) {
	t.Parallel()
	titles := map[string]bool{}
	for _, d := range dashboards(t) {
		switch {
		case !strings.HasPrefix(d.UID, "leastward-") || len(d.UID) > 40:
			t.Errorf("%s: the uid is not leastward-…, or too long", d.UID)
		case d.Title == "" || titles[d.Title] || d.Description == "":
			t.Errorf("%s: the title is empty or not its own, or there is no description", d.UID)
		case d.Editable || d.Timezone != "browser" || d.SchemaVersion != grafana.SchemaVersion || d.Refresh == "" || d.Time.To != "now":
			t.Errorf("%s: editable %v, time zone %s, version %d, refresh %q, range to %q", d.UID, d.Editable, d.Timezone, d.SchemaVersion, d.Refresh, d.Time.To)
		case len(d.Tags) == 0 || d.Tags[0] != "leastward" || len(d.Links) == 0 || len(d.Panels) < 8:
			t.Errorf("%s: tags %v, %d links, %d panels", d.UID, d.Tags, len(d.Links), len(d.Panels))
		}
		titles[d.Title] = true
	}
}
