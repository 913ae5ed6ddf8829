package reports

import (
	"context"
	"errors"
	"time"
)

// ErrBusy means that other reports are being made, and that as many wait as may.
var ErrBusy = errors.New("other reports are being made; ask again")

// Gate lets one report be made at a time, for each may take much memory.
type Gate struct {
	turn     chan struct{} // Holds who makes one.
	waiting  chan struct{} // Holds who makes one or waits.
	patience time.Duration
}

// NewGate returns a gate before which as many may wait, each as long as patience.
func NewGate(waiting int, patience time.Duration) *Gate {
	return &Gate{turn: make(chan struct{}, 1), waiting: make(chan struct{}, waiting+1), patience: patience}
}

// Enter returns when it is the caller's turn; call leave at the end. The error
// is [ErrBusy], or that of the context.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.waiting <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	timer := time.NewTimer(g.patience)
	defer timer.Stop()
	select {
	case g.turn <- struct{}{}:
		return func() { <-g.turn; <-g.waiting }, nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-timer.C:
		err = ErrBusy
	}
	<-g.waiting
	return nil, err
}
