package anomaly_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/logsql"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/remote"
	"github.com/leastward/leastward/internal/auditlog/trigger"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/testkit"
)

// Rules and triggers ask a server what they ask the store of their own.
func TestOnAServer(t *testing.T) {
	t.Parallel()
	b := benchOn(t, openRemote(t), rule(anomaly.Resource, 30))
	b.add(t, background(200), event("lately", ago(20, 0), "ana", "arn:aws:s3:::a"))
	triggers, err := trigger.New(trigger.Options{
		Store: b.store, State: b.db, LogsQL: logsql.Options{Catalog: catalog.AWS()}, Now: until,
		Triggers: []trigger.Definition{{
			Name: "reads", Enabled: true, Severity: alert.Info,
			Where: trigger.Condition{Node: &query.Node{Field: query.Action, Operator: query.Is, Values: []string{"s3:GetObject"}}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	evaluate := func() {
		t.Helper()
		b.evaluate(t)
		if err := triggers.Evaluate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	evaluate()
	b.add(t, event("old", ago(2, 0), "ana", "arn:aws:s3:::a/k"), event("new", ago(2, 1), "ana", `arn:aws:s3:::b/"k`), event("lately", ago(20, 0), "ana", "arn:aws:s3:::a"))
	evaluate()
	evaluate()
	want := []string{line(ago(2, 1), "1", "ana", "arn:aws:s3:::b", time.Time{}) + " new"}
	if diff := cmp.Diff(want, b.reports(t, "resource")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	matches, err := triggers.Matches(t.Context(), "reads", time.Time{}, nil)
	if err != nil || len(matches) != 2 || matches[0].Event != "new" || triggers.Status()[0].Totals[0].Count != 2 {
		t.Errorf("got %+v, %v", matches, err)
	}
}

func openRemote(t *testing.T) auditlog.Store {
	t.Helper()
	address := testkit.FreeAddress(t)
	testkit.StartProcess(t, nil, testkit.Tool(t, "victoria-logs"), "-httpListenAddr="+address, "-storageDataPath="+filepath.Join(t.TempDir(), "data"),
		"-retentionPeriod=90y", "-futureRetention=90y", "-inmemoryDataFlushInterval=1s", "-loggerLevel=WARN", "-memory.allowedBytes=200MB")
	testkit.AwaitHTTP(t, "http://"+address+"/health", 20*time.Second)
	const year = 365 * day
	store, err := remote.Open(remote.Options{
		InsertURLs: []string{"http://" + address}, Retention: 20 * year, Future: 20 * year, Settle: time.Second, Durable: 4 * time.Second,
		Catalog: catalog.AWS(), Logger: slog.New(slog.DiscardHandler), Now: until,
	})
	if err != nil {
		t.Fatal(err)
	}
	return store
}
