package expose

import (
	"maps"
	"slices"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/metric"
)

// collection tells how the last collection went. Nothing stands for a system
// that was not tried yet: it is neither up nor down.
func (p *renderer) collection() {
	p.one(metric.CollectInterval(), p.Interval.Seconds())
	r := p.result
	if r.Attempted.IsZero() {
		return
	}
	p.one(metric.CollectUp(), truth(r.Up()))
	p.one(metric.CollectDuration(), r.Duration.Seconds())
	if r.Assessment == nil {
		return
	}
	p.one(metric.CollectLastSuccess(), seconds(r.Succeeded))
	p.problems(r.Assessment.Problems)
	p.events()
}

func (p *renderer) problems(list []entitlement.Problem) {
	codes, permissions := map[string]int{}, map[string]bool{}
	for _, problem := range list {
		codes[problem.Code]++
		if problem.Permission != "" {
			permissions[problem.Permission] = true
		}
	}
	p.family(metric.CollectProblems())
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		p.Sample(float64(codes[code]), code)
	}
	p.family(metric.CollectMissingPermission())
	for _, permission := range slices.Sorted(maps.Keys(permissions)) {
		p.Sample(1, permission)
	}
}

func (p *renderer) events() {
	total := &p.result.Total
	p.family(metric.EventCount())
	for _, d := range []struct {
		name  string
		count int
	}{
		{"used", total.Used},
		{"denied", total.Denied},
		{"not_permission_bearing", total.NotPermissionBearing},
		{"unmapped", total.Unmapped},
	} {
		p.Sample(float64(d.count), d.name)
	}
	p.family(metric.EventLatest())
	p.time(p.result.Latest)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
