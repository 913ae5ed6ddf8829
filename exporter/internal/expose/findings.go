package expose

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/metric"
)

// findings writes the counts of each category that looked at anything, and the
// series of those findings that the budget allows.
func (p *renderer) findings(a *assess.Assessment) {
	counts := map[entitlement.Category]int{}
	for _, f := range a.Findings {
		counts[f.Category]++
	}
	p.categories(metric.FindingCount(), a, func(c entitlement.Category) int { return counts[c] })
	p.categories(metric.FindingSubjects(), a, func(c entitlement.Category) int { return a.Totals[c] })
	p.categories(metric.FindingsTruncated(), a, func(c entitlement.Category) int { return max(0, counts[c]-p.FindingSeries) })

	list := p.affordable(a.Findings)
	p.family(metric.Finding())
	for _, f := range list {
		p.Sample(f.Impact, string(f.Category), f.ID, string(f.Identity), string(f.Kind), f.Owner, f.Resource)
	}
	p.family(metric.FindingFirstSeen())
	for _, f := range list {
		p.time(f.FirstSeen, string(f.Category), f.ID)
	}
}

func (p *renderer) categories(f *metric.Family, a *assess.Assessment, value func(entitlement.Category) int) {
	p.family(f)
	for _, c := range finding.Categories() {
		if _, looked := a.Totals[c]; looked {
			p.Sample(float64(value(c)), string(c))
		}
	}
}

// affordable keeps the first findings of each category. They come sorted by
// category, and within it by impact.
func (p *renderer) affordable(all []entitlement.Finding) []*entitlement.Finding {
	var list []*entitlement.Finding
	taken := map[entitlement.Category]int{}
	for i := range all {
		if f := &all[i]; taken[f.Category] < p.FindingSeries {
			taken[f.Category]++
			list = append(list, f)
		}
	}
	return list
}
