// Package embedded is the audit store of one machine: VictoriaLogs' engine in
// process, over a directory.
package embedded

import (
	_ "github.com/VictoriaMetrics/VictoriaLogs/lib/logstorage" // Opened by Open.
	_ "github.com/VictoriaMetrics/VictoriaMetrics/lib/logger"  // Its log.
)
