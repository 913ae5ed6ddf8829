package app_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/app"
	"github.com/leastward/leastward/exporter/internal/config"
)

// An audit store that cannot be opened ends the start with words, not with a
// panic: here something else is in its place, and another exporter has it.
func TestStoreThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	taken := startWith(t, oneAccount, map[string]string{"audit": "not a folder"})
	taken.write("exporter.yml", oneAccount+"\naudit: {store: {directory: audit}}\n")
	second := startWith(t, oneAccount, nil)
	t.Cleanup(second.run(time.Now))
	for name, dir := range map[string]string{"a file in its place": taken.dir, "used by another": second.dir} {
		file := filepath.Join(dir, "exporter.yml")
		cfg, err := config.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		err = app.Run(t.Context(), app.Options{ConfigFile: file, Config: cfg, Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
		if err == nil || !strings.Contains(err.Error(), "audit") {
			t.Errorf("%s: Run = %v, want an error about the audit store", name, err)
		}
	}
}
