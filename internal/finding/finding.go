// Package finding holds the rules that turn what identities may do, what they
// did, and what lies open to outsiders into findings. It is pure: the same
// input and the same time give the same findings.
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

// Input is everything that the rules look at in one system.
type Input struct {
	System   entitlement.SystemID
	Subjects []Subject
	// Buckets and SecurityGroups are things that are no identities. A finding
	// about one names it as its resource and has no identity.
	Buckets        []Bucket
	SecurityGroups []SecurityGroup
	// Organization is that of the system; nil is none, or not known.
	Organization *entitlement.Organization
}

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

	// Escalations are ways to raise its own permissions, the gravest of the
	// Ways.
	Escalations   []entitlement.Escalation
	Ways          Ways
	SecurityTools []string // That it can administer.
	Secrets       []string // Stores of secrets that it can read.
	// Buckets are those that an instance reaches through its role, and how many
	// of them hang on conditions whose context is not known.
	Buckets            []entitlement.ResourceID
	BucketsConditional int
	// Entered lists how outsiders come to assume a role, and Reaches the other
	// accounts that a role can enter; "*" is any that trusts it.
	Entered []entitlement.ExternalAccess
	Reaches []entitlement.SystemID
}

// Ways counts the ways in which an identity can raise its own permissions. The
// zero value stands for the number of those that are listed.
type Ways struct {
	Found, Admin, Conditional int  // In all, to every permission, and under conditions.
	More                      bool // There may be others.
}

// Bucket is a storage bucket with who outside of its account has access to it.
type Bucket struct {
	*entitlement.Resource
	Owner    string // Team that answers for it.
	Exposure entitlement.BucketExposure
}

// SecurityGroup is a firewall.
type SecurityGroup struct {
	*entitlement.SecurityGroup
	Owner string // Team that answers for it.
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

// Result is what the rules found.
type Result struct {
	// Findings, by category in the order of Categories, then the highest
	// impact first.
	Findings []entitlement.Finding
	// Totals counts, by category, what was looked at: identities, keys, outside
	// accounts, buckets or security groups.
	Totals map[entitlement.Category]int
}

// evaluation is one run of the rules.
type evaluation struct {
	Options
	*Input
	result Result
}

// Evaluate runs every rule. What is exempt has no finding but
// ExcludedFromReports; what the cloud manages itself has none at all.
func Evaluate(in Input, o Options) Result {
	e := &evaluation{Options: o, Input: &in, result: Result{Totals: map[entitlement.Category]int{}}}
	all := rules()
	for i := range in.Subjects {
		s := &in.Subjects[i]
		if s.Identity.ServiceManaged {
			continue
		}
		for k := range all {
			all[k].apply(s, e)
		}
	}
	e.external()
	e.buckets()
	e.securityGroups()
	sortFindings(e.result.Findings)
	return e.result
}

// add enters a finding under its category.
func (e *evaluation) add(c entitlement.Category, f *entitlement.Finding) {
	f.Category, f.Cloud = c, e.Cloud
	f.ID = id(f)
	e.result.Findings = append(e.result.Findings, *f)
}

// id makes the finding's name from what it is about, so that the same finding
// of the next collection has the same one.
func id(f *entitlement.Finding) string {
	sum := sha256.Sum256([]byte(string(f.Category) + "\x00" + string(f.System) + "\x00" + string(f.Identity) + "\x00" + f.Resource))
	return hex.EncodeToString(sum[:8])
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
