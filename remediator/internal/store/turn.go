package store

import (
	"context"
	"sync"
	"time"
)

// patience is how long ordinary transactions let urgent ones go first.
const patience = 250 * time.Millisecond

// turn lets urgent transactions go before the ordinary ones that wait for the
// only connection with them.
type turn struct {
	mu     sync.Mutex // Guards what follows.
	urgent int        // How many are at it or wait.
	none   chan struct{}
}

// enter announces an urgent transaction; call leave when it is over.
func (t *turn) enter() (leave func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.urgent++; t.urgent == 1 {
		t.none = make(chan struct{})
	}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.urgent--; t.urgent == 0 {
			close(t.none)
		}
	}
}

// yield waits until no urgent transaction is at it, or patience ends.
func (t *turn) yield(ctx context.Context) {
	t.mu.Lock()
	waiting, none := t.urgent > 0, t.none
	t.mu.Unlock()
	if !waiting {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-none:
	case <-timer.C:
	case <-ctx.Done():
	}
}
