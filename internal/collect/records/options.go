package records

import (
	"log/slog"
	"sync"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/usage"
)

// Sink takes one event. The event, its Resources and its Raw are valid only
// during the call; its strings and Actions may be kept. An error ends the
// reading and is returned by it. Calls never overlap within one read.
type Sink func(*auditlog.Event) error

// Deduper remembers which events were delivered; [usage.Seen] is one. Add
// reports whether the event is new; Remove takes back one that the sink did not
// accept. It must be safe for concurrent use.
type Deduper interface {
	Add(id string, at time.Time) bool
	Remove(id string, at time.Time)
}

// Options tell how logs are read.
type Options struct {
	// Catalog maps calls to permissions. Nil means that of the logs' cloud.
	Catalog *catalog.Catalog
	// Seen drops events that were delivered before. Nil means one that lives
	// as long as the read. Share one between reads that may overlap.
	Seen Deduper
	// FutureTolerance is how far ahead of Now an event may be. Zero means 15
	// minutes.
	FutureTolerance time.Duration
	// MaxRecord is the size in bytes above which a record is refused. Zero
	// means 16 MiB.
	MaxRecord int
	// MaxProblems bounds the problems kept for each reason. Zero means 20; the
	// rest is counted, and said so in one problem more.
	MaxProblems int
	// Workers is how many files are parsed at a time. Zero means 2.
	Workers int
	// KeepRaw fills Event.Raw.
	KeepRaw bool
	// Lean leaves out Event.Issued and Event.Detail, which only a store of
	// events asks for.
	Lean bool
	// Resolve, if set, is told each event before the sink is, and puts the
	// identity that the inventory knows in the place of another name that the
	// logs have for it. [usage.Aliases] has one. Its calls do not overlap.
	Resolve func(*auditlog.Event)
	// Progress, if set, is told now and then how many bytes of files were read
	// and how many there are; its calls do not overlap.
	Progress func(done, total int64)
	// OneStep, if set, is held from when Seen learns of an event until the sink
	// has it: who holds it meanwhile finds each event in both or in neither.
	OneStep sync.Locker
	Logger  *slog.Logger // Nil discards.
	Now     func() time.Time
}

// WithDefaults returns the options with what was left out.
func (o Options) WithDefaults() Options {
	if o.Seen == nil {
		o.Seen = usage.NewSeen()
	}
	o.FutureTolerance = orElse(o.FutureTolerance, 15*time.Minute)
	o.MaxRecord = orElse(o.MaxRecord, 16<<20)
	o.MaxProblems = orElse(o.MaxProblems, 20)
	o.Workers = orElse(o.Workers, 2)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
