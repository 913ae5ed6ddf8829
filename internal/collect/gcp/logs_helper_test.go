package gcp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
)

// events reads a document of logs.
func events(tb testing.TB, doc string) ([]auditlog.Event, records.Stats, []string) {
	tb.Helper()
	var out []auditlog.Event
	stats, list, err := gcp.ParseEvents(tb.Context(), strings.NewReader(doc), "doc", records.Options{Now: now}, func(ev *auditlog.Event) error {
		e := *ev
		e.Resources = slices.Clone(ev.Resources)
		out = append(out, e)
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if stats.In != stats.Parsed+stats.RejectedTotal() {
		tb.Errorf("counts do not add up: %+v", stats)
	}
	return out, stats, problems(list)
}

// one reads a document with one event.
func one(tb testing.TB, doc string) auditlog.Event {
	tb.Helper()
	list, stats, wrong := events(tb, doc)
	if len(list) != 1 || stats.In != 1 {
		tb.Fatalf("%s: %d events, %+v, %q", doc, len(list), stats, wrong)
	}
	return list[0]
}

// audit is an entry with a payload of the members given.
func audit(members string) string {
	return `{"insertId":"i1","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2025-01-01T00:00:00.5Z",` +
		`"resource":{"type":"project","labels":{"project_id":"p"}},"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog",` +
		`"serviceName":"storage.googleapis.com","methodName":"storage.buckets.create","authenticationInfo":{"principalEmail":"A@example.com"},` + members + `}}`
}
