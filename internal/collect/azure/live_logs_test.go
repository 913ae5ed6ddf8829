package azure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const activityStream = "resourceId=/SUBSCRIPTIONS/" + production

// event is one line of the Activity Log as diagnostic settings write it.
func event(id string, at time.Time) string {
	return fmt.Sprintf(`{"time":%q,"resourceId":"/SUBSCRIPTIONS/%s/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.STORAGE/STORAGEACCOUNTS/DATA","operationName":"MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE",`+
		`"category":"Administrative","resultType":"Success","resultSignature":"Succeeded.","correlationId":%q,"eventDataId":%q,"identity":{"claims":{"http://schemas.microsoft.com/identity/claims/objectidentifier":%q}}}`+"\n",
		at.Format(time.RFC3339Nano), strings.ToUpper(production), id, id, anna)
}

// reader keeps what an exporter keeps between readings.
type logReader struct {
	seen       *usage.Seen
	checkpoint azure.Checkpoint
	got        map[string]int // Events by correlation.
}

func newLogReader() *logReader { return &logReader{seen: usage.NewSeen(), got: map[string]int{}} }

var errStop = errors.New("as in a crash")

// read reads what is new. It stops after so many events, as a crash would, and
// then keeps what it had at the last checkpoint; a negative number is never.
func (l *logReader) read(t interface{ Fatal(...any) }, ctx ctxOf, o azure.Options, system entitlement.SystemID, stopAfter int) azure.Reading {
	o.Logs.Events.Seen = copyOf(l.seen)
	seen := o.Logs.Events.Seen.(*usage.Seen)
	c, err := azure.New(o)
	if err != nil {
		t.Fatal(err)
	}
	got := maps.Clone(l.got)
	out, err := c.Events(ctx.Context(), system, l.checkpoint, func(ev *auditlog.Event) error {
		if stopAfter == 0 {
			return errStop
		}
		stopAfter--
		got[ev.Time.Format(time.RFC3339Nano)]++
		return nil
	}, func(p azure.Checkpoint) error {
		l.keep(t, p, seen, got)
		return nil
	})
	if err != nil {
		if !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		return out
	}
	seen.Forget(out.Settled)
	l.keep(t, out.Checkpoint, seen, got)
	return out
}

func (l *logReader) keep(t interface{ Fatal(...any) }, p azure.Checkpoint, seen *usage.Seen, got map[string]int) {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	l.checkpoint = azure.Checkpoint{}
	if err := json.Unmarshal(data, &l.checkpoint); err != nil {
		t.Fatal(err)
	}
	l.seen, l.got = copyOf(seen), maps.Clone(got)
}

func storageOptions(c *cloud, now *time.Time) azure.Options {
	o := c.options()
	o.Logs.Storage.Account = "logs"
	o.Now = func() time.Time { return *now }
	return o
}

// Hourly blobs grow, are late, and come for hours that were passed.
func TestLogsOfTheStorageAccount(t *testing.T) {
	t.Parallel()
	c := newCloud(t, nil, nil)
	now := time.Date(2025, 6, 1, 12, 10, 0, 0, time.UTC)
	o, l := storageOptions(c, &now), newLogReader()
	hour := func(n int) time.Time { return time.Date(2025, 6, 1, n, 0, 0, 0, time.UTC) }
	blob := func(n int) string { return blobName("insights-activity-logs", activityStream, hour(n)) }
	for n := range 12 {
		c.log.add(blob(n), event(fmt.Sprint("a", n), hour(n).Add(time.Minute)))
	}
	c.log.add(blobName("insights-activity-logs", "resourceId=/SUBSCRIPTIONS/"+sandbox, hour(3)), event("other", hour(3)))
	c.log.add(blob(12), event("b", hour(12).Add(time.Minute))+`{"time":"2025-06-01T12:05`)
	out := l.read(t, t, o, production, -1)
	if len(l.got) != 13 || len(out.Problems) > 0 || !out.Checkpoint.From.Equal(hour(0)) {
		t.Fatalf("%d events, from %s, problems %v", len(l.got), out.Checkpoint.From, out.Problems)
	}
	// The line that was being written is completed, an hour that was passed grows,
	// and one turns up that was not there.
	now = now.Add(time.Hour)
	c.log.set(blob(12), event("b", hour(12).Add(time.Minute))+event("c", hour(12).Add(5*time.Minute)))
	c.log.add(blob(2), event("late", hour(2).Add(2*time.Minute)))
	before := c.requests("/logs/" + blob(5))
	out = l.read(t, t, o, production, -1)
	if len(l.got) != 15 || out.Stats.Parsed != 2 || out.Stats.In != 2 || len(out.Problems) > 0 {
		t.Errorf("%d events, %+v, problems %v", len(l.got), out.Stats, out.Problems)
	}
	if n := c.requests("/logs/" + blob(5)); n != before {
		t.Errorf("a blob without anything new was read %d times more", n-before)
	}
	for at, n := range l.got {
		if n != 1 {
			t.Errorf("the event of %s came %d times", at, n)
		}
	}
}

