package aws

import (
	"context"
	"io"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// What CloudTrail shares with other clouds' logs is that of package records.
type (
	// EventSink takes one event; see [records.Sink].
	EventSink = records.Sink
	// EventOptions tell how CloudTrail events are read; see [records.Options].
	EventOptions = records.Options
	// EventStats count what a read found; see [records.Stats].
	EventStats = records.Stats
	// Deduper remembers which events were delivered; see [records.Deduper].
	Deduper = records.Deduper
	// Reason tells why a record or a file was refused; see [records.Reason].
	Reason = records.Reason
	// FileError tells where in an exported file the reading ended; see
	// [records.FileError].
	FileError = records.FileError
)

// The reasons.
const (
	InvalidJSON      = records.InvalidJSON
	PythonRepr       = records.PythonRepr
	CSV              = records.CSV
	NotJSON          = records.NotJSON
	MissingField     = records.MissingField
	BadTime          = records.BadTime
	Future           = records.Future
	Duplicate        = records.Duplicate
	Oversize         = records.Oversize
	UnsupportedShape = records.UnsupportedShape
	Digest           = records.Digest
	Insight          = records.Insight
	Truncated        = records.Truncated
	TruncatedGzip    = records.TruncatedGzip
	CorruptGzip      = records.CorruptGzip
	EmptyFile        = records.EmptyFile
	EmptyDirectory   = records.EmptyDirectory
	Unreadable       = records.Unreadable
)

// Reasons returns all reasons, so that each can be a series from the start.
func Reasons() []Reason { return records.Reasons() }

// ReadEvents reads CloudTrail events from a file, from every file below a
// directory, or from the files that a glob matches; see [records.Read].
func ReadEvents(ctx context.Context, path string, o EventOptions, sink EventSink) (EventStats, []entitlement.Problem, error) {
	return records.Read(ctx, path, o, CloudTrail{}, sink)
}

// ParseEvents reads CloudTrail events from one stream, which may be compressed
// with gzip. The name stands for it in problems. To stop early, return an error
// from sink or from the reader.
func ParseEvents(in io.Reader, name string, o EventOptions, sink EventSink) (EventStats, []entitlement.Problem, error) {
	return records.Parse(context.Background(), in, name, o, CloudTrail{}, sink)
}

// EventBytes returns how many bytes of files [ReadEvents] would read from a
// path.
func EventBytes(path string) (int64, error) { return records.Bytes(path, CloudTrail{}) }
