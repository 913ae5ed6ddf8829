package finding_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

const day = 24 * time.Hour

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func options() finding.Options {
	return finding.Options{
		Cloud: entitlement.AWS, Now: now(), Window: 90 * day, Grace: 14 * day, KeyAge: 90 * day, KeyUnused: 90 * day,
	}
}

// quiet is a user of whom nothing is wrong: active just now, using all that it
// holds, with MFA.
func quiet() finding.Subject {
	return finding.Subject{
		Identity: &entitlement.Identity{
			ID: "arn:aws:iam::111111111111:user/ana", Name: "ana", System: "111111111111", Kind: entitlement.User,
			Created: now().Add(-400 * day), Console: entitlement.Yes, MFA: entitlement.Yes,
		},
		Granted: 10, Used: 10, Last: now().Add(-time.Hour), Observed: 1,
	}
}

func evaluate(o finding.Options, subjects ...finding.Subject) finding.Result {
	return finding.Evaluate(finding.Input{System: "111111111111", Subjects: subjects}, o)
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	key := func(k entitlement.AccessKey) func(*finding.Subject) {
		return func(s *finding.Subject) { s.Identity.Keys = []entitlement.AccessKey{k} }
	}
	for _, tc := range []struct {
		name   string
		change func(*finding.Subject)
		want   []entitlement.Category
	}{
		{"nothing wrong", func(*finding.Subject) {}, nil},
		{"last active on the last day of the window", func(s *finding.Subject) { s.Last = now().Add(-90 * day) }, nil},
		{"last active before the window", func(s *finding.Subject) { s.Last = now().Add(-90*day - time.Second) }, list(entitlement.InactiveUser)},
		{"never seen", func(s *finding.Subject) { s.Last = time.Time{} }, list(entitlement.InactiveUser)},
		{"never seen, but new", func(s *finding.Subject) { s.Last, s.Identity.Created = time.Time{}, now().Add(-13*day) }, nil},
		{"never seen, of unknown age", func(s *finding.Subject) { s.Last, s.Identity.Created = time.Time{}, time.Time{} }, list(entitlement.InactiveUser)},
		{"inactive without permission or credential", func(s *finding.Subject) {
			s.Last, s.Granted, s.Identity.Console = time.Time{}, 0, entitlement.No
		}, nil},
		{"inactive role", func(s *finding.Subject) { s.Last, s.Identity.Kind = time.Time{}, entitlement.Role }, list(entitlement.InactiveRole)},
		{"inactive group", func(s *finding.Subject) { s.Last, s.Identity.Kind = time.Time{}, entitlement.Group }, list(entitlement.InactiveGroup)},
		{"super", func(s *finding.Subject) { s.Super = true }, list(entitlement.SuperUser)},
		{"super function", func(s *finding.Subject) { s.Super, s.Identity.Kind = true, entitlement.Function }, list(entitlement.SuperFunction)},
		{"over-provisioned", func(s *finding.Subject) { s.Used, s.Unused = 9, 1 }, list(entitlement.OverprovisionedUser)},
		{"over-provisioned instance", func(s *finding.Subject) { s.Unused, s.Identity.Kind = 1, entitlement.Instance }, list(entitlement.OverprovisionedInstance)},
		{"only the unobservable is unused", func(s *finding.Subject) { s.Used, s.Unused = 9, 0 }, nil},
		{"inactive is not over-provisioned too", func(s *finding.Subject) { s.Last, s.Unused = time.Time{}, 10 }, list(entitlement.InactiveUser)},
		{"no MFA", func(s *finding.Subject) { s.Identity.MFA = entitlement.No }, list(entitlement.UserWithoutMFA)},
		{"MFA unknown", func(s *finding.Subject) { s.Identity.MFA = entitlement.Unknown }, nil},
		{"no MFA, no password", func(s *finding.Subject) {
			s.Identity.MFA, s.Identity.Console = entitlement.No, entitlement.No
		}, nil},
		{"key of 91 days, used", key(entitlement.AccessKey{Active: true, Created: now().Add(-91 * day), LastUsed: now(), UseKnown: true}), list(entitlement.AccessKeyOld)},
		{"key of 90 days, used", key(entitlement.AccessKey{Active: true, Created: now().Add(-90 * day), LastUsed: now(), UseKnown: true}), nil},
		{"key never used", key(entitlement.AccessKey{Active: true, Created: now().Add(-20 * day), UseKnown: true}), list(entitlement.AccessKeyUnused)},
		{"new key never used", key(entitlement.AccessKey{Active: true, Created: now().Add(-2 * day), UseKnown: true}), nil},
		{"inactive key", key(entitlement.AccessKey{Created: now().Add(-900 * day), UseKnown: true}), nil},
		{"cloud-managed", func(s *finding.Subject) { s.Super, s.Identity.ServiceManaged = true, true }, nil},
		{"exempt from findings", func(s *finding.Subject) {
			s.Super, s.Identity.Tags = true, map[string]string{entitlement.TagExcludeFromReports: "break glass"}
		}, list(entitlement.ExcludedFromReports)},
		{"exemption switched off", func(s *finding.Subject) {
			s.Super, s.Identity.Tags = true, map[string]string{entitlement.TagExcludeFromReports: "false"}
		}, list(entitlement.SuperUser)},
		{"exempt from the index only", func(s *finding.Subject) {
			s.Super, s.Identity.Tags = true, map[string]string{entitlement.TagExcludeFromPCI: ""}
		}, list(entitlement.SuperUser)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := quiet()
			tc.change(&s)
			got := categories(evaluate(options(), s))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("categories (-want +got):\n%s", diff)
			}
		})
	}
}

