package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// findSecurityTools: can administer, and so switch off, security services.
func findSecurityTools(s *Subject, _ *Options) []entitlement.Finding {
	if len(s.SecurityTools) == 0 {
		return nil
	}
	return s.finding(entitlement.Evidence{Name: EvidenceSecurityTools, Value: enumerate(s.SecurityTools)})
}

// findSecretAccess: can read secret material.
func findSecretAccess(s *Subject, _ *Options) []entitlement.Finding {
	if len(s.Secrets) == 0 {
		return nil
	}
	return s.finding(entitlement.Evidence{Name: EvidenceSecrets, Value: enumerate(s.Secrets)})
}

// findTrustsAccount: every identity of an outside account may assume the role,
// by its own account's leave; or whoever has a token of an identity provider,
// which of one that many customers share is anybody. What a SAML provider says
// of people it says of its owner's.
func findTrustsAccount(s *Subject, _ *Options) []entitlement.Finding {
	var accounts, keys []string
	certain := false
	for i := range s.Entered {
		x := &s.Entered[i]
		if !x.TrustsAll || x.Method != entitlement.AccessDirect || strings.Contains(x.From, ":saml-provider/") {
			continue
		}
		accounts = append(accounts, everyOne(x.From))
		keys = append(keys, x.Keys...)
		certain = certain || !x.Conditional
	}
	if len(accounts) == 0 {
		return nil
	}
	return s.finding(facts(
		entitlement.Evidence{Name: EvidenceAccounts, Value: enumerate(distinct(accounts))},
		entitlement.Evidence{Name: EvidenceConditional, Value: conditional(!certain, distinct(keys))},
	)...)
}

// findReachesExternal: the role can enter other accounts. Who may do everything
// may also assume whatever trusts it; that goes without saying.
func findReachesExternal(s *Subject, _ *Options) []entitlement.Finding {
	accounts := make([]string, 0, len(s.Reaches))
	for _, r := range s.Reaches {
		switch {
		case r != "*":
			accounts = append(accounts, string(r))
		case !s.Super:
			accounts = append(accounts, "any that trusts it")
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	return s.finding(entitlement.Evidence{Name: EvidenceAccounts, Value: enumerate(distinct(accounts))})
}

// instances: through its role, an instance reaches buckets. Nothing is said
// where no bucket is known.
func (e *evaluation) instances() {
	if !Possible(entitlement.InstanceBucketAccess, e.Cloud) || len(e.Buckets) == 0 {
		return
	}
	for i := range e.Subjects {
		s := &e.Subjects[i]
		if s.Identity.Kind != entitlement.Instance || s.Identity.ServiceManaged {
			continue
		}
		e.result.Totals[entitlement.InstanceBucketAccess]++
		if len(s.Buckets) == 0 || s.Identity.Exempt(entitlement.TagExcludeFromReports) {
			continue
		}
		for _, f := range s.finding(facts(
			entitlement.Evidence{Name: EvidenceRole, Value: short(string(s.Identity.RunsAs), s.Identity.System)},
			entitlement.Evidence{Name: EvidenceReachable, Value: e.reachable(len(s.Buckets))},
			entitlement.Evidence{Name: EvidenceBuckets, Value: some(bucketNames(distinct(s.Buckets)), 5)},
			entitlement.Evidence{Name: EvidenceConditional, Value: someOf(s.BucketsConditional, len(s.Buckets))},
		)...) {
			e.add(entitlement.InstanceBucketAccess, &f)
		}
	}
}

func bucketNames(list []entitlement.ResourceID) []string {
	names := make([]string, len(list))
	for i, id := range list {
		names[i] = string(id[strings.LastIndexByte(string(id), ':')+1:])
	}
	return names
}

func someOf(n, all int) string {
	switch n {
	case 0:
		return ""
	case all:
		return "yes"
	}
	return fmt.Sprintf("%d of them", n)
}

func (e *evaluation) reachable(n int) string { return fmt.Sprintf("%d of %d", n, len(e.Buckets)) }

// distinct returns the values sorted, each once.
func distinct[S ~string](list []S) []S {
	list = slices.Sorted(slices.Values(list))
	return slices.Compact(list)
}
