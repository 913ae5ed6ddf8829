package finding

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

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

func rules() []rule {
	return []rule{
		{inactive().of, itself(holdsSomething), findInactive},
		{super().of, itself(holdsSomething), findSuper},
		{overprovisioned().of, itself(holdsSomething), findOverprovisioned},
		{escalation().of, itself(holdsSomething), findEscalation},
		{securityTools().of, itself(holdsSomething), findSecurityTools},
		{secretAccess().of, itself(holdsSomething), findSecretAccess},
		{only(entitlement.RoleTrustsAccount, entitlement.Role), itself(always), findTrustsAccount},
		{only(entitlement.RoleReachesExternal, entitlement.Role), itself(always), findReachesExternal},
		{only(entitlement.UserWithoutMFA, entitlement.User), itself(needsMFA), findWithoutMFA},
		{only(entitlement.AccessKeyOld, keyHolders()...), activeKeys, findOldKeys},
		{only(entitlement.AccessKeyUnused, keyHolders()...), activeKeys, findUnusedKeys},
		{everyKind(entitlement.ExcludedFromReports), itself(always), findExcluded},
	}
}

// keyHolders are the kinds that have keys: access keys, secrets and
// certificates of service principals, keys of service accounts.
func keyHolders() []entitlement.Kind {
	return []entitlement.Kind{entitlement.User, entitlement.ServicePrincipal, entitlement.ManagedIdentity, entitlement.ServiceAccount}
}

func (r *rule) apply(s *Subject, e *evaluation) {
	category := r.category(s.Identity.Kind)
	if !Possible(category, e.Cloud) {
		return
	}
	looked := r.looks(s, &e.Options)
	if looked == 0 {
		return
	}
	e.result.Totals[category] += looked
	exempt := s.Identity.Exempt(entitlement.TagExcludeFromReports)
	if exempt && category != entitlement.ExcludedFromReports {
		return
	}
	for _, f := range r.find(s, &e.Options) {
		e.add(category, &f)
	}
}

// finding fills in what every finding of a subject has.
func (s *Subject) finding(evidence ...entitlement.Evidence) []entitlement.Finding {
	return []entitlement.Finding{{
		System: s.Identity.System, Identity: s.Identity.ID, Kind: s.Identity.Kind, Name: s.Identity.Name, Owner: s.Owner,
		PCI: s.PCI, Impact: s.Impact, Granted: s.Granted, Used: s.Used,
		Created: s.Identity.Created, LastActive: s.Last, Covered: s.Observed,
		Evidence: evidence,
	}}
}

func only(c entitlement.Category, kinds ...entitlement.Kind) func(entitlement.Kind) entitlement.Category {
	return func(k entitlement.Kind) entitlement.Category {
		if slices.Contains(kinds, k) {
			return c
		}
		return ""
	}
}

func everyKind(c entitlement.Category) func(entitlement.Kind) entitlement.Category {
	return func(entitlement.Kind) entitlement.Category { return c }
}

// itself counts the subject once where it is looked at.
func itself(looks func(*Subject, *Options) bool) func(*Subject, *Options) int {
	return func(s *Subject, o *Options) int {
		if looks(s, o) {
			return 1
		}
		return 0
	}
}

func always(*Subject, *Options) bool { return true }

// holdsSomething leaves out identities that can do nothing (no permission and,
// for a user, no credential to try with) and the root user, which is as it
// should be when nobody uses it. The users and applications of a directory,
// which many systems share, have to do with a system only by what they hold
// there.
func holdsSomething(s *Subject, o *Options) bool {
	if s.Identity.Root {
		return false
	}
	if o.Cloud != entitlement.AWS {
		return s.Granted > 0
	}
	return s.Granted > 0 || signsIn(s) || hasActiveKey(s, o)
}

func signsIn(s *Subject) bool { return s.Identity.Console == entitlement.Yes }

// needsMFA: has a password for the console of AWS; elsewhere a user who can
// sign in and holds something, where it is known whether there is a factor.
func needsMFA(s *Subject, o *Options) bool {
	if o.Cloud == entitlement.AWS {
		return signsIn(s)
	}
	id := s.Identity
	return s.Granted > 0 && !id.Disabled && id.Console != entitlement.No && id.MFA != entitlement.Unknown
}

func hasActiveKey(s *Subject, o *Options) bool { return activeKeys(s, o) > 0 }

func activeKeys(s *Subject, _ *Options) int {
	n := 0
	for _, k := range s.Identity.Keys {
		if k.Active {
			n++
		}
	}
	return n
}

func active(s *Subject, o *Options) bool {
	return !s.Last.IsZero() && o.Now.Sub(s.Last) <= o.Window
}

// findInactive: "did not use any granted permission in the last 90 days"; for a
// group, no member did so through it.
func findInactive(s *Subject, o *Options) []entitlement.Finding {
	if active(s, o) || young(s.Identity.Created, o) {
		return nil
	}
	return s.finding(activityEvidence(s, o)...)
}

// findSuper: all actions on all resources.
func findSuper(s *Subject, o *Options) []entitlement.Finding {
	if !s.Super {
		return nil
	}
	return s.finding(append(usageEvidence(s), activityEvidence(s, o)...)...)
}

// findOverprovisioned: active, and not using all that it holds. What the logs
// cannot show does not count as unused.
func findOverprovisioned(s *Subject, o *Options) []entitlement.Finding {
	if !active(s, o) || s.Unused == 0 {
		return nil
	}
	return s.finding(append(usageEvidence(s), activityEvidence(s, o)...)...)
}

func findWithoutMFA(s *Subject, _ *Options) []entitlement.Finding {
	if s.Identity.MFA != entitlement.No {
		return nil
	}
	var evidence []entitlement.Evidence
	if signsIn(s) {
		evidence = append(evidence, entitlement.Evidence{Name: "Console password", Value: "yes"})
	}
	return s.finding(append(evidence, entitlement.Evidence{Name: "MFA device", Value: "none"})...)
}

func findExcluded(s *Subject, _ *Options) []entitlement.Finding {
	value, tagged := s.Identity.Tags[entitlement.TagExcludeFromReports]
	if !tagged || !s.Identity.Exempt(entitlement.TagExcludeFromReports) {
		return nil
	}
	return s.finding(entitlement.Evidence{Name: "Tag value", Value: value})
}

// young reports whether something is too new to be called unused.
func young(created time.Time, o *Options) bool {
	return !created.IsZero() && o.Now.Sub(created) < o.Grace
}

func activityEvidence(s *Subject, o *Options) []entitlement.Evidence {
	last := "never seen"
	if !s.Last.IsZero() {
		last = fmt.Sprintf("%s (%s ago)", s.Last.UTC().Format(time.DateOnly), days(o.Now.Sub(s.Last)))
	}
	list := []entitlement.Evidence{
		{Name: "Last active", Value: last},
		{Name: "Logs cover", Value: fmt.Sprintf("%.0f%% of %s", 100*s.Observed, days(o.Window))},
	}
	if s.Identity.Kind == entitlement.Group {
		list = append(list, entitlement.Evidence{Name: "Members", Value: strconv.Itoa(s.Members)})
	}
	return list
}

func usageEvidence(s *Subject) []entitlement.Evidence {
	return []entitlement.Evidence{
		{Name: "Actions used", Value: fmt.Sprintf("%d of %d granted", s.Used, s.Granted)},
		{Name: "Actions unused", Value: strconv.Itoa(s.Unused)},
	}
}

func days(d time.Duration) string {
	if n := int(d.Hours() / 24); n != 1 {
		return strconv.Itoa(n) + " days"
	}
	return "1 day"
}
