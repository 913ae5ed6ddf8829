package aws_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/testkit"
)

// BenchmarkDecide decides requests against one policy. Where the peer is
// installed it answers the same requests, must agree, and its rate stands
// beside ours: decisions per second of processor time, which other work on the
// machine disturbs less than the time on the clock.
func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{1, 20, 100} {
		b.Run(fmt.Sprintf("statements=%d", n), func(b *testing.B) {
			w := newWorkload(n)
			e, requests := w.compile()
			var d aws.Decision
			b.ReportAllocs()
			i, start := 0, processorTime(b)
			for b.Loop() {
				if err := e.Decide(&requests[i], &d); err != nil {
					b.Fatal(err)
				}
				if i++; i == len(requests) {
					i = 0
				}
			}
			rate := float64(b.N) / (processorTime(b) - start).Seconds()
			b.ReportMetric(rate, "decisions/s")
			if peer := runPeer(b, w, 2); peer != nil {
				peer.agrees(b, e, requests)
				b.ReportMetric(peer.PerSecond, "peer-decisions/s")
				b.ReportMetric(peer.Unchecked, "peer-unchecked/s")
				b.ReportMetric(rate/peer.PerSecond, "x-peer")
			}
		})
	}
}

// processorTime is what this process has used of all processors.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// compile makes the workload ready for us.
func (w *workload) compile() (*aws.Estate, []aws.Request) {
	values := map[string][]string{}
	for k, v := range w.Context {
		values[k] = []string{v}
	}
	ctx := aws.NewContext(values)
	requests := make([]aws.Request, len(w.Requests))
	for i, c := range w.Requests {
		requests[i] = aws.Request{Principal: w.Principal, Action: c.Action, Resource: c.Resource, Context: ctx}
	}
	return aws.NewEstate(evaluator().Compile(w.inventory())), requests
}

// The peer answers the mix of the benchmark as we do.
func TestDecideAgreesWithPeer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the peer for seconds")
	}
	testkit.Packages(t)
	for _, n := range []int{1, 20, 100} {
		w := newWorkload(n)
		e, requests := w.compile()
		if p := runPeer(t, w, 0); p != nil {
			p.agrees(t, e, requests)
		}
	}
}

// A decision allocates nothing once the slices of the answer are large enough.
func TestDecideOfWorkloadDoesNotAllocate(t *testing.T) {
	w := newWorkload(100)
	e, requests := w.compile()
	var d aws.Decision
	decideAll := func() {
		for i := range requests {
			if err := e.Decide(&requests[i], &d); err != nil {
				t.Fatal(err)
			}
		}
	}
	decideAll()
	if n := testing.AllocsPerRun(10, decideAll); n != 0 {
		t.Errorf("%v allocations for %d decisions", n, len(requests))
	}
}

// BenchmarkCompile compiles the policies of an account of 1,000 roles.
func BenchmarkCompile(b *testing.B) {
	inv := crowd(1000)
	b.ReportAllocs()
	var a *aws.Account
	for b.Loop() {
		a = evaluator().Compile(inv)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(inv.Policies)), "ns/policy")
	b.ReportMetric(float64(bytesOf(inv))*float64(b.N)/b.Elapsed().Seconds()/1e6, "MB/s")
	runtime.KeepAlive(a)
}

func bytesOf(inv *entitlement.Inventory) (n int) {
	for _, p := range inv.Policies {
		n += len(p.Document)
	}
	return n
}
