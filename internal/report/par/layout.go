package par

import (
	"slices"

	"github.com/leastward/leastward/internal/finding"
)

// ofUse are the columns about what identities hold and did.
func ofUse(first ...column) []column {
	return slices.Concat(first, []column{systemColumn()}, permissions(), index(), []column{impact(), lastActive(), created("Created on")},
		answer(), []column{allEvidence()})
}

func ofKeys() []column {
	return slices.Concat([]column{named("identity", "Owner of the key"), accessKey(), systemColumn()}, permissions(), index(),
		[]column{impact(), lastActive(), created("Key created on")}, answer(), []column{allEvidence()})
}

// ofReach are the columns about what identities lead to, with facts of their
// own.
func ofReach(own ...column) []column {
	return slices.Concat([]column{named("identity", "Name"), systemColumn()}, own, permissions(), index(),
		[]column{lastActive(), created("Created on")}, answer())
}

func ofEscalation() []column {
	return slices.Concat([]column{
		named("identity", "Name"), systemColumn(), ways(),
	}, index(), []column{lastActive(), created("Created on")}, answer())
}

// ofThing are the columns about what is no identity.
func ofThing(name column, own ...column) []column {
	return slices.Concat([]column{name, systemColumn()}, own, answer())
}

func ofEncryption() []column {
	return ofThing(named("bucket", "Bucket"), fact("encryption", "Encryption", finding.EvidenceEncryption),
		fact("key", "Key", finding.EvidenceKey), fact("access", "Access from outside", finding.EvidenceAccess))
}

func ofOpenBuckets() []column {
	return ofThing(named("bucket", "Bucket"), fact("access", "Access from outside", finding.EvidenceAccess),
		fact("accounts", "Accounts with access", finding.EvidenceAccounts), fact("because", "Because of", finding.EvidenceBecause),
		fact("encryption", "Encryption", finding.EvidenceEncryption))
}

func ofInstances() []column {
	return slices.Concat([]column{
		named("identity", "Instance"), systemColumn(), fact("role", "Role", finding.EvidenceRole),
		fact("buckets_reachable", "Buckets reachable", finding.EvidenceReachable), fact("buckets", "Buckets", finding.EvidenceBuckets),
		fact("conditional", "Conditional", finding.EvidenceConditional),
	}, index(), []column{lastActive()}, answer())
}

func ofSecurityGroups() []column {
	return ofThing(named("security_group", "Security group"), fact("network", "Network", finding.EvidenceNetwork),
		fact("ports", "Open ports", finding.EvidencePorts), fact("instances", "Instances behind it", finding.EvidenceInstances),
		fact("buckets_reachable", "Buckets reachable", finding.EvidenceReachable))
}

func ofAccounts() []column {
	return ofThing(named("account", "External account"), fact("method", "Access method", finding.EvidenceMethod),
		fact("trusted_identities", "Trusted identities", finding.EvidenceIdentities), fact("roles", "Roles", finding.EvidenceRoles),
		fact("organisation", "Organisation", finding.EvidenceOrganization), fact("conditional", "Conditional", finding.EvidenceConditional))
}

func ofExcluded() []column {
	return slices.Insert(ofUse(named("identity", "Name")), 1, subjectType())
}
