package azure_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azeventhubs/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
)

var errBroken = errors.New("the connection broke")

// emulator is an address that is not asked.
const emulator = "http://127.0.0.1:1"

func hubOptions(h azure.Hub, now *time.Time) azure.Options {
	o := azure.Options{Endpoint: emulator, Now: func() time.Time { return *now }}
	o.Logs.EventHub = azure.LogHub{Namespace: "leastward", Name: "logs", Hub: h}
	return o
}

func recordOf(id, system string, at time.Time) string {
	return strings.TrimSpace(strings.ReplaceAll(event(id, at), strings.ToUpper(production), strings.ToUpper(system)))
}

func codes(list []entitlement.Problem) []string {
	var all []string
	for _, p := range list {
		all = append(all, p.Code)
	}
	return all
}

// One hub has the events of two subscriptions and of the tenant, and messages
// that are none.
func TestEventHubOfMany(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	at := func(n int) time.Time { return now.Add(time.Duration(n-60) * time.Minute) }
	h := newFakeHub("0", "1", "2")
	h.send("0", at(1), recordOf("a", production, at(0)), recordOf("b", sandbox, at(0)))
	h.sendBody("0", at(2), `{"records":[`)
	h.sendBody("1", at(3), "no JSON")
	h.send("1", at(4), recordOf("c", production, at(2)), `{"time":"2025-06-01T11:00:00Z","category":"SignInLogs","operationName":"Sign-in activity","tenantId":"`+tenant+
		`","properties":{"id":"s","createdDateTime":"2025-06-01T11:00:00Z","userId":"`+anna+`","userPrincipalName":"anna@example.com","status":{"errorCode":0}}}`)
	h.sendBody("1", at(5), "")
	o := hubOptions(azure.ShareHub(h, 1<<20), &now)
	for _, x := range []struct {
		system entitlement.SystemID
		events int
		from   time.Time
	}{{"", 1, at(4)}, {production, 2, at(1)}, {sandbox, 1, at(1)}} {
		l := newLogReader()
		out := l.read(t, t, o, x.system, -1)
		if len(l.got) != x.events || int(out.Stats.Parsed) != x.events || !out.Checkpoint.From.Equal(x.from) {
			t.Errorf("%q: %d events from %s, %+v", x.system, len(l.got), out.Checkpoint.From, out.Stats)
		}
		if bad := out.Stats.RejectedTotal() > 0 && len(out.Problems) > 0; bad != (x.system == "") {
			t.Errorf("%q: %+v, %v", x.system, out.Stats, out.Problems)
		}
		if out.Stats.In != out.Stats.Parsed+out.Stats.RejectedTotal() {
			t.Errorf("%q: %+v", x.system, out.Stats)
		}
	}
	if h.given != 5 || h.opened != 2 {
		t.Errorf("5 messages in 2 partitions were given as %d by %d readings", h.given, h.opened)
	}
}

// A shared hub holds what it has room for, and the rest is still read.
func TestSharedHubWithoutRoom(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	for limit, want := range map[int64]int{0: 20, 2500: 17, 1 << 20: 10} {
		h := newFakeHub("0")
		for i := range 10 {
			h.send("0", now, recordOf(fmt.Sprint(i), production, now.Add(-time.Duration(i+1)*time.Second)))
		}
		o := hubOptions(azure.ShareHub(h, limit), &now)
		for range 2 {
			l := newLogReader()
			if out := l.read(t, t, o, production, -1); len(l.got) != 10 || len(out.Problems) > 0 {
				t.Errorf("room for %d: %d events, %v", limit, len(l.got), out.Problems)
			}
		}
		if h.given != want {
			t.Errorf("room for %d: %d messages were given, want %d", limit, h.given, want)
		}
	}
}

