package auditlog

import (
	"context"
	"errors"
	"time"
)

// The errors that callers act on. A store wraps them with what happened and
// what to do.
var (
	// ErrFull: the disk has no room to spare. Nothing was stored; add the same
	// events again once there is room.
	ErrFull = errors.New("the audit store takes no events")
	// ErrUnavailable: the store, or a part of it, cannot be reached or is
	// closed. Nothing is known of the events or the answer; try again.
	ErrUnavailable = errors.New("the audit store is not available")
	// ErrStatement: the statement is not LogsQL. Trying again does not help.
	ErrStatement = errors.New("the statement cannot be run")
	// ErrDamaged: what is on disk is not what was written.
	ErrDamaged = errors.New("the audit store is damaged")
)

// Store keeps events and answers statements about them. Every method is safe
// for concurrent use.
//
// An event is stored once, however often it is added: its ID decides, and the
// day of its time (UTC), for an event is never moved to another. What a
// crash took away before [Store.Sync] returned may be added again; what stayed
// is recognised. So a source that is read again from its last checkpoint
// changes no answer, as long as the checkpoint is saved after Sync.
type Store interface {
	// Add stores those events that are not there yet. It keeps nothing of the
	// slice, nor of Resources and Raw. On an error any number of the events may
	// have been stored; add them all again.
	Add(ctx context.Context, events []Event) (Added, error)
	// Sync returns once everything that was added before is on disk and is
	// found by Select. What was stored before the call carries an ingestion
	// time before the returned one; what is added afterwards, one at or after it.
	Sync(ctx context.Context) (time.Time, error)
	// Select runs a statement and hands its rows on, one at a time, in the
	// order that the statement asks for. The row is valid during the call only.
	// An error of row ends the run and is returned. Row must neither wait for
	// anybody nor use the store: it holds up every other statement meanwhile.
	Select(ctx context.Context, s Statement, row func(Row) error) (Outcomes, error)
	// Raw returns the records of the events that the references, values of the
	// column "raw", stand for: byte for byte, in the same order. A record that
	// was stored without one is nil.
	Raw(ctx context.Context, refs []RawRef) ([][]byte, error)
	// Stats tells what the store holds.
	Stats(ctx context.Context) (Stats, error)
	// Close stores what is in memory and releases the store.
	Close() error
}

// Added tells what became of the events of one Add: their number is the sum.
type Added struct {
	New       int
	Duplicate int // Were there before, or twice in the slice.
	Expired   int // Older than the store's retention.
}

// Statement is a LogsQL query over events of a time range.
type Statement struct {
	// LogsQL is filter and pipes, without a filter by time.
	LogsQL string
	// From and To bound the events' time: From <= time < To. Zero is open.
	From, To time.Time
	// AllowPartial accepts an answer from a part of a cluster, which
	// Outcomes.Partial tells.
	AllowPartial bool
}

// Outcomes tells how a statement ran.
type Outcomes struct {
	// Partial is set where a part of the store could not be asked.
	Partial bool
}

// Field is one column of a row.
type Field struct{ Name, Value string }

// Row is one row of an answer: the columns that have a value.
type Row []Field

// Get returns the value of a column, "" if the row lacks it.
func (r Row) Get(name string) string {
	for i := range r {
		if r[i].Name == name {
			return r[i].Value
		}
	}
	return ""
}

// RawRef says where the record of an event is.
type RawRef struct {
	Time time.Time
	ID   string
	Ref  string // Column "raw".
}

// Stats tells what a store holds.
type Stats struct {
	Events           int64
	Bytes            int64 // On disk, records included; 0 where the store cannot tell.
	Earliest, Latest time.Time
	// Oldest is the time before which events are not taken.
	Oldest time.Time
	// Full is set while the store takes no events for want of room.
	Full bool
	// Damaged is how many parts were set aside as damaged.
	Damaged int
}
