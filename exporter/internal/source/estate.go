package source

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/config"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// Estate reads the systems that a set of exported files holds: subscriptions of
// Azure or projects of Google Cloud, any number of them.
type Estate struct {
	Cloud entitlement.Cloud
	Paths config.CloudFiles
	// Expect is what the configuration says of systems.
	Expect []entitlement.System
	// Listed leaves out what Expect does not name; Except is left out always.
	Listed bool
	Except []entitlement.SystemID
	// AsOf is when what the files say is taken to hold: roles that are given for
	// a time count or not. Zero is when they are read.
	AsOf time.Time
	// FromLogs takes systems, too, that only the logs show.
	FromLogs bool
	// Progress, if set, is told how many bytes of events of a path were read,
	// and of how many.
	Progress func(path string, done, total int64)
	// Audit keeps the events. It knows those that it has.
	Audit  Audit
	Logger *slog.Logger
}

// EstateReading is what files hold.
type EstateReading struct {
	Cloud   entitlement.Cloud
	Systems []*collector.Reading // By id.
	// Entitlements and Logs tell what became of the records of the files.
	Entitlements, Logs Records
	// Nowhere are the events that belong to no system, such as sign-ins to a
	// tenant; Outside those of systems that are not read. Every event that Logs
	// says was taken is among these or among a system's own.
	Nowhere, Outside collector.EventCounts
	// Problems are those that are not of one system.
	Problems []entitlement.Problem
	Latest   time.Time // Of the latest event of all; zero if there is none.
}

// Records count what became of the records of files: In is Taken and the sum of
// Rejected.
type Records struct {
	In, Taken int64
	Rejected  map[records.Reason]int64
	Files     int64                    // Files read.
	Refused   map[records.Reason]int64 // Files of which nothing could be read.
	Ignored   int64                    // Files in a directory that are something else.
}

// counted makes the counts of entitlements.
func counted[N int | int64](in, taken, files, ignored N, rejected, refused map[records.Reason]N) Records {
	wide := func(m map[records.Reason]N) map[records.Reason]int64 {
		all := make(map[records.Reason]int64, len(m))
		for reason, n := range m {
			if n != 0 {
				all[reason] = int64(n)
			}
		}
		return all
	}
	return Records{
		In: int64(in), Taken: int64(taken), Rejected: wide(rejected), Files: int64(files), Refused: wide(refused), Ignored: int64(ignored),
	}
}

// exported is what files say of who may do what.
type exported struct {
	systems  []*entitlement.Inventory
	records  Records
	problems []entitlement.Problem
}

// cloudFiles reads the files of one cloud.
type cloudFiles interface {
	catalog() *catalog.Catalog
	entitlements(ctx context.Context, paths []string, now time.Time, logger *slog.Logger) (*exported, error)
	events(ctx context.Context, path string, o records.Options, sink records.Sink) (records.Stats, []entitlement.Problem, error)
}

func filesOf(cloud entitlement.Cloud) cloudFiles {
	if cloud == entitlement.Azure {
		return azureFiles{}
	}
	return gcpFiles{}
}

// Read reads the files. Entitlements that are named must be there; of whatever
// else cannot be read there is a problem.
func (e *Estate) Read(ctx context.Context, now time.Time) (*EstateReading, error) {
	found, err := e.entitlements(ctx, now)
	if err != nil {
		return nil, err
	}
	return e.read(ctx, found, now)
}

// entitlements reads who may do what, of the systems that are to be read.
func (e *Estate) entitlements(ctx context.Context, now time.Time) (*exported, error) {
	if len(e.Paths.Entitlements) == 0 {
		return &exported{}, nil
	}
	if !e.AsOf.IsZero() {
		now = e.AsOf
	}
	found, err := filesOf(e.Cloud).entitlements(ctx, e.Paths.Entitlements, now, e.Logger)
	if err != nil {
		return nil, err
	}
	found.systems = slices.DeleteFunc(found.systems, func(inv *entitlement.Inventory) bool {
		return e.Listed && e.expected(inv.System.ID) == nil || slices.Contains(e.Except, inv.System.ID)
	})
	for _, inv := range found.systems {
		if known := e.expected(inv.System.ID); known != nil {
			e.adopt(inv, known)
		}
	}
	return found, nil
}

func (e *Estate) expected(id entitlement.SystemID) *entitlement.System {
	i := slices.IndexFunc(e.Expect, func(s entitlement.System) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &e.Expect[i]
}

// adopt fills in what the configuration says of a system, beside what was read.
func (e *Estate) adopt(inv *entitlement.Inventory, known *entitlement.System) {
	s := &inv.System
	s.Name, s.Owner = cmp.Or(known.Name, s.Name), cmp.Or(known.Owner, s.Owner)
	if len(known.Folders) > 0 {
		s.Folders = known.Folders
	}
}

// read reads the events of what was found.
func (e *Estate) read(ctx context.Context, found *exported, now time.Time) (*EstateReading, error) {
	r := newRoll(e, found.systems)
	if err := r.read(ctx, now); err != nil {
		return nil, err
	}
	reading := &EstateReading{
		Cloud: e.Cloud, Systems: r.readings(), Entitlements: found.records, Logs: r.records, Nowhere: r.nowhere, Outside: r.outside,
		Problems: append(found.problems, r.problems...), Latest: r.latest,
	}
	if n := len(r.left); n > 0 {
		reading.Problems = append(reading.Problems, entitlement.Problem{
			Code: notOnboarded, Subject: string(e.Cloud),
			Message: fmt.Sprintf("%d events are of %d %s, which are not read; they are left out", r.outside.In, n, plural(e.Cloud, n)),
		})
	}
	return reading, nil
}

// notOnboarded is the code of the problem, and the reason of the rejection, that
// events are of systems which are not read.
const notOnboarded = "not_onboarded"

// plural names the systems of a cloud.
func plural(cloud entitlement.Cloud, n int) string {
	noun := map[entitlement.Cloud]string{entitlement.Azure: "subscription", entitlement.GCP: "project"}[cloud]
	if n == 1 {
		return noun
	}
	return noun + "s"
}
