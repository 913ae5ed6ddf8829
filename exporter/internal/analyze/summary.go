// Package analyze is the first taste: what an account's own exported files say,
// as a summary for a terminal or for a program.
package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

const (
	shownCosts    = 5
	shownProblems = 20
)

// Summary is the answer; its JSON form is stable.
type Summary struct {
	System     System                       `json:"system"`
	AsOf       time.Time                    `json:"as_of"`
	WindowDays int                          `json:"window_days"`
	Catalogue  string                       `json:"catalogue"`
	Events     Events                       `json:"events"`
	Identities int                          `json:"identities"`
	ByKind     map[entitlement.Kind]int     `json:"identities_by_kind"`
	OnlyInLogs []entitlement.IdentityID     `json:"identities_only_in_logs"`
	PCI        PCI                          `json:"pci"`
	Worst      []Identity                   `json:"worst_identities"`
	Findings   map[entitlement.Category]int `json:"findings"`
	Totals     map[entitlement.Category]int `json:"finding_subjects"`
	Logs       Logs                         `json:"logs"`
	Problems   []Problem                    `json:"problems"`
}

// System is the account.
type System struct {
	Cloud entitlement.Cloud    `json:"cloud"`
	ID    entitlement.SystemID `json:"id"`
	Name  string               `json:"name,omitempty"`
}

// Events tells what became of the records: In is the sum of the others.
type Events struct {
	In                   int            `json:"in"`
	Used                 int            `json:"used"`
	Denied               int            `json:"denied"`
	NotPermissionBearing int            `json:"not_permission_bearing"`
	Unmapped             int            `json:"unmapped"`
	Rejected             int            `json:"rejected"`
	RejectedBy           map[string]int `json:"rejected_by_reason,omitempty"`
}

// PCI is an index with its range and the band that it is in.
type PCI struct {
	Value         float64    `json:"value"`
	Lower         float64    `json:"lower"`
	Upper         float64    `json:"upper"`
	Observability float64    `json:"observability"`
	Band          creep.Band `json:"band"`
}

// Identity is one identity with what makes its index high.
type Identity struct {
	ID         entitlement.IdentityID `json:"id"`
	Name       string                 `json:"name"`
	Kind       entitlement.Kind       `json:"kind"`
	PCI        PCI                    `json:"pci"`
	Granted    int                    `json:"granted"`
	Used       int                    `json:"used"`
	LastActive time.Time              `json:"last_active,omitzero"`
	Costs      []Cost                 `json:"costs"` // The most expensive unused permissions.
}

// Cost is what one unused permission adds.
type Cost struct {
	Action entitlement.Action `json:"action"`
	Weight float64            `json:"weight"`
	Reach  float64            `json:"reach"`
	// Share is its part of the identity's excess, 0 to 1.
	Share float64 `json:"share"`
}

// Logs tells what the logs can't show.
type Logs struct {
	From time.Time `json:"from,omitzero"`
	// Covered is the part of the window that they reach, 0 to 1.
	Covered float64 `json:"covered"`
	// Unobservable counts the granted actions, over all identities, of which
	// no log at hand could show a use, by service.
	Unobservable map[string]int `json:"unobservable_grants_by_service"`
}

// Problem is something that could not be read.
type Problem struct {
	Code    string `json:"code"`
	Subject string `json:"subject,omitempty"`
	Message string `json:"message"`
}

// Summarise makes the summary with the top identities of highest index.
func Summarise(r *collector.Result, assessor *assess.Assessor, observable entitlement.ActionSet, top int) *Summary {
	a := r.Assessment
	s := &Summary{
		System: System{a.System.Cloud, a.System.ID, a.System.Name}, AsOf: a.At,
		WindowDays: int(a.Window.Hours() / 24), Catalogue: a.CatalogVersion,
		Events: events(&r.Reading.Events), Identities: len(a.Identities), ByKind: map[entitlement.Kind]int{},
		OnlyInLogs: append([]entitlement.IdentityID{}, a.OnlyInLogs...),
		PCI:        index(a.Sum, assessor), Findings: map[entitlement.Category]int{}, Totals: a.Totals,
		Logs:     Logs{From: a.CoveredFrom, Covered: a.Covered(), Unobservable: map[string]int{}},
		Problems: []Problem{},
	}
	for _, c := range finding.Categories() {
		if _, looked := a.Totals[c]; looked {
			s.Findings[c] = 0
		}
	}
	for _, f := range a.Findings {
		s.Findings[f.Category]++
	}
	for _, p := range a.Problems {
		s.Problems = append(s.Problems, Problem{p.Code, p.Subject, p.Message})
	}
	s.identities(a, assessor, observable, top)
	return s
}

func (s *Summary) identities(a *assess.Assessment, assessor *assess.Assessor, observable entitlement.ActionSet, top int) {
	var ranked []*assess.Identity
	unseen := make([]int, assessor.Catalog().Len()) // Identities whose use would not show, by action.
	for i := range a.Identities {
		one := &a.Identities[i]
		s.ByKind[one.Kind]++
		for index := range one.Access.Granted().Minus(one.Usage.Used).Minus(observable).Indices() {
			unseen[index]++
		}
		if one.InPCI {
			ranked = append(ranked, one)
		}
	}
	for index, n := range unseen {
		if n > 0 {
			s.Logs.Unobservable[assessor.Catalog().Info(index).Service] += n
		}
	}
	slices.SortStableFunc(ranked, func(x, y *assess.Identity) int { return cmp.Compare(y.Score.PCI(), x.Score.PCI()) })
	s.Worst = []Identity{}
	for _, one := range ranked[:min(top, len(ranked))] {
		s.Worst = append(s.Worst, Identity{
			ID: one.ID, Name: one.Name, Kind: one.Kind, PCI: index(one.Score, assessor),
			Granted: one.Granted, Used: one.Used, LastActive: one.LastActive,
			Costs: costs(one, assessor, observable),
		})
	}
}

func costs(one *assess.Identity, assessor *assess.Assessor, observable entitlement.ActionSet) []Cost {
	list := []Cost{}
	all := assessor.Model().Cost(one.Access, one.Usage.Used, observable)
	// Of equal costs those come first that lead to more permissions.
	escalates := func(c creep.Contribution) bool {
		return assessor.Catalog().Info(c.Index).Sensitivity&catalog.PrivilegeEscalation != 0
	}
	slices.SortStableFunc(all, func(x, y creep.Contribution) int {
		return cmp.Or(cmp.Compare(y.Share, x.Share), -truth(escalates(x))+truth(escalates(y)))
	})
	excess := one.Score.Excess // Above 0 where anything costs.
	for _, c := range all[:min(shownCosts, len(all))] {
		list = append(list, Cost{assessor.Catalog().Info(c.Index).Action, c.Weight, c.Factor, c.Share / excess})
	}
	return list
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func events(c *collector.EventCounts) Events {
	return Events{
		In: c.In, Used: c.Used, Denied: c.Denied, NotPermissionBearing: c.NotPermissionBearing,
		Unmapped: c.Unmapped, Rejected: c.RejectedTotal(), RejectedBy: c.Rejected,
	}
}

func index(s creep.Sum, assessor *assess.Assessor) PCI {
	return PCI{s.PCI(), s.Lower(), s.Upper(), s.Observability(), assessor.Band(s.PCI())}
}