// A key whose use nobody recorded is called unused only where the logs reach
// over the whole limit.
func TestUnusedKeyNeedsEvidence(t *testing.T) {
	t.Parallel()
	for observed, want := range map[float64]int{0: 0, 0.5: 0, 1: 1} {
		s := quiet()
		s.Observed = observed
		s.Identity.Keys = []entitlement.AccessKey{{ID: "AKIA1", Active: true, Created: now().Add(-50 * day)}}
		if got := len(evaluate(options(), s).Findings); got != want {
			t.Errorf("observed %g: %d findings, want %d", observed, got, want)
		}
	}
}

func TestFindingIsStableAndDistinct(t *testing.T) {
	t.Parallel()
	s := quiet()
	s.Super, s.Last = true, time.Time{}
	s.Identity.Keys = []entitlement.AccessKey{
		{ID: "AKIA1", Active: true, Created: now().Add(-500 * day), UseKnown: true},
		{ID: "AKIA2", Active: true, Created: now().Add(-500 * day), UseKnown: true},
	}
	first := evaluate(options(), s)
	later := options()
	later.Now = later.Now.Add(30 * day)
	second := evaluate(later, s)
	seen := map[string]bool{}
	for i, f := range first.Findings {
		if f.ID != second.Findings[i].ID {
			t.Errorf("%s: id %s, then %s a month later", f.Category, f.ID, second.Findings[i].ID)
		}
		if seen[f.ID] {
			t.Errorf("%s: id %s stands twice", f.Category, f.ID)
		}
		seen[f.ID] = true
	}
	if len(seen) != 6 { // Inactive, super, two old keys, two unused keys.
		t.Errorf("%d findings, want 6", len(seen))
	}
}

func TestTotalsCountWhatWasLookedAt(t *testing.T) {
	t.Parallel()
	withMFA, without, exempt := quiet(), quiet(), quiet()
	without.Identity.MFA = entitlement.No
	exempt.Identity.MFA = entitlement.No
	exempt.Identity.Tags = map[string]string{entitlement.TagExcludeFromReports: ""}
	result := evaluate(options(), withMFA, without, exempt)
	if got := result.Totals[entitlement.UserWithoutMFA]; got != 3 {
		t.Errorf("looked at %d users for MFA, want 3", got)
	}
	if got := categories(result); !slices.Equal(got, list(entitlement.UserWithoutMFA, entitlement.ExcludedFromReports)) {
		t.Errorf("findings %v", got)
	}
}

// Keys are looked at one by one: "2 of 3", never "2 of 1".
func TestTotalsCountKeys(t *testing.T) {
	t.Parallel()
	s := quiet()
	s.Identity.Keys = []entitlement.AccessKey{
		{ID: "AKIA1", Active: true, Created: now().Add(-500 * day)},
		{ID: "AKIA2", Active: true, Created: now().Add(-500 * day)},
		{ID: "AKIA3", Created: now().Add(-500 * day)},
	}
	result := evaluate(options(), s, s)
	if got := result.Totals[entitlement.AccessKeyOld]; got != 4 {
		t.Errorf("looked at %d keys, want the 4 active ones", got)
	}
}

// The credential report may not say when a key was made.
func TestKeyOfUnknownAge(t *testing.T) {
	t.Parallel()
	s := quiet()
	s.Identity.Keys = []entitlement.AccessKey{{ID: "AKIA1", Active: true, UseKnown: true}}
	for _, e := range evaluate(options(), s).Findings[0].Evidence {
		if e.Name == "Age" && e.Value != "unknown" {
			t.Errorf("age %s, want unknown", e.Value)
		}
	}
}

func TestEveryCategoryIsDescribedOnce(t *testing.T) {
	t.Parallel()
	titles := map[string]entitlement.Category{}
	for _, c := range finding.Categories() {
		title, meaning := finding.Describe(c)
		if title == string(c) || meaning == "" {
			t.Errorf("%s is not described", c)
		}
		if other, ok := titles[title]; ok {
			t.Errorf("%s and %s have the same title %q", c, other, title)
		}
		titles[title] = c
	}
}

// The order in which identities are read changes nothing.
func TestOrderOfSubjectsIsIrrelevant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		subjects := rapid.SliceOfN(rapid.Custom(draw), 0, 20).Draw(t, "subjects")
		for i := range subjects {
			subjects[i].Identity.ID += entitlement.IdentityID(rune('a' + i))
		}
		shuffled := rapid.Permutation(subjects).Draw(t, "shuffled")
		a, b := evaluate(options(), subjects...), evaluate(options(), shuffled...)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("another order gives other findings:\n%s", diff)
		}
	})
}

func draw(t *rapid.T) finding.Subject {
	s := quiet()
	s.Identity.Kind = rapid.SampledFrom([]entitlement.Kind{entitlement.User, entitlement.Role, entitlement.Group}).Draw(t, "kind")
	s.Super = rapid.Bool().Draw(t, "super")
	s.Unused = rapid.IntRange(0, 5).Draw(t, "unused")
	s.Impact = float64(rapid.IntRange(0, 3).Draw(t, "impact"))
	s.Last = now().Add(-time.Duration(rapid.IntRange(0, 200).Draw(t, "days")) * day)
	return s
}

func list(c ...entitlement.Category) []entitlement.Category { return c }

func categories(r finding.Result) []entitlement.Category {
	var got []entitlement.Category
	for _, f := range r.Findings {
		got = append(got, f.Category)
	}
	return got
}
