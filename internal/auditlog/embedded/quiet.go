package embedded

import _ "github.com/leastward/leastward/internal/auditlog/embedded/quiet" // Before the engine's libraries begin.
