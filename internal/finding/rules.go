package finding

import (
	"fmt"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/entitlement"
)

func rules() []rule {
	return []rule{
		{inactive().of, itself(holdsSomething), findInactive},
		{super().of, itself(holdsSomething), findSuper},
		{overprovisioned().of, itself(holdsSomething), findOverprovisioned},
		{usersOnly(entitlement.UserWithoutMFA), itself(signsIn), findWithoutMFA},
		{usersOnly(entitlement.AccessKeyOld), activeKeys, findOldKeys},
		{usersOnly(entitlement.AccessKeyUnused), activeKeys, findUnusedKeys},
		{everyKind(entitlement.ExcludedFromReports), itself(always), findExcluded},
	}
}

func usersOnly(c entitlement.Category) func(entitlement.Kind) entitlement.Category {
	return byKind{entitlement.User: c}.of
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
// should be when nobody uses it.
func holdsSomething(s *Subject, o *Options) bool {
	if s.Identity.Root {
		return false
	}
	return s.Granted > 0 || signsIn(s, o) || hasActiveKey(s, o)
}

func signsIn(s *Subject, _ *Options) bool { return s.Identity.Console == entitlement.Yes }

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
	return s.finding(o, activityEvidence(s, o)...)
}

// findSuper: all actions on all resources.
func findSuper(s *Subject, o *Options) []entitlement.Finding {
	if !s.Super {
		return nil
	}
	return s.finding(o, append(usageEvidence(s), activityEvidence(s, o)...)...)
}

// findOverprovisioned: active, and not using all that it holds. What the logs
// cannot show does not count as unused.
func findOverprovisioned(s *Subject, o *Options) []entitlement.Finding {
	if !active(s, o) || s.Unused == 0 {
		return nil
	}
	return s.finding(o, append(usageEvidence(s), activityEvidence(s, o)...)...)
}

func findWithoutMFA(s *Subject, o *Options) []entitlement.Finding {
	if s.Identity.MFA != entitlement.No {
		return nil
	}
	return s.finding(o, entitlement.Evidence{Name: "Console password", Value: "yes"},
		entitlement.Evidence{Name: "MFA device", Value: "none"})
}

func findExcluded(s *Subject, o *Options) []entitlement.Finding {
	value, tagged := s.Identity.Tags[entitlement.TagExcludeFromReports]
	if !tagged || !s.Identity.Exempt(entitlement.TagExcludeFromReports) {
		return nil
	}
	return s.finding(o, entitlement.Evidence{Name: "Tag value", Value: value})
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
