package anomaly_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/anomaly"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
)

// background is an event that has the store cover the system since some days.
func background(days int) auditlog.Event { return event("background", ago(days, 0), "other", "other") }

func TestFirstTimes(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Resource, 30), rule(anomaly.Action, 30), rule(anomaly.Identity, 30))
	write := event("write", ago(2, 5), "ana", "arn:aws:s3:::b/k")
	write.Name, write.Actions = "PutObject", []entitlement.Action{"s3:PutObject", "kms:GenerateDataKey"}
	b.add(t, background(200), event("long ago", ago(90, 0), "ana", "arn:aws:s3:::a"), event("lately", ago(20, 0), "ben", "arn:aws:s3:::a"))
	b.evaluate(t)
	b.add(t, event("a", ago(2, 0), "ana", "arn:aws:s3:::a/x/y"), event("ben", ago(2, 1), "ben", "arn:aws:s3:::a"), write)
	b.evaluate(t)
	b.add(t, event("again", ago(1, 0), "ana", "arn:aws:s3:::a"), event("other key", ago(1, 2), "ben", "arn:aws:s3:::a/z"))
	b.evaluate(t)
	for kind, want := range map[anomaly.Kind][]string{
		anomaly.Resource: {
			line(ago(2, 0), "1", "ana", "arn:aws:s3:::a", ago(90, 0)) + " a",
			line(ago(2, 5), "1", "ana", "arn:aws:s3:::b", time.Time{}) + " write",
		},
		anomaly.Action: {
			line(ago(2, 0), "1", "ana", "s3:GetObject", ago(90, 0)) + " a",
			line(ago(2, 5), "1", "ana", "kms:GenerateDataKey", time.Time{}) + " write",
			line(ago(2, 5), "1", "ana", "s3:PutObject", time.Time{}) + " write",
		},
		anomaly.Identity: {line(ago(2, 0), "1", "ana", "", ago(90, 0)) + " a"},
	} {
		if diff := cmp.Diff(want, b.reports(t, string(kind))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	list, err := b.engine.Reports(t.Context(), "identity", time.Time{}, nil)
	if err != nil || list[0].InactiveFor != config.Duration(88*day) || list[0].Name != "GetObject" || list[0].Kind != anomaly.Identity {
		t.Errorf("got %+v, %v", list, err)
	}
	if list, err := b.engine.Reports(t.Context(), "identity", time.Time{}, &[]entitlement.SystemID{"2"}); err != nil || len(list) > 0 {
		t.Errorf("another system sees %v, %v", list, err)
	}
	s := b.engine.Status()[0]
	if len(s.Totals) != 2 || s.Totals[0].Count != 2 || s.Totals[0].Owner != "team" || s.Totals[1].Count != 0 {
		t.Errorf("totals %+v", s.Totals)
	}
}

// An event exactly one interval before is within it, one a moment earlier is not.
func TestEdges(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Identity, 30))
	b.add(t, background(200), event("a", ago(32, 10), "at the edge", "r"), event("b", ago(32, 10).Add(-time.Nanosecond), "beyond", "r"))
	b.evaluate(t)
	b.add(t, event("c", ago(2, 10), "at the edge", "r"), event("d", ago(2, 10), "beyond", "r"))
	b.evaluate(t)
	want := []string{line(ago(2, 10), "1", "beyond", "", ago(32, 10).Add(-time.Nanosecond)) + " d"}
	if diff := cmp.Diff(want, b.reports(t, "identity")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWarmingUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Identity, 30))
	b.evaluate(t)
	elsewhere := background(200)
	elsewhere.System = "old"
	b.add(t, event("a", ago(35, 0), "one", "r"), event("b", ago(6, 0), "two", "r"), event("c", ago(4, 0), "three", "r"), elsewhere)
	b.evaluate(t)
	want := []string{line(ago(4, 0), "1", "three", "", time.Time{}) + " c"}
	if diff := cmp.Diff(want, b.reports(t, "identity")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantCoverage := []anomaly.Coverage{
		{Cloud: "aws", System: "1", Since: ago(35, 0), Ready: ago(5, 0)},
		{Cloud: "aws", System: "old", Since: ago(200, 0), Ready: ago(170, 0)},
		{Cloud: "aws", System: "silent", WarmingUp: true},
	}
	if diff := cmp.Diff(wantCoverage, b.engine.Status()[0].Coverage); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What does not count: calls of the cloud itself, refused ones for resources and
// actions, reads where the rule says so.
func TestWhatCounts(t *testing.T) {
	t.Parallel()
	noReads := rule(anomaly.Action, 30)
	noReads.Name, noReads.IgnoreReads = "no-reads", true
	bound := rule(anomaly.Identity, 30)
	bound.Name, bound.Systems = "bound", []entitlement.SystemID{"2"}
	b := newBench(t, rule(anomaly.Resource, 30), rule(anomaly.Identity, 30), noReads, bound)
	b.add(t, background(200))
	b.evaluate(t)
	read, service, refused, nobody, onBehalf := event("read", ago(1, 0), "reader", "r"), event("service", ago(1, 1), "service", "r"),
		event("refused", ago(1, 2), "refused", "r"), event("nobody", ago(1, 3), "", "r"), event("behalf", ago(1, 4), "behalf", "r")
	read.ReadOnly, service.ByService, refused.Outcome, onBehalf.InvokedBy = true, true, auditlog.AuthorizationFailure, "cloudformation.amazonaws.com"
	b.add(t, read, service, refused, nobody, onBehalf)
	b.evaluate(t)
	for name, want := range map[string][]string{
		"resource": {
			line(ago(1, 0), "1", "reader", "r", time.Time{}) + " read", line(ago(1, 4), "1", "behalf", "r", time.Time{}) + " behalf",
		},
		"identity": {
			line(ago(1, 0), "1", "reader", "", time.Time{}) + " read", line(ago(1, 2), "1", "refused", "", time.Time{}) + " refused",
			line(ago(1, 4), "1", "behalf", "", time.Time{}) + " behalf",
		},
		"no-reads": {line(ago(1, 4), "1", "behalf", "s3:GetObject", time.Time{}) + " behalf"},
		"bound":    nil,
	} {
		if diff := cmp.Diff(want, b.reports(t, name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Events that come late change nothing about what was reported.
func TestLateEvents(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Identity, 30))
	b.add(t, background(200))
	b.evaluate(t)
	b.add(t, event("a", ago(2, 0), "ana", "r"))
	b.evaluate(t)
	b.restart(t, rule(anomaly.Identity, 30))
	b.add(t, event("late", ago(2, -5), "ana", "r"), event("later", ago(20, 0), "ana", "r"))
	b.evaluate(t)
	b.add(t, event("before all", ago(90, 0), "ana", "r"), event("before ben", ago(3, 0), "ben", "r"))
	b.evaluate(t)
	b.add(t, event("ben", ago(2, 0), "ben", "r"))
	b.evaluate(t)
	want := []string{
		line(ago(90, 0), "1", "ana", "", time.Time{}) + " before all", // Far from the other: a first time of its own.
		line(ago(3, 0), "1", "ben", "", time.Time{}) + " before ben",
		line(ago(2, 0), "1", "ana", "", time.Time{}) + " a",
	}
	if diff := cmp.Diff(want, b.reports(t, "identity")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Keys of objects can have any characters.
func TestObjectsCountAsTheirBucket(t *testing.T) {
	t.Parallel()
	b := newBench(t, rule(anomaly.Resource, 30))
	b.add(t, background(200))
	b.evaluate(t)
	pair := event("a", ago(1, 0), "ana", `arn:aws:s3:::b/we"ird\key, with "arn:aws:s3:::c/x`)
	pair.Resources = append(pair.Resources, auditlog.Resource{ID: "arn:aws:s3:::b"}, auditlog.Resource{ID: "arn:aws:kms:eu-west-1:1:key/s3/1"})
	b.add(t, pair, event("b", ago(1, 1), "ana", "arn:aws:s3:::b/line\nbreak/x"), event("c", ago(1, 2), "ana", `arn:aws:s3:::b/"`), event("d", ago(1, 3), "ana", "arn:aws-cn:s3:::b/k"))
	b.evaluate(t)
	want := []string{
		line(ago(1, 0), "1", "ana", "arn:aws:kms:eu-west-1:1:key/s3/1", time.Time{}) + " a",
		line(ago(1, 0), "1", "ana", "arn:aws:s3:::b", time.Time{}) + " a",
		line(ago(1, 3), "1", "ana", "arn:aws-cn:s3:::b", time.Time{}) + " d",
	}
	if diff := cmp.Diff(want, b.reports(t, "resource")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	list := anomaly.Rules()
	if len(list) != 3 {
		t.Errorf("%d rules", len(list))
	}
	for i := range list {
		if err := list[i].Validate(); err != nil || list[i].Enabled || list[i].Title == "" {
			t.Errorf("%+v: %v", list[i], err)
		}
	}
	bad := anomaly.Rule{Name: "A", Kind: "thing", Interval: config.Duration(day), Severity: "loud", Owner: " x"}
	want := `first-time rule "A": name: "A" is not made of at most 100 small letters, digits and single hyphens
first-time rule "A": kind: "thing" is not one of resource, action, identity
first-time rule "A": interval: 1d is not one of 30d, 60d, 90d
first-time rule "A": severity: "loud" is not one of critical, warning, info
first-time rule "A": owner: " x" has more than 200 bytes, a character that does not show, or a space at its end`
	if err := bad.Validate(); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := anomaly.New(anomaly.Options{Rules: []anomaly.Rule{list[0], list[0]}}); err == nil {
		t.Error("two rules of one name")
	}
}