// A blob that is written anew whenever it grows, as before 2018, counts once.
func TestBlobsThatAreWrittenAnew(t *testing.T) {
	t.Parallel()
	c := newCloud(t, nil, nil)
	now := time.Date(2025, 6, 1, 12, 10, 0, 0, time.UTC)
	o, l := storageOptions(c, &now), newLogReader()
	name := blobName("insights-activity-logs", activityStream, now.Truncate(time.Hour))
	c.log.block[name] = true
	c.log.set(name, `{"records":[`+event("a", now)+`]}`)
	l.read(t, t, o, production, -1)
	c.log.set(name, `{"records":[`+event("a", now)+","+event("b", now.Add(time.Second))+`]}`)
	out := l.read(t, t, o, production, -1)
	if len(l.got) != 2 || out.Stats.Parsed != 1 {
		t.Errorf("%v, %+v", l.got, out.Stats)
	}
}

func TestFaultsOfTheStorageAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 10, 0, 0, time.UTC)
	blob := blobName("insights-activity-logs", activityStream, now.Truncate(time.Hour))
	older := blobName("insights-activity-logs", activityStream, now.Add(-2*time.Hour).Truncate(time.Hour))
	for name, test := range map[string]struct {
		path       string
		fault      fault
		code       string
		permission bool
		first      int // Events of the first reading.
	}{
		"list refused":  {"/logs/insights-activity-logs", fault{status: 403, code: "AuthorizationPermissionMismatch", forever: true}, azure.CodeExport, true, 0},
		"read refused":  {"/logs/" + older, fault{status: 403, code: "AuthorizationPermissionMismatch", forever: true}, azure.CodeExport, true, 0},
		"read broken":   {"/logs/" + older, fault{status: 500, code: "InternalError", forever: true}, azure.CodeExport, false, 1},
		"throttled":     {"/logs/" + older, fault{status: 503, code: "ServerBusy", header: map[string]string{"retry-after-ms": "1"}}, "", false, 2},
		"not signed in": {"/logs/insights-activity-logs", fault{status: 401, code: "InvalidAuthenticationInfo", forever: true}, azure.CodeExport, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, nil, nil)
			now := now
			o, l := storageOptions(c, &now), newLogReader()
			c.log.add(older, event("a", now.Add(-2*time.Hour)))
			c.log.add(blob, event("b", now))
			c.fail(test.path, test.fault)
			out := l.read(t, t, o, production, -1)
			if test.code == "" && len(out.Problems) > 0 || test.code != "" && (len(out.Problems) != 1 || out.Problems[0].Code != test.code || (out.Problems[0].Permission != "") != test.permission) {
				t.Errorf("problems %+v", out.Problems)
			}
			if len(l.got) != test.first || out.Checkpoint.From.IsZero() != (test.code != "") {
				t.Errorf("%d events, from %s", len(l.got), out.Checkpoint.From)
			}
			c.fail(test.path)
			now = now.Add(time.Hour)
			if out = l.read(t, t, o, production, -1); len(l.got) != 2 || len(out.Problems) > 0 {
				t.Errorf("afterwards %d events, problems %v", len(l.got), out.Problems)
			}
		})
	}
}

// A blob that was deleted is said to be missing; a container without the
// subscription's events, too.
func TestEventsThatAreNotThere(t *testing.T) {
	t.Parallel()
	c := newCloud(t, nil, nil)
	now := time.Date(2025, 6, 1, 12, 10, 0, 0, time.UTC)
	o, l := storageOptions(c, &now), newLogReader()
	name := blobName("insights-activity-logs", activityStream, now)
	c.log.add(name, event("a", now))
	c.fail("/logs/"+name, fault{status: http.StatusNotFound, code: "BlobNotFound", forever: true})
	if out := l.read(t, t, o, production, -1); len(out.Problems) != 1 || out.Problems[0].Code != azure.CodeExportPartial {
		t.Errorf("%+v", out.Problems)
	}
	if out := newLogReader().read(t, t, o, sandbox, -1); len(out.Problems) != 1 || !strings.Contains(out.Problems[0].Message, "no events") {
		t.Errorf("%+v", out.Problems)
	}
}

