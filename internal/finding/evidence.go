package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Names of evidence that reports show in columns of their own.
const (
	EvidenceWays          = "Ways" // How many, with what they lead to.
	EvidenceWay           = "Way"  // One of them; stands several times.
	EvidenceSecurityTools = "Security tools"
	EvidenceSecrets       = "Secret stores"
	EvidenceRole          = "Role"
	EvidenceRoles         = "Roles"
	EvidenceAccounts      = "Accounts"
	EvidenceMethod        = "Access method"
	EvidenceIdentities    = "Trusted identities"
	EvidenceOrganization  = "Organisation"
	EvidenceConditional   = "Conditional" // The condition keys that would decide.
	EvidenceEncryption    = "Encryption"
	EvidenceKey           = "Key"
	EvidenceAccess        = "Access"
	EvidenceBecause       = "Because"
	EvidenceReachable     = "Buckets reachable" // "3 of 10".
	EvidenceBuckets       = "Buckets"
	EvidencePorts         = "Open ports"
	EvidenceInstances     = "Instances"
	EvidenceNetwork       = "Network"
)

// listed is how many names of a list stand in a piece of evidence.
const listed = 10

// enumerate joins the first names of a list and says how many are left out.
func enumerate[S ~string](list []S) string { return some(list, listed) }

// some joins the first n names of a list and says how many are left out.
func some[S ~string](list []S, n int) string {
	parts := make([]string, 0, n+1)
	for _, s := range list[:min(n, len(list))] {
		parts = append(parts, string(s))
	}
	if more := len(list) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}

// short leaves of the ARN of something in the system what tells it apart there;
// other names stay whole.
func short(arn string, system entitlement.SystemID) string {
	head, rest, ours := strings.Cut(arn, ":"+string(system)+":")
	if !ours || !strings.HasPrefix(head, "arn:") {
		return arn
	}
	return rest
}

// shortened does so for a list.
func shortened[S ~string](list []S, system entitlement.SystemID) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = short(string(s), system)
	}
	return out
}

// facts drops the evidence that has nothing to say.
func facts(list ...entitlement.Evidence) []entitlement.Evidence {
	return slices.DeleteFunc(list, func(e entitlement.Evidence) bool { return e.Value == "" })
}

// conditional names the keys that would decide; "" where nothing is open.
func conditional(open bool, keys []string) string {
	switch {
	case !open:
		return ""
	case len(keys) == 0:
		return "yes"
	}
	return "on " + enumerate(keys)
}

// Value returns the values of the evidence of a name, joined; "" if there is
// none.
func Value(f *entitlement.Finding, name string) string {
	var parts []string
	for _, e := range f.Evidence {
		if e.Name == name {
			parts = append(parts, e.Value)
		}
	}
	return strings.Join(parts, "; ")
}
