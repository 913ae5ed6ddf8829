package collector_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/store"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var assessors = sync.OnceValue(func() *assess.Set { return clouds.NewSet(assess.DefaultSettings()) })

// fake is a source whose readings the test makes up.
type fake struct {
	id   entitlement.SystemID
	read func(ctx context.Context, now time.Time) (*collector.Reading, error)
}

func (f *fake) System() entitlement.System {
	return entitlement.System{Cloud: entitlement.AWS, ID: f.id}
}

func (f *fake) Read(ctx context.Context, now time.Time) (*collector.Reading, error) {
	return f.read(ctx, now)
}

// reading is of an account with one idle user.
func reading(id entitlement.SystemID) *collector.Reading {
	return &collector.Reading{
		Inventory: &entitlement.Inventory{
			System: entitlement.System{Cloud: entitlement.AWS, ID: id},
			Policies: map[entitlement.PolicyID]entitlement.Policy{"p": {ID: "p", Document: []byte(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`)}},
			Identities: []entitlement.Identity{{
				ID: entitlement.IdentityID("arn:aws:iam::" + string(id) + ":user/ana"), Name: "ana", Kind: entitlement.User,
				System: id, Policies: []entitlement.PolicyID{"p"},
			}},
		},
		Usage:    usage.New(catalog.AWS()),
		Events:   collector.EventCounts{In: 3, Used: 2, Rejected: map[string]int{"duplicate": 1}},
		Requests: []collector.Request{{Service: "iam", Operation: "ListUsers", Count: 2, Throttled: 1}},
	}
}

func succeeding(id entitlement.SystemID) *fake {
	return &fake{id, func(context.Context, time.Time) (*collector.Reading, error) { return reading(id), nil }}
}

func options(sources ...collector.Source) collector.Options {
	return collector.Options{
		Sources: sources, Assessors: assessors(), Interval: time.Hour, Timeout: time.Minute, Concurrency: 2,
		Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}
}

func TestCollect(t *testing.T) {
	t.Parallel()
	bad := &fake{"222222222222", func(context.Context, time.Time) (*collector.Reading, error) {
		return nil, errors.New("no such role")
	}}
	var published []entitlement.SystemID
	o := options(succeeding("333333333333"), bad, succeeding("111111111111"))
	o.Publish = func(r *collector.Result) { published = append(published, r.System.ID) }
	c := collector.New(o)
	if c.Snapshot().Ready() {
		t.Error("ready before the first collection")
	}
	c.Collect(t.Context())
	s := c.Snapshot()
	if !s.Ready() || len(published) != 3 {
		t.Errorf("ready %v, published %v", s.Ready(), published)
	}
	good, down := s.Result("111111111111"), s.Result("222222222222")
	if !good.Up() || good.Assessment == nil || len(good.Assessment.Findings) == 0 {
		t.Errorf("good account: up %v, %+v", good.Up(), good.Assessment)
	}
	if down.Up() || down.Assessment != nil || !strings.Contains(down.Err.Error(), "no such role") {
		t.Errorf("bad account: up %v, %v", down.Up(), down.Err)
	}
}

// After a failure the last assessment stands, marked as old; after that the
// counts go on.
func TestFailureKeepsTheLastAssessment(t *testing.T) {
	t.Parallel()
	var fail error
	source := &fake{"111111111111", func(context.Context, time.Time) (*collector.Reading, error) {
		if fail != nil {
			return nil, fail
		}
		return reading("111111111111"), nil
	}}
	c := collector.New(options(source))
	c.Collect(t.Context())
	before := c.Snapshot().Result("111111111111")
	fail = errors.New("throttled away")
	c.Collect(t.Context())
	after := c.Snapshot().Result("111111111111")
	if after.Up() || after.Assessment != before.Assessment || after.Succeeded != before.Succeeded || after.Total.In != 3 {
		t.Errorf("after a failure: up %v, events %d", after.Up(), after.Total.In)
	}
	fail = nil
	c.Collect(t.Context())
	again := c.Snapshot().Result("111111111111")
	key := collector.Request{Service: "iam", Operation: "ListUsers"}
	if !again.Up() || again.Total.In != 6 || again.Total.Rejected["duplicate"] != 2 || again.Requests[key].Count != 4 || again.Requests[key].Throttled != 2 {
		t.Errorf("after recovery: up %v, %+v, %+v", again.Up(), again.Total, again.Requests)
	}
}

func TestTimeoutSaysWhichLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := &fake{"111111111111", func(ctx context.Context, _ time.Time) (*collector.Reading, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		c := collector.New(options(slow))
		c.Collect(t.Context())
		if err := c.Snapshot().Result("111111111111").Err; err == nil || !strings.Contains(err.Error(), "collect.timeout of 1m0s") {
			t.Errorf("error = %v, want the limit's name", err)
		}
	})
}

func TestRunCollectsAtEachInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := 0
		source := &fake{"111111111111", func(context.Context, time.Time) (*collector.Reading, error) {
			times++
			return nil, errors.New("nothing")
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		if err := collector.New(options(source)).Run(ctx); err != nil || times != 3 {
			t.Errorf("Run = %v after %d collections in 150 minutes, want 3", err, times)
		}
	})
}

// What was first seen when outlives a restart, and so does a snapshot a reload.
func TestMemoryOutlivesTheCollector(t *testing.T) {
	t.Parallel()
	data, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o := options(succeeding("111111111111"))
	o.Store, o.Now = data, func() time.Time { return now }
	first := collector.New(o)
	first.Collect(t.Context())

	began := now
	now = now.Add(48 * time.Hour)
	second := collector.New(o)
	second.Collect(t.Context())
	for _, f := range second.Snapshot().Results[0].Assessment.Findings {
		if !f.FirstSeen.Equal(began) {
			t.Errorf("%s first seen %s, want %s", f.Category, f.FirstSeen, began)
		}
	}

	o.Sources = append(o.Sources, succeeding("444444444444"))
	third := collector.New(o)
	third.TakeOver(second.Snapshot())
	if s := third.Snapshot(); s.Result("111111111111").Assessment == nil || s.Result("444444444444").Assessment != nil {
		t.Error("a reload lost what was known, or invented something")
	}
}

// A collection that is cut off says nothing of the system: it is not down.
func TestInterruptionIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	interrupt := false
	o := options(&fake{"111111111111", func(ctx context.Context, _ time.Time) (*collector.Reading, error) {
		if !interrupt {
			return reading("111111111111"), nil
		}
		cancel()
		return nil, ctx.Err()
	}})
	published := 0
	o.Publish = func(*collector.Result) { published++ }
	c := collector.New(o)
	c.Collect(ctx)
	interrupt = true
	c.Collect(ctx)
	if r := c.Snapshot().Result("111111111111"); !r.Up() || published != 1 {
		t.Errorf("after an interruption: up %v, %v, published %d times", r.Up(), r.Err, published)
	}
}

// What a failed collection asked of the cloud was asked, too.
func TestRequestsOfAFailureCount(t *testing.T) {
	t.Parallel()
	c := collector.New(options(&fake{"111111111111", func(context.Context, time.Time) (*collector.Reading, error) {
		return &collector.Reading{Requests: reading("").Requests}, errors.New("throttled away")
	}}))
	c.Collect(t.Context())
	r := c.Snapshot().Result("111111111111")
	if got := r.Requests[collector.Request{Service: "iam", Operation: "ListUsers"}]; got.Count != 2 || got.Throttled != 1 || r.Reading != nil {
		t.Errorf("requests = %+v, reading %v", got, r.Reading)
	}
}

// The usage index is as large as everything that is made of it; the inventory
// is what questions about policies are answered from.
func TestInventoryIsKeptAndUsageIsNot(t *testing.T) {
	t.Parallel()
	c := collector.New(options(succeeding("111111111111")))
	c.Collect(t.Context())
	if r := c.Snapshot().Results[0].Reading; r.Usage != nil || r.Inventory == nil {
		t.Error("the index stays in memory between collections, or the inventory does not")
	}
}

// A collection has succeeded when it ended, however long it took.
func TestSucceededIsTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := collector.New(options(&fake{"111111111111", func(context.Context, time.Time) (*collector.Reading, error) {
			<-time.After(30 * time.Second)
			return reading("111111111111"), nil
		}}))
		c.Collect(t.Context())
		r := c.Snapshot().Results[0]
		if r.Succeeded.Sub(began) != 30*time.Second || !r.Attempted.Equal(began) || !r.Assessment.At.Equal(began) {
			t.Errorf("began %s, attempted %s, as of %s, succeeded %s", began, r.Attempted, r.Assessment.At, r.Succeeded)
		}
	})
}

// A system that is taken away leaves its counts, one that stays is what the new
// configuration calls it.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	first := collector.New(options(succeeding("111111111111"), succeeding("222222222222"), succeeding("333333333333")))
	first.Collect(t.Context())
	renamed := &named{fake: *succeeding("111111111111"), owner: "payments"}
	second := collector.New(options(renamed, succeeding("222222222222")))
	second.TakeOver(first.Snapshot())
	second.Collect(t.Context())
	third := collector.New(options(renamed))
	third.TakeOver(second.Snapshot())
	s := third.Snapshot()
	if r := s.Result("111111111111"); r.System.Owner != "payments" || r.Total.In != 6 || first.Snapshot().Result("111111111111").System.Owner != "" {
		t.Errorf("kept system = %+v, %d events", r.System, r.Total.In)
	}
	gone := s.Gone[0]
	requests := gone.Requests[collector.Request{Service: "iam", Operation: "ListUsers"}]
	if len(s.Gone) != 1 || gone.Total.In != 9 || gone.Total.Rejected["duplicate"] != 3 || requests.Count != 6 || requests.Throttled != 3 {
		t.Errorf("of the systems that are gone: %+v, %+v", gone.Total, requests)
	}
	third.Collect(t.Context())
	if len(third.Snapshot().Gone) != 1 {
		t.Error("a collection forgets the systems that are gone")
	}
}

// named is a fake with an owner.
type named struct {
	fake
	owner string
}

func (n *named) System() entitlement.System {
	s := n.fake.System()
	s.Owner = n.owner
	return s
}