// What the hub drops, what is empty, new or made anew.
func TestEventHubRetention(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	h, l := newFakeHub("0"), newLogReader()
	o := hubOptions(h, &now)
	n := 0
	read := func(what string, events int, from time.Time, want ...string) {
		t.Helper()
		out := l.read(t, t, o, production, -1)
		if diff := cmp.Diff(want, codes(out.Problems)); diff != "" || len(l.got) != events || !out.Checkpoint.From.Equal(from) {
			t.Errorf("%s: %d events from %s, %v", what, len(l.got), out.Checkpoint.From, out.Problems)
		}
		now = now.Add(time.Hour)
	}
	send := func(partition string, count int) {
		for range count {
			n++
			h.send(partition, now, recordOf(fmt.Sprint(n), production, now.Add(time.Duration(n-100)*time.Second)))
		}
	}
	none := time.Time{}
	read("empty", 0, none, azure.CodeEventHub)
	first := now
	send("0", 5)
	h.drop("0", 1)
	read("purged before the first reading", 4, first)
	h.drop("0", 4)
	read("all purged, all read", 4, first)
	send("0", 3)
	h.drop("0", 1)
	gap := now
	read("a gap", 6, gap, azure.CodeEventHubPartial)
	send("0", 2)
	h.drop("0", 4)
	gap = now
	read("a gap without a message behind it", 6, gap, azure.CodeEventHubPartial)
	h.parts["1"] = &fakePartition{}
	send("1", 2)
	read("another partition", 8, gap)
	delete(h.parts, "1")
	h.parts["0"] = &fakePartition{}
	send("0", 1)
	gap = now
	read("made anew", 9, gap, azure.CodeEventHubPartial)
	o.Logs.EventHub.Name = "other"
	h.parts = map[string]*fakePartition{"0": {}}
	gap = now
	send("0", 1)
	read("another hub", 10, gap)
}

// Failures are problems with a remedy, and what could not be read comes later.
func TestEventHubFailures(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		fail    func(*fakeHub)
		refusal bool
		events  int
	}{
		"unauthorized": {func(h *fakeHub) {
			h.refused = fmt.Errorf("list: %w", &azeventhubs.Error{Code: azeventhubs.ErrorCodeUnauthorizedAccess})
		}, true, 0},
		"forbidden":   {func(h *fakeHub) { h.refused = &azcore.ResponseError{StatusCode: 403, ErrorCode: "Forbidden"} }, true, 0},
		"401":         {func(h *fakeHub) { h.refused = &azcore.ResponseError{StatusCode: 401} }, true, 0},
		"lost":        {func(h *fakeHub) { h.refused = &azeventhubs.Error{Code: azeventhubs.ErrorCodeConnectionLost} }, false, 0},
		"a partition": {func(h *fakeHub) { h.breakAfter("0", 2) }, false, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, l := newFakeHub("0", "1"), newLogReader()
			for i := range 8 {
				h.send(fmt.Sprint(i/6), now, recordOf(fmt.Sprint(i), production, now.Add(-time.Duration(i+1)*time.Second)))
			}
			x.fail(h)
			o := hubOptions(h, &now)
			out := l.read(t, t, o, production, -1)
			if len(out.Problems) != 1 || out.Problems[0].Code != azure.CodeEventHub || len(l.got) != x.events || !out.Checkpoint.From.IsZero() {
				t.Fatalf("%d events, %+v", len(l.got), out.Problems)
			}
			p := out.Problems[0]
			if refused := p.Permission != "" && strings.Contains(p.Message, "Azure Event Hubs Data Receiver"); refused != x.refusal {
				t.Errorf("%+v", p)
			}
			h.mend()
			if out = l.read(t, t, o, production, -1); len(l.got) != 8 || len(out.Problems) > 0 || !out.Checkpoint.From.Equal(now) {
				t.Errorf("mended: %d events, %+v", len(l.got), out.Problems)
			}
		})
	}
}

