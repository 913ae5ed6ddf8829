package source_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit/moto"
)

// live is a test of the live source against an account of its own.
type live struct {
	*testing.T
	*cloud
}

// TestLive runs all tests against one emulator, each with an account of its own.
func TestLive(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the AWS emulator, which takes seconds")
	}
	emulator := moto.Start(t, "MOTO_IAM_LOAD_MANAGED_POLICIES=false")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	tests := []struct {
		name string
		run  func(live)
	}{
		{"counts each event once", live.once},
		{"goes on after a restart", live.restart},
		{"survives being killed at any time", live.killed},
		{"survives being cancelled at any time", live.cancelled},
		{"survives failing saves", live.failingSaves},
		{"begins anew where the usage is damaged", live.damaged},
		{"refuses another account", live.otherAccount},
		{"waits for the permission to read the bucket", live.refused},
		{"counts no event of a half read history twice", live.halfHistory},
		{"has every event in the audit store after being killed at any time", live.killedWithStore},
		{"fills an audit store that lacks what was read before", live.anotherStore},
		{"fills an audit store that was put back from a copy or made anew", live.olderStore},
		{"counts what a full audit store refuses", live.fullStore},
		{"meters what is stored", live.meters},
		{"deletes messages once their events are saved", live.queued},
		{"makes the index anew from the audit store", live.rebuilt},
	}
	for i, test := range []struct {
		name string
		run  func(*organization)
	}{
		{"finds the accounts of an organisation", organized},
		{"reads as each mode of onboarding says", modes},
		{"follows the accounts of an organisation", states},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(newOrganization(t, emulator, fmt.Sprintf("3000000000%02d", i)))
		})
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(live{t, newCloud(t, emulator, fmt.Sprintf("2000000000%02d", i))})
		})
	}
}

// once delivers files between readings: each reading counts what is new, and
// a redelivery is new to nobody.
func (l live) once() {
	t, c, s := l.T, l.cloud, l.start(l.T, l.TempDir())
	today := time.Now()
	first := records(0, 21, today.Add(-3*time.Hour), 9*time.Hour)
	c.deliver(t, home, today.Add(-3*time.Hour), first[:11]...)
	c.deliver(t, second, today.Add(-3*time.Hour), first[11:]...)
	reading := read(t, s)
	noProblems(t, reading)
	wantEvents(t, "first reading", reading, collector.EventCounts{In: 21, Used: 9, Denied: 6, NotPermissionBearing: 3, Unmapped: 3})
	same(t, "first reading", c.truth(first...), reading.Usage)
	if latest := first[20].at; !reading.Latest.Equal(latest) {
		t.Errorf("latest event %s, want %s", reading.Latest, latest)
	}

	reading = read(t, s)
	wantEvents(t, "nothing new", reading, collector.EventCounts{})
	same(t, "nothing new", c.truth(first...), reading.Usage)

	more := records(21, 7, today.Add(-time.Hour), time.Minute)
	c.deliver(t, home, today.Add(-time.Hour), more...)
	reading = read(t, s)
	wantEvents(t, "a new file", reading, collector.EventCounts{In: 7, Used: 3, Denied: 2, NotPermissionBearing: 1, Unmapped: 1})
	same(t, "a new file", c.truth(slices.Concat(first, more)...), reading.Usage)

	c.deliver(t, second, today, more...)
	reading = read(t, s)
	wantEvents(t, "redelivered", reading, collector.EventCounts{In: 7, Rejected: map[string]int{"duplicate": 7}})
	same(t, "redelivered", c.truth(slices.Concat(first, more)...), reading.Usage)
}

// restart begins anew with what the directory holds between all readings.
func (l live) restart() {
	t, c, dir := l.T, l.cloud, l.TempDir()
	today := time.Now()
	var all []record
	for i := range 4 {
		at := today.Add(-time.Duration(80-20*i) * time.Hour)
		more := records(10*i, 10, at, time.Hour)
		c.deliver(t, []string{home, second}[i%2], at, more...)
		if i > 0 {
			more = append(more, all[len(all)-3:]...) // Once more.
			c.deliver(t, third, at, more...)
		}
		all = append(all, more[:10]...)
		reading := read(t, c.start(t, dir))
		noProblems(t, reading)
		same(t, fmt.Sprintf("start %d", i+1), c.truth(all...), reading.Usage)
	}
	reading := read(t, c.start(t, dir))
	wantEvents(t, "nothing new", reading, collector.EventCounts{})
	same(t, "nothing new", c.truth(all...), reading.Usage)
	same(t, "uninterrupted", c.truth(all...), read(t, c.start(t, t.TempDir())).Usage)
}

func (l live) otherAccount() {
	t, c := l.T, l.cloud
	belongs := c.account
	c.account = "299999999999"
	err := fail(t.Context(), t, c.start(t, t.TempDir()))
	for _, want := range []string{"belong to account " + belongs, "not to 299999999999", "role"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q: %v", want, err)
		}
	}
}

// refused takes the permission to read the bucket away, to list it or to get
// its files: the inventory is there, nothing is said to be unused, and what was
// missed is read later.
func (l live) refused() {
	t, c := l.T, l.cloud
	today := time.Now()
	all := records(0, 40, today.Add(-time.Hour), 8*time.Hour)
	for i := 0; i < len(all); i += 4 {
		c.deliver(t, []string{home, second}[i/4%2], all[i+3].at, all[i:i+4]...)
	}
	for _, op := range []string{"s3:GetObject", "s3:ListObjectsV2"} {
		dir := t.TempDir()
		c.on(func(now *call) {
			if now.op == op {
				now.answer = &answer{403, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`}
			}
		})
		for range 2 {
			reading := read(t, c.start(t, dir))
			inv := reading.Inventory
			if !slices.ContainsFunc(inv.Problems, func(p entitlement.Problem) bool { return p.Code == "AWS_CLOUDTRAIL_S3_ACCESS_DENIED" }) {
				t.Errorf("%s refused: problems %+v", op, inv.Problems)
			}
			if !inv.FullHistoryFrom.IsZero() || len(inv.Identities) < len(users()) {
				t.Errorf("%s refused: history from %s, %d identities", op, inv.FullHistoryFrom, len(inv.Identities))
			}
			same(t, op+" refused", c.truth(), reading.Usage)
		}
		c.on(nil)
		reading := read(t, c.start(t, dir))
		noProblems(t, reading)
		if reading.Inventory.FullHistoryFrom.IsZero() {
			t.Errorf("%s allowed again: the history is still incomplete", op)
		}
		same(t, op+" allowed again", c.truth(all...), reading.Usage)
	}
}

func noProblems(t *testing.T, r *collector.Reading) {
	t.Helper()
	if len(r.Inventory.Problems) > 0 {
		t.Errorf("problems: %+v", r.Inventory.Problems)
	}
}

func wantEvents(t *testing.T, what string, r *collector.Reading, want collector.EventCounts) {
	t.Helper()
	if diff := cmp.Diff(want, r.Events); diff != "" {
		t.Errorf("%s: events (-want +got):\n%s", what, diff)
	}
}
