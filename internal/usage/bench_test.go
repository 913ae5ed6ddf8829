package usage_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

// crowd adds one use of each of some actions by each of some identities.
func crowd(x *usage.Index, identities, actions int) {
	cat := catalog.AWS()
	ev := &auditlog.Event{System: "111122223333", Mapping: auditlog.Mapped, Outcome: auditlog.Success, Actions: make([]entitlement.Action, 1)}
	for i := range identities {
		ev.Identity = entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111122223333:role/team/role-%06d", i))
		for a := range actions {
			ev.Actions[0] = cat.Info((i*7 + a*131) % cat.Len()).Action
			ev.Time = noon().Add(time.Duration(a) * time.Minute)
			x.Add(ev)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	x := usage.New(catalog.AWS())
	crowd(x, 1000, 50)
	ev := event("arn:aws:iam::111122223333:role/team/role-000500", noon(), catalog.AWS().Info(3500).Action)
	b.ReportAllocs()
	for b.Loop() {
		x.Add(ev)
	}
}

// BenchmarkCrowd holds 50 actions for each of 100,000 identities: bytes of heap
// for each pair, the used sets of all within 90 days, and writing and reading.
func BenchmarkCrowd(b *testing.B) {
	const identities, actions = 100_000, 50
	before := heap()
	x := usage.New(catalog.AWS())
	crowd(x, identities, actions)
	perPair := float64(heap()-before) / identities / actions
	b.Run("used sets of all", func(b *testing.B) {
		b.ReportAllocs()
		ids := x.Identities()
		for b.Loop() {
			for _, id := range ids {
				if x.Usage(id, noon().AddDate(0, 0, -90), noon().AddDate(0, 0, 1)).Used.Len() != actions {
					b.Fatal("a use is missing")
				}
			}
		}
		b.ReportMetric(perPair, "heap-B/pair")
	})
	var file bytes.Buffer
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			file.Reset()
			if _, err := x.WriteTo(&file); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(file.Len()), "file-B")
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := usage.New(catalog.AWS()).ReadFrom(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkSeen(b *testing.B) {
	s := usage.NewSeen()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Add(fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i), noon())
	}
}

// BenchmarkUsedSet asks for what one of 100,000 identities with 50 actions each
// used within 90 days, and which resources it used one of them on.
func BenchmarkUsedSet(b *testing.B) {
	x := usage.New(catalog.AWS())
	crowd(x, 100_000, 50)
	id := entitlement.IdentityID("arn:aws:iam::111122223333:role/team/role-050000")
	ev := event(id, noon(), "s3:GetObject")
	for i := range 40 {
		ev.Resources = nil
		x.Add(on(ev, entitlement.ResourceID(fmt.Sprintf("arn:aws:s3:::bucket-%d", i))))
	}
	b.Run("used", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if x.Usage(id, noon().AddDate(0, 0, -90), noon().AddDate(0, 0, 1)).Used.Len() < 50 {
				b.Fatal("a use is missing")
			}
		}
	})
	b.Run("resources", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if uses, _ := x.Resources(id, "s3:GetObject"); len(uses) != usage.MaxResources {
				b.Fatal("a resource is missing")
			}
		}
	})
}
