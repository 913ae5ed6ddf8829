package trace_test

import (
	"fmt"
	"testing"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

// busy is someone who makes n calls with one key, begins a session with every
// hundredth and makes ten more in it.
func busy(tb testing.TB, n int) []auditlog.Event {
	tb.Helper()
	proto := told(tb, `
		01 mallory/AKIA1 ec2:DescribeInstances
		01 mallory/AKIA1 s3:GetObject on=arn:aws:s3:::data/a
		01 mallory/AKIA1 sts:AssumeRole on=iam:role/r1
		01 r1/s/ASIA1 sqs:SendMessage`)
	var events []auditlog.Event
	add := func(ev auditlog.Event) *auditlog.Event {
		ev.ID = fmt.Sprintf("e%07d", len(events))
		events = append(events, ev)
		return &events[len(events)-1]
	}
	for i := range n {
		add(proto[i%2])
		if i%100 > 0 {
			continue
		}
		key := entitlement.AccessKeyID(fmt.Sprintf("ASIA%d", i))
		add(proto[2]).Issued = []entitlement.AccessKeyID{key}
		for range 10 {
			add(proto[3]).AccessKey = key
		}
	}
	for i := range events {
		events[i].Time = at(1 + i*50/len(events))
	}
	return events
}

func BenchmarkTrace(b *testing.B) {
	start := trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)}
	for _, n := range []int{1000, 40_000} {
		events := busy(b, n)
		for name, source := range map[string]trace.Source{
			"memory": newMemory(events),
			"store":  trace.Searched(stored(b, events, at(59)), search.Caller{}),
		} {
			b.Run(fmt.Sprintf("%s/%d", name, len(events)), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					g, err := tracer(b, source).Trace(b.Context(), start)
					if err != nil || g.Events != len(events) {
						b.Fatalf("%d of %d events, %v", g.Events, len(events), err)
					}
				}
			})
		}
	}
}
