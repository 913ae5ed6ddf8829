package par

import (
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Run is what one report leaves behind for the next one to compare with. It
// marshals to JSON.
type Run struct {
	At              time.Time                         `json:"at"`
	Systems         []entitlement.SystemID            `json:"systems"`
	CatalogVersions []string                          `json:"catalogue_versions"`
	PCI             float64                           `json:"pci"`
	Counts          map[entitlement.Category]int      `json:"counts"`
	Findings        map[entitlement.Category][]string `json:"findings"` // IDs, sorted.
}

// RunOf returns what the next report shall compare with.
func RunOf(in *Input) *Run {
	run := &Run{
		At: in.asOf(), CatalogVersions: in.catalogs(), PCI: in.sum().PCI(),
		Counts: in.counts(), Findings: map[entitlement.Category][]string{},
	}
	for i := range in.Systems {
		run.Systems = append(run.Systems, in.Systems[i].System.ID)
		for k := range in.Systems[i].Findings {
			f := &in.Systems[i].Findings[k]
			run.Findings[f.Category] = append(run.Findings[f.Category], f.ID)
		}
	}
	for _, ids := range run.Findings {
		slices.Sort(ids)
	}
	slices.Sort(run.Systems)
	return run
}

func (in *Input) catalogs() []string {
	var list []string
	for i := range in.Systems {
		if v := in.Systems[i].CatalogVersion; v != "" && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	slices.Sort(list)
	return list
}

// progress is what changed in one category since an earlier run.
type progress struct{ before, added, resolved int }

func (r *Run) progress(now *Run, c entitlement.Category) progress {
	p := progress{before: r.Counts[c]}
	for _, id := range now.Findings[c] {
		if _, had := slices.BinarySearch(r.Findings[c], id); !had {
			p.added++
		}
	}
	for _, id := range r.Findings[c] {
		if _, has := slices.BinarySearch(now.Findings[c], id); !has {
			p.resolved++
		}
	}
	return p
}

// caveat says why the two runs can't simply be compared; "" if they can.
func (r *Run) caveat(now *Run) string {
	switch {
	case !slices.Equal(r.Systems, now.Systems):
		return "The previous run looked at other authorization systems: the differences are not progress alone."
	case !slices.Equal(r.CatalogVersions, now.CatalogVersions):
		return "The previous run used another version of the action catalogue: a part of the change of the PCI is the catalogue's, not the systems'."
	}
	return ""
}
