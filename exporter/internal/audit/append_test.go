package audit_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/exporter/internal/audit"
	"github.com/leastward/leastward/internal/api"
	"github.com/leastward/leastward/internal/auditlog"
)

func platformEvent(n int) api.PlatformEvent {
	return api.PlatformEvent{
		ID: fmt.Sprintf("step-%d", n), Time: now().Add(-time.Minute), Actor: "ana", Action: "leastward:ApplyStep",
		Resources: []api.AuditResource{{ID: "arn:aws:iam::111111111111:user/ben", Type: "aws:user"}},
		Details:   json.RawMessage(`{"playbook": "quarantine",  "n": 12345678901234567890}`),
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	f := start(t)
	c := f.client(writerToken)
	for _, want := range []api.AppendAnswer{{New: 2}, {Duplicate: 2}} {
		got, err := c.Append(t.Context(), []api.PlatformEvent{platformEvent(1), platformEvent(2)})
		if err != nil || *got != want {
			t.Errorf("append = %+v, %v; want %+v", got, err, want)
		}
	}
	for _, text := range []string{"cloud:platform", "user:ana and action:leastward:ApplyStep", `text:quarantine`, "resource:arn:aws:iam::111111111111:user/ben"} {
		got, err := c.Query(t.Context(), &api.AuditQuestion{Text: text, Raw: true})
		if err != nil || len(got.Events) != 2 {
			t.Errorf("%s: %+v, %v, want both events", text, got, err)
			continue
		}
		var raw api.PlatformEvent
		if err := json.Unmarshal([]byte(got.Events[0].Raw), &raw); err != nil || !strings.Contains(string(raw.Details), "12345678901234567890") {
			t.Errorf("the record %s, %v", got.Events[0].Raw, err)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	f := start(t)
	many := make([]api.PlatformEvent, api.MaxPlatformEvents+1)
	change := func(do func(*api.PlatformEvent)) []api.PlatformEvent {
		bad := platformEvent(2)
		do(&bad)
		return []api.PlatformEvent{platformEvent(1), bad}
	}
	for name, tc := range map[string]struct {
		token  string
		events []api.PlatformEvent
		status int
		want   string
	}{
		"viewer":    {oneToken, change(func(*api.PlatformEvent) {}), 403, "role viewer"},
		"none":      {writerToken, nil, 400, "events"},
		"many":      {writerToken, many, 400, "1000"},
		"no id":     {writerToken, change(func(e *api.PlatformEvent) { e.ID = "" }), 400, "events[1].id"},
		"long id":   {writerToken, change(func(e *api.PlatformEvent) { e.ID = strings.Repeat("x", 201) }), 400, "events[1].id"},
		"no time":   {writerToken, change(func(e *api.PlatformEvent) { e.Time = time.Time{} }), 400, "events[1].time"},
		"ahead":     {writerToken, change(func(e *api.PlatformEvent) { e.Time = now().Add(2 * time.Hour) }), 400, "ahead"},
		"no actor":  {writerToken, change(func(e *api.PlatformEvent) { e.Actor = "" }), 400, "events[1].actor"},
		"action":    {writerToken, change(func(e *api.PlatformEvent) { e.Action = "Apply" }), 400, "events[1].action"},
		"outcome":   {writerToken, change(func(e *api.PlatformEvent) { e.Outcome = "maybe" }), 400, "events[1].outcome"},
		"resource":  {writerToken, change(func(e *api.PlatformEvent) { e.Resources = []api.AuditResource{{Type: "x"}} }), 400, "events[1].resources[0]"},
		"resources": {writerToken, change(func(e *api.PlatformEvent) { e.Resources = make([]api.AuditResource, 101) }), 400, "events[1].resources"},
		"session":   {writerToken, change(func(e *api.PlatformEvent) { e.Session = strings.Repeat("x", 5000) }), 400, "events[1].session"},
		"large":     {writerToken, change(func(e *api.PlatformEvent) { e.Details = json.RawMessage(`"` + strings.Repeat("x", 70_000) + `"`) }), 400, "events[1].details"},
	} {
		got := f.do("POST", api.AuditEventsPath, tc.token, api.AppendRequest{Events: tc.events})
		if got.status != tc.status || !strings.Contains(got.body, tc.want) {
			t.Errorf("%s: %d %s, want %d with %q", name, got.status, got.body, tc.status, tc.want)
		}
	}
	if stats, err := f.client(adminToken).Stats(t.Context()); err != nil || *stats.Events != 0 {
		t.Errorf("events of refused requests are stored: %+v, %v", stats, err)
	}
	if got, err := f.client(adminToken).Append(t.Context(), []api.PlatformEvent{platformEvent(1)}); err != nil || got.New != 1 {
		t.Errorf("append by an administrator = %+v, %v", got, err)
	}
}

// An appended event is never taken for a cloud's own of the same id.
func TestAppendShadowsNothing(t *testing.T) {
	t.Parallel()
	f := start(t)
	genuine := event("111111111111", 1)
	forged := platformEvent(1)
	forged.ID = genuine.ID
	if _, err := f.client(writerToken).Append(t.Context(), []api.PlatformEvent{forged}); err != nil {
		t.Fatal(err)
	}
	added, err := f.store.Add(t.Context(), []auditlog.Event{genuine})
	if err != nil || added.New != 1 {
		t.Errorf("the genuine event: %+v, %v, want it stored", added, err)
	}
}

func TestPlatformRecord(t *testing.T) {
	t.Parallel()
	f := start(t)
	p := &audit.Platform{Store: f.store, Now: now, Logger: slog.New(slog.DiscardHandler)}
	p.Record(t.Context(), api.PlatformEvent{Actor: "leastward", Action: "leastward:ReloadConfiguration"})
	(*audit.Platform)(nil).Record(t.Context(), api.PlatformEvent{})
	got, err := f.client(adminToken).Query(t.Context(), &api.AuditQuestion{Text: "cloud:platform", Range: lastDay()})
	if err != nil || len(got.Events) != 1 {
		t.Errorf("platform events = %+v, %v", got, err)
	}
}

// Changes of saved queries are Platform events.
func TestSavedQueriesAreRecorded(t *testing.T) {
	t.Parallel()
	f := start(t)
	c := f.client(adminToken)
	q, err := c.Save(t.Context(), &api.SaveRequest{Name: "mine", Text: "outcome:denied"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Share(t.Context(), q.ID, &api.ShareRequest{Visibility: "shared", Version: q.Version}); err != nil {
		t.Fatal(err)
	}
	if err := c.Delete(t.Context(), q.ID, 0); err != nil {
		t.Fatal(err)
	}
	got, err := c.Query(t.Context(), &api.AuditQuestion{Text: "cloud:platform and user:ada and resource:" + q.ID, Range: lastDay()})
	if err != nil || len(got.Events) != 3 {
		t.Fatalf("platform events = %+v, %v, want three", got, err)
	}
	for _, ev := range got.Events {
		if ev.System != audit.PlatformSystem || ev.Service != "leastward" || ev.Username != "ada" {
			t.Errorf("event = %+v", ev)
		}
	}
}
