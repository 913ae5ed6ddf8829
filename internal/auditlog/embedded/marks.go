package embedded

import (
	"sync"

	"github.com/leastward/leastward/internal/auditlog"
)

// marks is the latest batch that was added, and the latest that is on disk.
type marks struct {
	mu            sync.Mutex // Guards what follows.
	added, synced auditlog.Mark
}

func (m *marks) add(n auditlog.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.added = m.added.Later(n)
}

// sync notes that everything that was added is on disk.
func (m *marks) sync() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.synced = m.added
}

// Mark returns a mark of the latest batch that Sync has secured since Open.
func (s *Store) Mark() auditlog.Mark {
	s.marks.mu.Lock()
	defer s.marks.mu.Unlock()
	return s.marks.synced
}
