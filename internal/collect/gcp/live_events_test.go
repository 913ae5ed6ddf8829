package gcp_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// reader is who reads a cloud's events again and again, keeps what it was given
// with the checkpoint, and crashes at will.
type reader struct {
	tb      testing.TB
	cloud   *cloud
	options gcp.Options
	at      time.Time
	from    []string // Containers.

	// What is kept.
	checkpoint gcp.Checkpoint
	events     []happened
}

type happened struct {
	id string
	at time.Time
}

func newReader(tb testing.TB, logs gcp.Logs) *reader {
	tb.Helper()
	r := &reader{tb: tb, cloud: newCloud(tb), at: now(), from: []string{"projects/shop-prod", "projects/shop-test"}}
	r.options = r.cloud.options()
	r.options.Logs, r.options.Parallel = logs, 2
	r.options.Now = func() time.Time { return r.at }
	return r
}

var errCrash = errors.New("crash")

// read reads once. After so many events it crashes, if that is not 0: what was
// not kept is lost.
func (r *reader) read(crash int, confirm bool) gcp.Reading {
	r.tb.Helper()
	o := r.options
	seen := usage.NewSeen()
	events := slices.Clone(r.events)
	for _, e := range events { // As a copy of the one that is kept.
		seen.Add(e.id, e.at)
	}
	o.Events.Seen = seen
	got := 0
	reading, err := r.cloud.collector(o).Events(r.tb.Context(), r.checkpoint, r.from, func(ev *auditlog.Event) error {
		if got++; got == crash {
			return errCrash
		}
		events = append(events, happened{ev.ID, ev.Time})
		return nil
	}, func(c gcp.Checkpoint) (bool, error) {
		r.checkpoint, r.events = c, slices.Clone(events)
		return true, nil
	})
	if errors.Is(err, errCrash) {
		return reading
	}
	if err != nil {
		r.tb.Fatal(err)
	}
	r.checkpoint, r.events = reading.Checkpoint, events
	if reading.Confirm != nil && confirm {
		reading.Problems = append(reading.Problems, reading.Confirm(r.tb.Context())...)
	}
	return reading
}

// want holds that each of the events was read once.
func (r *reader) want(ids ...string) {
	r.tb.Helper()
	var got []string
	for _, e := range r.events {
		short, _, _ := strings.Cut(e.id, "-")
		got = append(got, short)
	}
	slices.Sort(got)
	slices.Sort(ids)
	if diff := cmp.Diff(ids, got); diff != "" {
		r.tb.Errorf("events (-want +got):\n%s", diff)
	}
}

func ago(hours int) time.Time { return now().Add(-time.Duration(hours) * time.Hour) }

func TestLiveEntries(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Entries: true})
	for i := range 5 {
		r.cloud.logs.write(entryAt(fmt.Sprint("e", i), "projects/shop-prod", ago(50-i)), entryAt(fmt.Sprint("t", i), "projects/shop-test", ago(50-i)))
	}
	r.cloud.logs.write(entryAt("old", "projects/shop-prod", ago(24*91)), entryAt("other", "projects/else", ago(3)))
	got := r.read(0, true)
	if len(got.Problems) > 0 || got.Stats.Parsed != 10 {
		t.Errorf("%+v, %+v", got.Problems, got.Stats)
	}
	r.want("e0", "e1", "e2", "e3", "e4", "t0", "t1", "t2", "t3", "t4")
	if from := r.checkpoint.FullFrom("projects/shop-prod"); !from.Equal(ago(30 * 24)) {
		t.Errorf("whole since %s; Data Access logs are kept for 30 days", from)
	}
	if !r.checkpoint.FullFrom("projects/shop-prod", "projects/new").IsZero() {
		t.Error("a project that was not read has a whole history")
	}
	if want := ago(2); !got.Settled.Equal(want) {
		t.Errorf("settled at %s, want %s", got.Settled, want)
	}
	r.at = r.at.Add(time.Hour)
	r.from = append(r.from, "organizations/10")
	r.cloud.logs.write(entryAt("late", "projects/shop-prod", ago(1)), entryAt("new", "projects/shop-test", now().Add(time.Minute)), entryAt("o", "organizations/10", ago(80*24)))
	r.read(0, true)
	r.want("e0", "e1", "e2", "e3", "e4", "t0", "t1", "t2", "t3", "t4", "late", "new", "o")
}