// Whatever comes where, and wherever the reader crashes, each event of each
// system is kept once.
func TestEventHubNeitherLosesNorDoubles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2025, 6, 1, 0, 30, 0, 0, time.UTC)
		h := newFakeHub("0", "1", "2")
		systems := []string{production, sandbox}
		written, readers := map[string]map[string]int{}, map[string]*logReader{}
		for _, s := range systems {
			written[s], readers[s] = map[string]int{}, newLogReader()
		}
		n := 0
		readAll := func(crash bool) {
			shared := azure.ShareHub(h, rapid.SampledFrom([]int64{0, 1500, 1 << 20}).Draw(t, "room"))
			for _, s := range systems {
				stop := -1
				if crash {
					stop = rapid.IntRange(-1, 8).Draw(t, "stop after")
				}
				readers[s].read(t, ctxOfRapid{t}, hubOptions(shared, &now), entitlement.SystemID(s), stop)
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			now = now.Add(time.Hour)
			for range rapid.IntRange(0, 8).Draw(t, "messages") {
				var records []string
				for range rapid.IntRange(0, 3).Draw(t, "records") {
					n++
					s := rapid.SampledFrom(systems).Draw(t, "system")
					at := now.Add(-time.Duration(rapid.IntRange(0, 120).Draw(t, "late"))*time.Minute + time.Duration(n)*time.Millisecond)
					records = append(records, recordOf(fmt.Sprint("e", n), s, at))
					written[s][at.Format(time.RFC3339Nano)] = 1
				}
				part := rapid.SampledFrom([]string{"0", "1", "2"}).Draw(t, "partition")
				for range rapid.IntRange(1, 2).Draw(t, "sent") { // Azure Monitor may send twice.
					h.send(part, now, slices.Clone(records)...)
				}
			}
			switch rapid.IntRange(0, 4).Draw(t, "trouble") {
			case 0:
				h.refused = errBroken
			case 1:
				h.breakAfter("1", rapid.IntRange(0, 4).Draw(t, "breaks after"))
			}
			readAll(true)
			h.mend()
		}
		readAll(false)
		for _, s := range systems {
			if diff := cmp.Diff(written[s], readers[s].got); diff != "" {
				t.Fatalf("%s: written and kept differ (-written +kept):\n%s", s, diff)
			}
		}
	})
}

func TestEventHubOptions(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		hub  azure.LogHub
		want string
	}{
		{azure.LogHub{Namespace: "leastward", Name: "logs"}, ""},
		{azure.LogHub{Namespace: "leastward.servicebus.windows.net", Name: "insights-activity-logs", ConsumerGroup: "leastward"}, ""},
		{azure.LogHub{Name: "logs"}, "logs.event_hub.namespace"},
		{azure.LogHub{Namespace: "https://leastward", Name: "logs"}, "logs.event_hub.namespace"},
		{azure.LogHub{Namespace: "leastward"}, "logs.event_hub.hub"},
		{azure.LogHub{Namespace: "leastward", Name: "a/b"}, "logs.event_hub.hub"},
		{azure.LogHub{Namespace: "leastward", Name: "logs", ConsumerGroup: "a b"}, "logs.event_hub.consumer_group"},
	} {
		o := azure.Options{Logs: azure.LogOptions{EventHub: x.hub}}
		if err := o.Validate(); (err == nil) != (x.want == "") || err != nil && !strings.HasPrefix(err.Error(), x.want) {
			t.Errorf("%+v: %v", x.hub, err)
		}
	}
	o := azure.Options{Endpoint: emulator}
	o.Logs.EventHub = azure.LogHub{Namespace: "leastward", Name: "logs"}
	c, err := azure.New(o)
	if err != nil || c.OpenHub() == nil {
		t.Error(err)
	}
}

// Whoever reads from where, and in whatever order, gets all that is behind it.
func TestSharedHubFromAnywhere(t *testing.T) {
	t.Parallel()
	h := newFakeHub("0")
	for i := range 9 {
		h.sendBody("0", time.Unix(int64(i), 0), "{}")
	}
	shared := azure.ShareHub(h, 1<<20)
	for _, after := range []int64{4, -1, 2, -1, 6} {
		m, err := shared.Open(t.Context(), "0", after)
		if err != nil {
			t.Fatal(err)
		}
		for want := after + 1; want < 9; {
			got, err := m.Next(t.Context(), 2)
			if err != nil || len(got) == 0 {
				t.Fatalf("after %d: %v, %v before %d", after, got, err, want)
			}
			for i := range got {
				if got[i].Sequence != want {
					t.Fatalf("after %d: message %d, want %d", after, got[i].Sequence, want)
				}
				want++
			}
		}
		m.Close(t.Context())
	}
}
