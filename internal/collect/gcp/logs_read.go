package gcp

import (
	"context"
	"io"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// ReadEvents reads audit logs of Google Cloud from a file, from every file below
// a directory, or from the files that a glob matches; see [records.Read].
func ReadEvents(ctx context.Context, path string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return records.Read(ctx, path, o, AuditLogs{}, sink)
}

// ParseEvents reads audit logs from one stream, which may be compressed with
// gzip. The name stands for it in problems.
func ParseEvents(ctx context.Context, in io.Reader, name string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error) {
	return records.Parse(ctx, in, name, o, AuditLogs{}, sink)
}

// EventBytes returns how many bytes of files [ReadEvents] would read from a
// path.
func EventBytes(path string) (int64, error) { return records.Bytes(path, AuditLogs{}) }
