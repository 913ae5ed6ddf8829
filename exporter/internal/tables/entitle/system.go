package entitle

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/tables"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/aws"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/report"
)

// system is one authorization system with what several columns need of it,
// worked out when first asked for.
type system struct {
	*collector.Result
	q         *tables.Question
	sets      *sets
	resources []int                             // By identity, see resourcesUsed.
	findings  map[entitlement.IdentityID]int    // See findingsOf.
	origins   map[entitlement.IdentityID]string // See origin.
	members   map[entitlement.IdentityID]*membership
	running   map[entitlement.IdentityID]int   // See runningAs.
	held      map[*entitlement.Access]*holding // See holdings.
	covered   map[string]*coverage             // By type of resource, see coverageOf.
}

// systems returns the systems of a question that were read.
func systems(q *tables.Question) []*system {
	var list []*system
	all := map[*catalog.Catalog]*sets{}
	for _, r := range q.Assessed() {
		cat := r.Assessment.Catalog
		if all[cat] == nil {
			all[cat] = setsOf(cat)
		}
		list = append(list, &system{Result: r, q: q, sets: all[cat]})
	}
	return list
}

// model returns the weights of the system's cloud.
func (s *system) model() *creep.Model { return s.q.Of(s.Result).Model() }

// accounts compiles policies of AWS; nil where the system is of another cloud.
func (s *system) accounts() *policy.Evaluator {
	if cloud, ok := s.q.Of(s.Result).Cloud().(*aws.Cloud); ok {
		return cloud.Evaluator()
	}
	return nil
}

// inventory returns what was read; an empty one where it is not kept.
func (s *system) inventory() *entitlement.Inventory {
	if s.Reading == nil || s.Reading.Inventory == nil {
		return &entitlement.Inventory{System: s.System}
	}
	return s.Reading.Inventory
}

// identity returns an identity of the system, nil if there is none of this id.
func (s *system) identity(id entitlement.IdentityID) *assess.Identity {
	list := s.Assessment.Identities
	i, ok := slices.BinarySearchFunc(list, id, func(one assess.Identity, id entitlement.IdentityID) int {
		return strings.Compare(string(one.ID), string(id))
	})
	if !ok {
		return nil
	}
	return &list[i]
}

// nameOf returns the name of an identity, its id where it has none or is of
// another system.
func (s *system) nameOf(id entitlement.IdentityID) string {
	if one := s.identity(id); one != nil && one.Name != "" {
		return one.Name
	}
	return string(id)
}

// policyName returns the name of a policy, its id where it has none.
func (s *system) policyName(id entitlement.PolicyID) string {
	if p := s.inventory().Policies[id]; p.Name != "" {
		return p.Name
	}
	return string(id)
}

// resourcesUsed returns how many resources each identity used.
func (s *system) resourcesUsed() []int {
	if s.resources != nil {
		return s.resources
	}
	s.resources = make([]int, len(s.Assessment.Identities))
	if s.Assessment.Touched == nil {
		return s.resources
	}
	last := -1 // Uses are by resource and identity.
	uses := s.Assessment.Touched.Uses
	for i := range uses {
		if uses[i].Count == 0 {
			continue
		}
		if last < 0 || uses[last].Resource != uses[i].Resource || uses[last].Identity != uses[i].Identity {
			s.resources[uses[i].Identity]++
		}
		last = i
	}
	return s.resources
}

// findingsOf returns the number of findings about an identity.
func (s *system) findingsOf(id entitlement.IdentityID) int {
	if s.findings == nil {
		s.findings = map[entitlement.IdentityID]int{}
		for i := range s.Assessment.Findings {
			s.findings[s.Assessment.Findings[i].Identity]++
		}
	}
	return s.findings[id]
}

// sets are sets of actions that filters choose from.
type sets struct {
	catalog      *catalog.Catalog
	high, delete entitlement.ActionSet
}

func setsOf(cat *catalog.Catalog) *sets {
	s := &sets{catalog: cat, high: entitlement.NewActionSet(cat.Len()), delete: entitlement.NewActionSet(cat.Len())}
	for i := range cat.Len() {
		info := cat.Info(i)
		if info.Severity == catalog.High {
			s.high.Add(i)
		}
		if info.Type == catalog.Delete {
			s.delete.Add(i)
		}
	}
	return s
}

// of returns the actions of a severity; nil is all.
func (s *sets) of(severity string) entitlement.ActionSet {
	switch severity {
	case "high":
		return s.high
	case "delete":
		return s.delete
	}
	return nil
}

// ofSystem are the columns that say which system a row is of.
func ofSystem[T any](of func(*T) *system) []tables.Field[T] {
	var list []tables.Field[T]
	for i, c := range tables.OfSystem() {
		list = append(list, tables.Fill(c, func(row *T) report.Cell { return tables.SystemCells(of(row).Result)[i] }))
	}
	return list
}
