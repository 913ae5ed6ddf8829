package embedded

import (
	"flag"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage"
	"github.com/VictoriaMetrics/VictoriaMetrics/lib/logger"
)

// horizon is how far from now the engine takes rows, both ways. The store's own
// retention lies within it, so the engine never drops a row on its own.
const horizon = 100 * 365 * day

// flushInterval is how long the engine keeps rows in memory unless a Sync comes:
// the longer, the fewer small parts it makes and merges.
const flushInterval = 5 * time.Second

// openEngine opens the engine's folder. Everything that it would end the process
// over has been looked at before.
func openEngine(path string, log *slog.Logger) *logstorage.Storage {
	setUpEngine().Store(log)
	return logstorage.MustOpenStorage(path, &logstorage.StorageConfig{
		Retention:       horizon,
		FutureRetention: horizon,
		FlushInterval:   flushInterval,
	})
}

// setUpEngine prepares what the engine has one of per process: its flags, which
// it wants parsed, and its log, which goes to the logger of the store that was
// opened last.
//
//nolint:gochecknoglobals // The engine's own settings are global.
var setUpEngine = sync.OnceValue(func() *atomic.Pointer[slog.Logger] {
	if !flag.Parsed() {
		_ = flag.CommandLine.Parse(nil) // No argument can be wrong.
	}
	_ = flag.Set("loggerLevel", "WARN") // Engine's flag, one of its values.
	w := &engineLog{}
	logger.SetOutputForTests(w)
	return &w.to
})

// engineLog hands the engine's log on to a logger.
type engineLog struct{ to atomic.Pointer[slog.Logger] }

// Write takes a line: time, level, place in the source and message, with tabs
// between them.
func (w *engineLog) Write(p []byte) (int, error) {
	log := w.to.Load()
	fields := strings.SplitN(strings.TrimSuffix(string(p), "\n"), "\t", 4)
	if len(fields) < 4 {
		log.Warn("audit store engine", "text", string(p))
		return len(p), nil
	}
	if fields[1] == "warn" {
		log.Warn("audit store engine", "text", fields[3], "place", fields[2])
	} else {
		log.Error("audit store engine", "text", fields[3], "place", fields[2])
	}
	return len(p), nil
}
