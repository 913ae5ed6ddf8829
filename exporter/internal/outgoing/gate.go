// Package outgoing makes files and sends them: one at a time, for each may take
// much memory, and from the disk, so that a slow reader holds up nobody.
package outgoing

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// ErrBusy means that other files and reports are being made, and that as many wait as may.
var ErrBusy = errors.New("other files and reports are being made; ask again")

// Gate lets one file or report be made at a time, for each may take much memory.
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
	ctx, cancel := context.WithTimeoutCause(ctx, g.patience, ErrBusy)
	defer cancel()
	begun, err := g.Wait(ctx)
	if err != nil {
		<-g.waiting
		return nil, err
	}
	return func() { begun(); <-g.waiting }, nil
}

// Wait is Enter for what may take its time, such as scheduled reports: its
// error is that of the context.
func (g *Gate) Wait(ctx context.Context) (leave func(), err error) {
	select {
	case g.turn <- struct{}{}:
		return func() { <-g.turn }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// RetryAfter returns after how many seconds to ask again, as the header of that
// name has it.
func (g *Gate) RetryAfter() string { return strconv.Itoa(int(g.patience.Seconds())) }
