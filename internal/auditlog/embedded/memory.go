package embedded

import "github.com/VictoriaMetrics/VictoriaMetrics/lib/memory"

// idBytes is about what an id takes in memory.
const idBytes = 40

// defaultMaxIDs returns how many ids are kept in a process that may use so much
// memory.
func defaultMaxIDs(limit int) int {
	return min(max(limit/8/idBytes, 1_000_000), 20_000_000)
}

// memoryLimit returns how many bytes the process may use: the machine's memory,
// or what the control group leaves of it.
func memoryLimit() int {
	setUpEngine() // Parses the flags, which that wants.
	return memory.Allowed() + memory.Remaining()
}