// Whatever comes when, and wherever the reader crashes, each event is kept
// once.
func TestLogsAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lists, _ := map[string][]string(nil), 0
		c := cloudOf(lists)
		defer c.Close()
		start := time.Date(2025, 6, 1, 0, 30, 0, 0, time.UTC)
		now := start
		o, l := storageOptions(c, &now), newLogReader()
		o.Logs.Window = 72 * time.Hour // Fewer lists.
		written := map[string]int{}
		for range rapid.IntRange(1, 7).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 180).Draw(t, "minutes")) * time.Minute)
			for range rapid.IntRange(0, 6).Draw(t, "events") {
				at := now.Add(-time.Duration(rapid.IntRange(0, 600).Draw(t, "late")) * time.Minute).Add(time.Duration(len(written)+1) * time.Millisecond)
				hour := now.Add(-time.Duration(rapid.IntRange(0, 10).Draw(t, "hours ago")) * time.Hour)
				c.log.add(blobName("insights-activity-logs", activityStream, hour), event(fmt.Sprint("e", len(written)), at))
				written[at.Format(time.RFC3339Nano)] = 1
			}
			if rapid.Bool().Draw(t, "broken") {
				c.breakOne(rapid.IntRange(0, 5).Draw(t, "which"))
			}
			l.read(t, ctxOfRapid{t}, o, production, rapid.IntRange(-1, 8).Draw(t, "stop after"))
			c.mend()
		}
		now = now.Add(time.Minute)
		l.read(t, ctxOfRapid{t}, o, production, -1)
		if diff := cmp.Diff(written, l.got); diff != "" {
			t.Fatalf("written and kept differ (-written +kept):\n%s", diff)
		}
	})
}

// The Activity Log is read by days, and what is late by hours is found.
func TestActivityLog(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	c := newCloud(t, nil, nil)
	c.log.activity = []time.Time{now.Add(-80 * 24 * time.Hour), now.Add(-30 * time.Hour), now.Add(-time.Hour)}
	o, l := c.options(), newLogReader()
	o.Logs.ActivityLog, o.Now = true, func() time.Time { return now }
	out := l.read(t, t, o, production, -1)
	if len(l.got) != 3 || len(out.Problems) > 0 || !out.Checkpoint.From.Equal(now.Add(-90*24*time.Hour)) {
		t.Fatalf("%v from %s, problems %v", l.got, out.Checkpoint.From, out.Problems)
	}
	path := "/subscriptions/" + production + "/providers/Microsoft.Insights/eventtypes/management/values"
	if n := c.requests(path); n != 90 {
		t.Errorf("%d requests for 90 days", n)
	}
	c.log.activity = append(c.log.activity, now.Add(-2*time.Hour), now.Add(time.Hour))
	now = now.Add(2 * time.Hour)
	if out = l.read(t, t, o, production, -1); len(l.got) != 5 || c.requests(path) != 91 || out.Settled.After(now.Add(-6*time.Hour)) {
		t.Errorf("%v by %d requests, settled %s", l.got, c.requests(path), out.Settled)
	}
	c.fail(path, refusal())
	if out = l.read(t, t, o, production, -1); len(out.Problems) != 1 || out.Problems[0].Permission == "" {
		t.Errorf("%+v", out.Problems)
	}
	// After a pause of months there is a gap.
	now = now.Add(100 * 24 * time.Hour)
	c.fail(path)
	if out = l.read(t, t, o, production, -1); !out.Checkpoint.From.Equal(now.Add(-90 * 24 * time.Hour)) {
		t.Errorf("from %s", out.Checkpoint.From)
	}
}

// The tenant's own logs come from Microsoft Graph.
func TestDirectoryLogs(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	c := newCloud(t, map[string][]string{
		"/v1.0/auditLogs/directoryAudits": {`{"id":"1","category":"GroupManagement","activityDisplayName":"Add member to group","activityDateTime":"2025-06-01T11:00:00Z","result":"success","initiatedBy":{"user":{"id":"` + anna + `","userPrincipalName":"anna@example.com"}},"targetResources":[]}`},
		"/beta/auditLogs/signIns":         {`{"id":"2","createdDateTime":"2025-06-01T11:30:00Z","userPrincipalName":"anna@example.com","userId":"` + anna + `","appDisplayName":"Azure Portal","status":{"errorCode":0},"isInteractive":true}`},
	}, nil)
	o, l := c.options(), newLogReader()
	o.Logs.Directory, o.Now = true, func() time.Time { return now }
	out := l.read(t, t, o, "", -1)
	if len(l.got) != 2 || len(out.Problems) > 0 || out.Stats.Rejected["duplicate"] == 0 {
		t.Errorf("%v, %+v, problems %v", l.got, out.Stats, out.Problems)
	}
	if got := slices.Sorted(maps.Keys(out.Checkpoint.Lists)); !slices.Equal(got, []string{"directoryAudits", "signIns"}) {
		t.Errorf("lists %v", got)
	}
	c.fail("/beta/auditLogs/signIns", refusal())
	if out = l.read(t, t, o, "", -1); len(out.Problems) != 1 || out.Problems[0].Code != azure.CodeDirectoryLogs {
		t.Errorf("%+v", out.Problems)
	}
}
