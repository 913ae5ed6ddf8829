package plugin

import (
	"context"
	"time"

	"github.com/leastward/leastward/internal/api"
)

// noStream refuses to follow events.
type noStream struct{ problem error }

// Tail returns what is wrong.
func (n noStream) Tail(context.Context, *api.TailQuestion, func(*api.AuditEvent) error, func(time.Time) error) error {
	return n.problem
}
