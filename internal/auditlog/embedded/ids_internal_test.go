package embedded

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func keys(ids ...byte) [][16]byte {
	out := make([][16]byte, len(ids))
	for i, id := range ids {
		out[i] = [16]byte{id}
	}
	return out
}

func newFlight() *flight { return &flight{done: make(chan struct{})} }

// TestClaim: what another call is storing is neither new nor there until that
// call is through; where it fails, the next may try.
func TestClaim(t *testing.T) {
	t.Parallel()
	set := &idSet{ids: map[[16]byte]struct{}{{9}: {}}}
	first, second := newFlight(), newFlight()
	c := set.claim(first, keys(1, 2, 9, 1), []int{0, 1, 2, 3})
	if diff := cmp.Diff([]int{0, 1}, c.fresh); diff != "" {
		t.Errorf("events of the first call that are new (-want +got):\n%s", diff)
	}
	c = set.claim(second, keys(2, 3, 9), []int{0, 1, 2})
	if diff := cmp.Diff([][]int{{1}, {0}}, [][]int{c.fresh, c.busy}); diff != "" {
		t.Errorf("events of the second call that are new and busy (-want +got):\n%s", diff)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := c.wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a call that is not through: %v", err)
	}
	set.settle(first, false)
	if err := c.wait(t.Context()); err != nil {
		t.Error(err)
	}
	again := set.claim(newFlight(), keys(2, 3, 1), []int{0, 1, 2})
	if diff := cmp.Diff([][]int{{0, 2}, {1}}, [][]int{again.fresh, again.busy}); diff != "" {
		t.Errorf("events after the first call failed that are new and busy (-want +got):\n%s", diff)
	}
}

// TestClaimOwn: an event that comes twice in a call is a duplicate, not one to
// wait for.
func TestClaimOwn(t *testing.T) {
	t.Parallel()
	set := &idSet{ids: map[[16]byte]struct{}{}}
	f := newFlight()
	c := set.claim(f, keys(1, 1), []int{0, 1})
	if len(c.fresh) != 1 || len(c.busy) != 0 {
		t.Errorf("claimed %+v, want one event and nothing to wait for", c)
	}
	set.settle(f, true)
	if c := set.claim(newFlight(), keys(1), []int{0}); len(c.fresh)+len(c.busy) != 0 {
		t.Errorf("claimed %+v of what is stored", c)
	}
}

// TestSpan: a range without end or beyond what the engine can tell.
func TestSpan(t *testing.T) {
	t.Parallel()
	at := time.Unix(100, 7)
	for _, tt := range []struct {
		from, to    time.Time
		first, last int64
	}{
		{time.Time{}, time.Time{}, -1 << 63, 1<<63 - 1},
		{at, time.Time{}, 100e9 + 7, 1<<63 - 1},
		{time.Time{}, at, -1 << 63, 100e9 + 6},
		{at, at, 100e9 + 7, 100e9 + 6},
		{time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), -1 << 63, 1<<63 - 2},
		{time.Time{}, time.Date(1, 2, 3, 0, 0, 0, 0, time.UTC), -1 << 63, -1 << 63},
	} {
		if first, last := span(tt.from, tt.to); first != tt.first || last != tt.last {
			t.Errorf("span(%s, %s) = %d, %d, want %d, %d", tt.from, tt.to, first, last, tt.first, tt.last)
		}
	}
}

func TestDefaultMaxIDs(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{64 << 20: 1_000_000, 2 << 30: 6_710_886, 64 << 30: 20_000_000} {
		if got := defaultMaxIDs(limit); got != want {
			t.Errorf("%d ids with %d bytes of memory, want %d", got, limit, want)
		}
	}
	if n := memoryLimit(); n < 64<<20 {
		t.Errorf("the process may use %d bytes", n)
	}
}
