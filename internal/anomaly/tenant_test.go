package anomaly_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// tenantEvents returns the events of a sample organisation by time, and the
// attack that is among them.
func tenantEvents(t *testing.T) ([]auditlog.Event, *tenant.Attack) {
	t.Helper()
	dir := t.TempDir()
	if err := tenant.Generate(tenant.Options{Size: 300, Seed: 5, Until: until(), Out: dir}); err != nil {
		t.Fatal(err)
	}
	_, attack, err := tenant.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	var events []auditlog.Event
	_, _, err = aws.ReadEvents(context.Background(), filepath.Join(dir, "aws", "cloudtrail"), aws.EventOptions{Now: until}, func(e *auditlog.Event) error {
		kept := *e
		kept.Actions, kept.Resources, kept.Issued = slices.Clone(e.Actions), slices.Clone(e.Resources), slices.Clone(e.Issued)
		events = append(events, kept)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(events, func(a, b auditlog.Event) int { return a.Time.Compare(b.Time) })
	return events, attack
}

// valuesOf returns what an event does, as the rule of a kind sees it.
func valuesOf(kind anomaly.Kind, e *auditlog.Event) []string {
	if e.ByService || e.Identity == "" {
		return nil
	}
	if kind == anomaly.Identity {
		return []string{""}
	}
	if e.Outcome == auditlog.AuthorizationFailure {
		return nil
	}
	var values []string
	if kind == anomaly.Action {
		for _, a := range e.Actions {
			values = append(values, string(a))
		}
		return values
	}
	for _, r := range e.Resources {
		id := string(r.ID)
		if bucket, found := strings.CutPrefix(id, "arn:aws:s3:::"); found {
			bucket, _, _ = strings.Cut(bucket, "/")
			id = "arn:aws:s3:::" + bucket
		}
		if id != "" {
			values = append(values, id)
		}
	}
	return values
}

// bruteForce returns who did what for the first time when: a set of texts.
func bruteForce(events []auditlog.Event, kind anomaly.Kind, interval time.Duration) map[string]bool {
	type key struct {
		system entitlement.SystemID
		who    entitlement.IdentityID
		value  string
	}
	begun, last, found := map[entitlement.SystemID]time.Time{}, map[key]time.Time{}, map[string]bool{}
	for i := range events {
		e := &events[i]
		if begun[e.System].IsZero() {
			begun[e.System] = e.Time
		}
		for _, v := range valuesOf(kind, e) {
			k := key{e.System, e.Identity, v}
			if before := last[k]; e.Time.Sub(begun[e.System]) >= interval && (before.IsZero() || e.Time.Sub(before) > interval) {
				found[line(e.Time, string(e.System), string(e.Identity), v, before)] = true
			}
			last[k] = e.Time
		}
	}
	return found
}

// On the sample organisation, stored in three parts, the rules report what brute
// force finds, and the key that the attacker leaked is among it.
func TestSampleTenant(t *testing.T) {
	t.Parallel()
	events, attack := tenantEvents(t)
	kinds := []anomaly.Kind{anomaly.Resource, anomaly.Action, anomaly.Identity}
	b := newBench(t, rule(kinds[0], 30), rule(kinds[1], 30), rule(kinds[2], 30))
	b.evaluate(t)
	for part := range slices.Chunk(events, len(events)/3+1) {
		b.add(t, part...)
		b.evaluate(t)
	}
	for _, kind := range kinds {
		want := bruteForce(events, kind, 30*day)
		got := b.reports(t, string(kind))
		for _, r := range got {
			r = r[:strings.LastIndexByte(r, ' ')] // Without the event's id.
			if !want[r] {
				t.Errorf("%s: too much: %s", kind, r)
			}
			delete(want, r)
		}
		for r := range want {
			t.Errorf("%s: missing: %s", kind, r)
		}
		if len(got) == 0 {
			t.Errorf("%s: nothing at all", kind)
		}
	}
	leaked := func(r string) bool {
		return strings.Contains(r, attack.LeakedUser) && strings.HasPrefix(r, attack.From.UTC().Format(time.DateOnly))
	}
	if !slices.ContainsFunc(b.reports(t, "identity"), leaked) {
		t.Errorf("%s is not reported", attack.LeakedUser)
	}
}