// A container that is refused doesn't keep those from being read that were asked
// for together with it.
func TestLiveEntriesOfRefusedContainers(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Entries: true})
	r.from = []string{"projects/a", "projects/b", "projects/c", "projects/d", "projects/e"}
	for _, ref := range r.from {
		r.cloud.logs.write(entryAt(ref[len("projects/"):], ref, ago(5)))
	}
	r.cloud.on("logging ", 3, refuse("logging.privateLogEntries.list")) // All; a and b; a.
	got := r.read(0, true)
	r.want("b", "c", "d", "e")
	want := []entitlement.Problem{{
		Code: gcp.CodeLogging, Subject: "projects/a", Permission: "logging.privateLogEntries.list",
		Message: "events of projects/a since 2024-10-04T03:04:05Z aren't read yet. Allow the collecting account logging.privateLogEntries.list " +
			"(docs/permissions-gcp.md); the refusal: 403 PERMISSION_DENIED: The caller does not have permission",
	}}
	if diff := cmp.Diff(want, got.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	r.read(0, true)
	r.want("a", "b", "c", "d", "e")
}

func TestLiveSubscription(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Subscription: "projects/shop-prod/subscriptions/audit", Wait: time.Minute})
	for i := range 5 {
		r.cloud.logs.publish(encoded(entryAt(fmt.Sprint("m", i), "projects/shop-prod", ago(50-i))), ago(40-i))
	}
	r.cloud.logs.publish("damaged", ago(1))
	got := r.read(0, false)
	r.want("m0", "m1", "m2", "m3", "m4")
	if n := r.cloud.logs.waiting(); n != 6 {
		t.Errorf("%d messages wait, want all until they are confirmed", n)
	}
	if len(got.Problems) != 1 || got.Stats.In != 6 || got.Stats.RejectedTotal() != 1 || !r.checkpoint.From.Equal(ago(40)) {
		t.Errorf("%+v, %+v, whole since %s", got.Problems, got.Stats, r.checkpoint.From)
	}
	r.cloud.logs.lapse()
	r.read(0, true)
	r.want("m0", "m1", "m2", "m3", "m4")
	if n := r.cloud.logs.waiting(); n != 0 {
		t.Errorf("%d messages wait after they were confirmed", n)
	}
}

// A subscription that refuses loses nothing and is tried again.
func TestLiveSubscriptionRefused(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Subscription: "projects/shop-prod/subscriptions/audit", Wait: time.Minute})
	r.cloud.logs.publish(encoded(entryAt("m", "projects/shop-prod", ago(5))), ago(5))
	r.cloud.on(":pull", 1, refuse("pubsub.subscriptions.consume"))
	got := r.read(0, true)
	if len(got.Problems) != 1 || got.Problems[0].Code != gcp.CodeLogSubscription || !r.checkpoint.From.IsZero() {
		t.Errorf("%+v, whole since %s", got.Problems, r.checkpoint.From)
	}
	r.cloud.on(":acknowledge", 1, refuse("pubsub.subscriptions.consume"))
	if got := r.read(0, true); len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Message, "1 messages that were read stay") {
		t.Errorf("%+v", got.Problems)
	}
	r.cloud.logs.lapse()
	r.read(0, true)
	r.want("m")
	if n := r.cloud.logs.waiting(); n != 0 {
		t.Errorf("%d messages wait", n)
	}
}

// A subscription that answers with failures is not empty.
func TestLiveSubscriptionIsAway(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Subscription: "projects/shop-prod/subscriptions/audit", Wait: 50 * time.Millisecond})
	r.cloud.logs.publish(encoded(entryAt("m", "projects/shop-prod", ago(5))), ago(5))
	r.options.Attempts = 1_000_000
	r.cloud.on(":pull", -1, answer(503, "UNAVAILABLE", "try again", nil))
	if got := r.read(0, true); len(got.Problems) != 1 || got.Problems[0].Code != gcp.CodeLogSubscription || !r.checkpoint.From.IsZero() {
		t.Errorf("%+v, whole since %s", got.Problems, r.checkpoint.From)
	}
}

// A pull that is not answered in time is one without messages.
func TestLiveSubscriptionIsEmpty(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Subscription: "projects/shop-prod/subscriptions/audit", Wait: 50 * time.Millisecond})
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	r.cloud.stalled = end
	if got := r.read(0, true); len(got.Problems) != 0 || !r.checkpoint.From.Equal(now()) {
		t.Errorf("%+v, whole since %s", got.Problems, r.checkpoint.From)
	}
}

