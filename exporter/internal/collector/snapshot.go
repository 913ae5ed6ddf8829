package collector

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// Reading is what a source read of one system. The usage, which is large, is
// gone once it is assessed. The inventory stays for those who ask what a policy
// says or what would be allowed; the assessment shares its identities.
type Reading struct {
	Inventory *entitlement.Inventory
	Usage     *usage.Index
	Events    EventCounts // Of this reading.
	Latest    time.Time   // Time of the latest event; zero if there is none.
	Requests  []Request   // Calls to the cloud's APIs, of this reading.
	// Tagged are the inventory's resources that have tags, with these, and stay.
	Tagged []TaggedResource
}

// TaggedResource is a resource with its tags.
type TaggedResource struct {
	ID   entitlement.ResourceID
	Tags map[string]string
}

// tagged returns the resources of an inventory that have tags.
func tagged(inv *entitlement.Inventory) []TaggedResource {
	var list []TaggedResource
	for i := range inv.Resources {
		if r := &inv.Resources[i]; len(r.Tags) > 0 {
			list = append(list, TaggedResource{ID: r.ID, Tags: r.Tags})
		}
	}
	for i := range inv.SecurityGroups {
		if g := &inv.SecurityGroups[i]; len(g.Tags) > 0 {
			list = append(list, TaggedResource{ID: g.ID, Tags: g.Tags})
		}
	}
	return list
}

// EventCounts tells what became of the records of the event logs. In is the
// sum of the others.
type EventCounts struct {
	In                   int
	Used                 int            // Exercised a permission.
	Denied               int            // Were refused.
	NotPermissionBearing int            // Nothing that a policy could grant.
	Unmapped             int            // Genuine calls of unknown permission.
	Rejected             map[string]int // By reason.
}

// RejectedTotal returns the number of rejected records.
func (c *EventCounts) RejectedTotal() int {
	n := 0
	for _, k := range c.Rejected {
		n += k
	}
	return n
}

// Add adds d to the counts.
func (c *EventCounts) Add(d EventCounts) {
	c.In += d.In
	c.Used += d.Used
	c.Denied += d.Denied
	c.NotPermissionBearing += d.NotPermissionBearing
	c.Unmapped += d.Unmapped
	for reason, n := range d.Rejected {
		if c.Rejected == nil {
			c.Rejected = map[string]int{}
		}
		c.Rejected[reason] += n
	}
}

// Request counts the calls of one operation.
type Request struct {
	Service, Operation string
	Count, Throttled   int
}

// Result is the state of one system: how its latest collection went and what
// the latest successful one found.
type Result struct {
	System     entitlement.System
	Assessment *assess.Assessment // Nil until a collection succeeded.
	Reading    *Reading           // Of the latest success, without what is gone; nil until then.
	Attempted  time.Time          // Zero until the first attempt.
	Succeeded  time.Time
	Duration   time.Duration // Of the latest attempt.
	Err        error         // Of the latest attempt.

	Latest time.Time // Time of the latest event that was ever read; zero if there is none.

	// Total adds up the events of every collection since the start, and
	// Requests the calls.
	Total    EventCounts
	Requests map[Request]Request

	requests []Request // Of this attempt, whether it succeeded or not.
}

// Up reports whether the latest attempt succeeded.
func (r *Result) Up() bool { return r.Err == nil && !r.Attempted.IsZero() }

// Snapshot is the state of every system at one moment.
type Snapshot struct {
	Results []*Result // By system id.
	// Gone has one result for each cloud with nothing but the counts of systems
	// that are configured no longer: without them the counters that span
	// systems would fall, which reads as a restart.
	Gone []*Result
}

// Result returns the state of one system, nil if it is not configured. A nil
// snapshot has none.
func (s *Snapshot) Result(id entitlement.SystemID) *Result {
	if s == nil {
		return nil
	}
	for _, r := range s.Results {
		if r.System.ID == id {
			return r
		}
	}
	return nil
}

// Ready reports whether every system was tried at least once.
func (s *Snapshot) Ready() bool {
	return !slices.ContainsFunc(s.Results, func(r *Result) bool { return r.Attempted.IsZero() })
}

// with returns a snapshot that has the new result in place of the old one of
// its system. What a failed attempt could not read is kept from the old one.
func (s *Snapshot) with(result *Result) *Snapshot {
	next := &Snapshot{Results: slices.Clone(s.Results), Gone: s.Gone}
	for i, old := range next.Results {
		if old.System.ID == result.System.ID {
			result.inherit(old)
			next.Results[i] = result
		}
	}
	return next
}

// takeOver returns a snapshot of the systems of s with what previous knows.
func (s *Snapshot) takeOver(previous *Snapshot) *Snapshot {
	next := &Snapshot{Results: slices.Clone(s.Results), Gone: slices.Clone(previous.Gone)}
	for i, r := range next.Results {
		if old := previous.Result(r.System.ID); old != nil {
			next.Results[i] = old.configured(r.System)
		}
	}
	for _, old := range previous.Results {
		if s.Result(old.System.ID) == nil {
			next.retire(old)
		}
	}
	return next
}

// retire adds the counts of a system to those of its cloud's gone ones.
func (s *Snapshot) retire(old *Result) {
	sum := &Result{System: entitlement.System{Cloud: old.System.Cloud}, Requests: maps.Clone(old.Requests)}
	sum.Total.Add(old.Total)
	i := slices.IndexFunc(s.Gone, func(r *Result) bool { return r.System.Cloud == old.System.Cloud })
	if i < 0 {
		s.Gone = append(s.Gone, sum)
		return
	}
	sum.Total.Add(s.Gone[i].Total)
	sum.addRequests(slices.Collect(maps.Values(s.Gone[i].Requests)))
	s.Gone[i] = sum
}

// configured returns the same state of the system as it is configured now. Its
// name may be one that was read.
func (r *Result) configured(system entitlement.System) *Result {
	next := *r
	system.Name = cmp.Or(system.Name, r.System.Name)
	next.System = system
	return &next
}

func (r *Result) addRequests(list []Request) {
	if r.Requests == nil {
		r.Requests = map[Request]Request{}
	}
	for _, q := range list {
		key := Request{Service: q.Service, Operation: q.Operation}
		sum := r.Requests[key]
		sum.Service, sum.Operation = q.Service, q.Operation
		sum.Count, sum.Throttled = sum.Count+q.Count, sum.Throttled+q.Throttled
		r.Requests[key] = sum
	}
}

func (r *Result) inherit(old *Result) {
	r.Total.Add(old.Total)
	r.Requests = maps.Clone(old.Requests)
	r.addRequests(r.requests)
	if r.Reading == nil { // A failed attempt.
		r.System, r.Assessment, r.Reading, r.Succeeded, r.Latest = old.System, old.Assessment, old.Reading, old.Succeeded, old.Latest
		return
	}
	r.Total.Add(r.Reading.Events)
	if r.Latest = r.Reading.Latest; r.Latest.Before(old.Latest) {
		r.Latest = old.Latest
	}
}

// State is pending before the first collection, online, or failed where the last
// collection could read nothing.
func (r *Result) State() string {
	switch {
	case r.Err != nil:
		return "failed"
	case r.Assessment == nil:
		return "pending"
	}
	return "online"
}
