package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/entitlement"
)

// clock is the time of a store under test: the true one, shifted.
type clock struct{ shift atomic.Int64 }

func (c *clock) now() time.Time        { return time.Now().Add(time.Duration(c.shift.Load())) }
func (c *clock) move(by time.Duration) { c.shift.Add(int64(by)) }

// start is a time that every store takes: noon two days ago.
func start() time.Time {
	return time.Now().UTC().Truncate(24 * time.Hour).Add(-36 * time.Hour)
}

// event returns the n-th event: each differs from the others in every way that
// a statement can tell.
func event(n int, at time.Time) auditlog.Event {
	ev := auditlog.Event{
		ID:           fmt.Sprintf("8b1ca2d8-%012d", n),
		Time:         at,
		Cloud:        entitlement.AWS,
		System:       entitlement.SystemID([]string{"111122223333", "444455556666", "777788889999"}[n%3]),
		Identity:     entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111122223333:user/user-%d", n%17)),
		IdentityType: "IAMUser",
		IdentityName: fmt.Sprintf("user-%d", n%17),
		AccessKey:    entitlement.AccessKeyID(fmt.Sprintf("AKIAIOSFODNN7EX%05d", n%29)),
		Source:       "s3.amazonaws.com",
		Name:         "GetObject",
		Actions:      []entitlement.Action{"s3:GetObject"},
		Mapping:      auditlog.Mapped,
		Resources:    []auditlog.Resource{{ID: entitlement.ResourceID(fmt.Sprintf("arn:aws:s3:::bucket-%d/key", n%5)), Type: "AWS::S3::Object"}},
		Outcome:      auditlog.Success,
		Address:      fmt.Sprintf("198.51.100.%d", n%250),
		UserAgent:    "aws-cli/2.31.0",
		Region:       "eu-west-1",
		ReadOnly:     true,
		DataEvent:    true,
		RequestID:    fmt.Sprintf("REQ%09d", n),
		Detail:       fmt.Sprintf("bucket-%d key object-%d", n%5, n),
		Raw:          fmt.Appendf(nil, `{"eventID": %q,  "n":%d}`, fmt.Sprint(n), n),
	}
	if n%4 == 3 {
		ev.Outcome, ev.ErrorCode, ev.ErrorText = auditlog.AuthorizationFailure, "AccessDenied", fmt.Sprintf("User %d is not authorized", n%17)
	}
	return ev
}

// least returns an event with nothing but what every event has.
func least(id string, at time.Time) auditlog.Event {
	return auditlog.Event{ID: id, Time: at, Cloud: entitlement.AWS, System: "111122223333", Outcome: auditlog.Success}
}

// events returns n events, step apart.
func events(n int, from time.Time, step time.Duration) []auditlog.Event {
	out := make([]auditlog.Event, n)
	for i := range out {
		out[i] = event(i, from.Add(time.Duration(i)*step))
	}
	return out
}

// copies returns events that share no memory with the given ones.
func copies(evs []auditlog.Event) []auditlog.Event {
	out := slices.Clone(evs)
	for i := range out {
		out[i].Actions = slices.Clone(out[i].Actions)
		out[i].Resources = slices.Clone(out[i].Resources)
		out[i].Issued = slices.Clone(out[i].Issued)
		out[i].Raw = slices.Clone(out[i].Raw)
	}
	return out
}
