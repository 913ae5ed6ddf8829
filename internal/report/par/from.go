package par

import "github.com/leastward/leastward/internal/assess"

// FromAssessment returns the report's view of an assessment. Events may be nil.
func FromAssessment(a *assess.Assessment, events *Events) System {
	s := System{
		System: a.System, At: a.At, Window: a.Window, CoveredFrom: a.CoveredFrom, CatalogVersion: a.CatalogVersion,
		Sum: a.Sum, Findings: a.Findings, Totals: a.Totals, Problems: a.Problems, OnlyInLogs: a.OnlyInLogs, Events: events,
		Identities: make([]Identity, 0, len(a.Identities)),
	}
	for i := range a.Identities {
		one := &a.Identities[i]
		s.Identities = append(s.Identities, Identity{Kind: one.Kind, PCI: one.Score.PCI(), InPCI: one.InPCI})
	}
	return s
}
