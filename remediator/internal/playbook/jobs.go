package playbook

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// faults logs what keeps jobs from being worked: faults of the state, and bugs.
// Failures of a step are the run's trouble and never get here.
type faults struct{ logger *slog.Logger }

// HandleError logs a job that failed.
func (f faults) HandleError(ctx context.Context, j *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	f.logger.WarnContext(ctx, "job failed and will be tried again", "kind", j.Kind, "attempts", j.Attempt, "err", err)
	return nil
}

// HandlePanic logs a bug.
func (f faults) HandlePanic(ctx context.Context, j *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.logger.ErrorContext(ctx, "job panicked and will be tried again", "kind", j.Kind, "attempts", j.Attempt, "panic", value, "trace", trace)
	return nil
}

// warnings lets through what a library says of warnings and errors alone.
type warnings struct{ slog.Handler }

// Enabled reports whether a record would be logged.
func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

// WithAttrs returns the handler with more attributes.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup returns the handler with a group.
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
