// Package finding holds the rules that turn what identities may do, and what
// they did, into findings. It is pure: the same subjects and the same time
// give the same findings.
//
// The categories and their definitions are those of Entra Permissions
// Management's Permissions Analytics Report; where its documentation gives no
// number, the option that stands for it says what we chose.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

// Subject is one identity with everything that the rules look at.
type Subject struct {
	Identity *entitlement.Identity
	Owner    string // Team that answers for it.

	Granted  int // Actions granted.
	Used     int // Granted actions that it used within the window.
	Unused   int // Granted actions that the logs could have shown and did not.
	Super    bool
	PCI      float64
	Impact   float64   // Points by which the system's index falls without its excess.
	Last     time.Time // Last activity from every source; zero if never.
	Members  int       // Of a group.
	Observed float64   // Part of the window that the logs reach, 0 to 1.
}

// Options are the numbers of the rules.
type Options struct {
	Cloud entitlement.Cloud
	Now   time.Time
	// Window is how long without activity makes an identity inactive. 90 days
	// is the field's number.
	Window time.Duration
	// Grace is how old an identity or key must be before it can be called
	// inactive or unused.
	Grace time.Duration
	// KeyAge is the age from which an active access key should be rotated.
	KeyAge time.Duration
	// KeyUnused is how long an active access key may go without use.
	KeyUnused time.Duration
}

// A rule decides whether a subject deserves findings of one sort.
type rule struct {
	// category returns the rule's category for identities of this kind, ""
	// where the rule does not apply to them.
	category func(entitlement.Kind) entitlement.Category
	// looks counts what of the subject could be such a finding at all, itself or
	// its keys; it makes the "of n" in "3 of n users".
	looks func(*Subject, *Options) int
	find  func(*Subject, *Options) []entitlement.Finding
}

// Result is what the rules found.
type Result struct {
	// Findings, by category in the order of Categories, then the highest
	// impact first.
	Findings []entitlement.Finding
	// Totals counts, by category, the identities (or keys) looked at.
	Totals map[entitlement.Category]int
}

// Evaluate runs every rule over every subject. Exempt subjects have no finding
// but ExcludedFromReports; what the cloud manages itself has none at all.
func Evaluate(subjects []Subject, o Options) Result {
	result := Result{Totals: map[entitlement.Category]int{}}
	for i := range subjects {
		s := &subjects[i]
		if s.Identity.ServiceManaged {
			continue
		}
		for _, r := range rules() {
			r.apply(s, &o, &result)
		}
	}
	sortFindings(result.Findings)
	return result
}

func (r rule) apply(s *Subject, o *Options, result *Result) {
	category := r.category(s.Identity.Kind)
	if category == "" {
		return
	}
	looked := r.looks(s, o)
	if looked == 0 {
		return
	}
	result.Totals[category] += looked
	exempt := s.Identity.Exempt(entitlement.TagExcludeFromReports)
	if exempt && category != entitlement.ExcludedFromReports {
		return
	}
	for _, f := range r.find(s, o) {
		f.Category = category
		f.ID = id(&f)
		result.Findings = append(result.Findings, f)
	}
}

// id makes the finding's name from what it is about, so that the same finding
// of the next collection has the same one.
func id(f *entitlement.Finding) string {
	sum := sha256.Sum256([]byte(string(f.Category) + "\x00" + string(f.System) + "\x00" + string(f.Identity) + "\x00" + f.Resource))
	return hex.EncodeToString(sum[:8])
}

// finding fills in what every finding of a subject has.
func (s *Subject) finding(o *Options, evidence ...entitlement.Evidence) []entitlement.Finding {
	return []entitlement.Finding{{
		Cloud: o.Cloud, System: s.Identity.System,
		Identity: s.Identity.ID, Kind: s.Identity.Kind, Name: s.Identity.Name, Owner: s.Owner,
		PCI: s.PCI, Impact: s.Impact, Granted: s.Granted, Used: s.Used,
		Created: s.Identity.Created, LastActive: s.Last, Covered: s.Observed,
		Evidence: evidence,
	}}
}

func sortFindings(list []entitlement.Finding) {
	order := map[entitlement.Category]int{}
	for i, c := range Categories() {
		order[c] = i
	}
	slices.SortFunc(list, func(a, b entitlement.Finding) int {
		return cmp.Or(
			cmp.Compare(order[a.Category], order[b.Category]),
			cmp.Compare(b.Impact, a.Impact),
			cmp.Compare(b.PCI, a.PCI),
			cmp.Compare(a.Identity, b.Identity),
			cmp.Compare(a.Resource, b.Resource),
		)
	})
}