// objectOf names a sink's object.
func objectOf(log string, at time.Time, shard string) string {
	return "cloudaudit.googleapis.com/" + log + "/" + at.Format("2006/01/02/15:00:00_") + at.Format("15:59:59_") + shard + ".json"
}

func TestLiveBucket(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Bucket: "logs"})
	l := &r.cloud.logs
	for i := range 5 {
		l.put(objectOf("activity", ago(20-i), "S0"), entryAt(fmt.Sprint("a", i), "projects/shop-prod", ago(20-i)))
	}
	l.put(objectOf("data_access", ago(9), "S0"), entryAt("d", "projects/shop-prod", ago(9)))
	l.put(objectOf("activity", ago(92*24), "S0"), entryAt("old", "projects/shop-prod", ago(92*24)))
	l.put("cloudaudit.googleapis.com/activity/2025/01/01/notes.txt")
	r.cloud.on("storage GET /storage/v1/b/logs/o/cloudaudit.googleapis.com%2Fdata_access", 1, refuse("storage.objects.get"))
	got := r.read(0, true)
	r.want("a0", "a1", "a2", "a3", "a4")
	if len(got.Problems) != 2 || got.Problems[0].Permission != "storage.objects.get" && got.Problems[1].Permission != "storage.objects.get" || !r.checkpoint.From.IsZero() {
		t.Errorf("%+v, whole since %s", got.Problems, r.checkpoint.From)
	}
	l.put(objectOf("activity", ago(20), "A0"), entryAt("late", "projects/shop-prod", ago(20)))
	l.put(objectOf("activity", ago(1), "S0"), entryAt("new", "projects/shop-prod", ago(1)), entryAt("a0", "projects/shop-prod", ago(20)))
	before := r.cloud.count("/o/")
	r.read(0, true)
	r.want("a0", "a1", "a2", "a3", "a4", "d", "late", "new")
	if n := r.cloud.count("/o/") - before; n != 3 {
		t.Errorf("%d objects were read, want the one that failed and two new ones", n)
	}
	if from := r.checkpoint.From; !from.Equal(ago(20).Truncate(time.Hour)) {
		t.Errorf("whole since %s", from)
	}
}

// An empty bucket is no proof that nothing was used.
func TestLiveBucketIsEmpty(t *testing.T) {
	t.Parallel()
	r := newReader(t, gcp.Logs{Bucket: "logs"})
	if got := r.read(0, true); len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Message, "has no objects under") || !r.checkpoint.From.IsZero() {
		t.Errorf("%+v, whole since %s", got.Problems, r.checkpoint.From)
	}
}

// Whenever it crashes, whatever fails on the way and in whatever order new
// events come: each is read, and none twice.
func TestLiveEventsSurviveCrashes(t *testing.T) {
	t.Parallel()
	for name, logs := range map[string]gcp.Logs{
		"entries": {Entries: true}, "bucket": {Bucket: "logs"},
		"subscription": {Subscription: "projects/shop-prod/subscriptions/audit", Wait: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seeds := uint64(10)
			if testing.Short() {
				seeds = 2
			}
			for seed := range seeds {
				survive(t, logs, rand.New(rand.NewPCG(seed, 1)))
			}
		})
	}
}

func survive(t *testing.T, logs gcp.Logs, random *rand.Rand) {
	t.Helper()
	r := newReader(t, logs)
	r.from = r.from[:1]
	var all []string
	for range 8 {
		for range random.IntN(8) {
			id := fmt.Sprint("e", len(all))
			all = append(all, id)
			at := r.at.Add(-time.Duration(random.IntN(100)) * time.Minute)
			e := entryAt(id, "projects/shop-prod", at)
			r.cloud.logs.write(e)
			r.cloud.logs.publish(encoded(e), at)
			r.cloud.logs.put(objectOf("activity", at, "S"+id), e)
		}
		if random.IntN(2) == 0 {
			r.cloud.on("/", 1+random.IntN(9), answer(503, "UNAVAILABLE", "try again", nil))
		}
		r.read(random.IntN(6), random.IntN(3) > 0)
		r.cloud.logs.lapse()
		r.at = r.at.Add(10 * time.Minute)
	}
	r.cloud.on("/", 0, nil)
	for range 3 {
		r.read(0, true)
		r.cloud.logs.lapse()
	}
	r.want(all...)
	if n := r.cloud.logs.waiting(); logs.Subscription != "" && n != 0 {
		t.Errorf("%d messages wait", n)
	}
}
