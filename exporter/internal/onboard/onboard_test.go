package onboard_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/exporter/internal/onboard"
	"github.com/leastward/leastward/internal/entitlement"
)

// cloud answers a discovery.
type cloud struct {
	ids []entitlement.SystemID
	err error
}

func (c *cloud) Discover(context.Context) ([]onboard.Found, error) {
	var list []onboard.Found
	for _, id := range c.ids {
		list = append(list, onboard.Found{
			System:    entitlement.System{Cloud: entitlement.Azure, ID: id, Name: "name of " + string(id), Owner: "tag", Folders: []string{"corp"}},
			Ancestors: []entitlement.Scope{{ID: "/mg/corp", Name: "corp"}},
		})
	}
	return list, c.err
}

type setting struct {
	cloud   *cloud
	section onboard.Section
	now     time.Time
	file    string
	roster  *onboard.Roster
}

func set(t interface {
	Fatal(...any)
}, dir string, mode onboard.Mode,
) *setting {
	s := &setting{cloud: &cloud{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), file: filepath.Join(dir, "onboarding.json")}
	s.section = onboard.Section{Name: "azure", Cloud: entitlement.Azure, Mode: mode}
	if mode != onboard.Listed {
		s.section.Discoverer = s.cloud
	}
	s.open(t)
	return s
}

func (s *setting) open(t interface{ Fatal(...any) }) {
	var err error
	if s.roster, err = onboard.New(onboard.Options{File: s.file, Now: func() time.Time { return s.now }}); err != nil {
		t.Fatal(err)
	}
}

func (s *setting) refresh(ids ...entitlement.SystemID) {
	s.now = s.now.Add(time.Hour)
	s.cloud.ids = ids
	s.roster.Refresh(context.Background(), []onboard.Section{s.section})
}

func (s *setting) systems() string {
	var ids []string
	for _, one := range s.roster.Systems(&s.section) {
		ids = append(ids, string(one.ID))
	}
	return strings.Join(ids, " ")
}

func (s *setting) states(progress map[entitlement.SystemID]onboard.Progress) map[entitlement.SystemID]onboard.State {
	all := map[entitlement.SystemID]onboard.State{}
	for _, one := range s.roster.Statuses(&s.section, func(id entitlement.SystemID) onboard.Progress { return progress[id] }) {
		all[one.System.ID] = one.State
	}
	return all
}

func TestModes(t *testing.T) {
	t.Parallel()
	for mode, want := range map[onboard.Mode]string{
		onboard.Automatic: "a b named", onboard.Listed: "b named", onboard.Selected: "a b named",
	} {
		s := set(t, t.TempDir(), mode)
		s.section.Known = []entitlement.System{{ID: "named"}, {ID: "b", Owner: "team"}}
		s.section.Picked, s.section.Except = []entitlement.SystemID{"a", "gone"}, []entitlement.SystemID{"own"}
		s.refresh("b", "a", "own")
		if got := s.systems(); got != want {
			t.Errorf("%s: %q, want %q", mode, got, want)
		}
		s.refresh("b", "a", "own", "c")
		if mode == onboard.Automatic {
			want = "a b c named"
		}
		if got := s.systems(); got != want {
			t.Errorf("%s, later: %q, want %q", mode, got, want)
		}
	}
}

// What the configuration says of a system goes before what is discovered.
func TestWhatIsKnownOfASystem(t *testing.T) {
	t.Parallel()
	s := set(t, t.TempDir(), onboard.Automatic)
	s.section.Known = []entitlement.System{{ID: "a", Cloud: entitlement.Azure, Owner: "team"}, {ID: "b", Cloud: entitlement.Azure, Name: "mine", Folders: []string{"prod"}}}
	s.refresh("a", "b", "c")
	want := []entitlement.System{
		{ID: "a", Cloud: entitlement.Azure, Name: "name of a", Owner: "team", Folders: []string{"corp"}},
		{ID: "b", Cloud: entitlement.Azure, Name: "mine", Owner: "tag", Folders: []string{"prod"}},
		{ID: "c", Cloud: entitlement.Azure, Name: "name of c", Owner: "tag", Folders: []string{"corp"}},
	}
	got := s.roster.Systems(&s.section)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !onboard.Same(want, got) || onboard.Same(want[:2], got) {
		t.Error("Same does not tell")
	}
	got[1].Owner = "other"
	if onboard.Same(want, got) {
		t.Error("another owner is the same")
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	s := set(t, t.TempDir(), onboard.Selected)
	s.section.Known = []entitlement.System{{ID: "named"}}
	s.section.Picked = []entitlement.SystemID{"a", "b", "c", "d"}
	if diff := cmp.Diff(map[entitlement.SystemID]onboard.State{"named": onboard.Discovering}, s.states(nil)); diff != "" {
		t.Errorf("before the first discovery:\n%s", diff)
	}
	s.cloud.err = errors.New("away")
	s.refresh("a")
	if got := s.roster.Statuses(&s.section, func(entitlement.SystemID) onboard.Progress { return onboard.Progress{} }); len(got) != 1 || got[0].Reason != "away" {
		t.Errorf("%+v", got)
	}
	s.cloud.err = nil
	s.refresh("a", "b", "c", "d", "e")
	s.refresh("a", "b", "c", "e")
	progress := map[entitlement.SystemID]onboard.Progress{
		"a": {Attempted: s.now, Succeeded: s.now},
		"b": {Attempted: s.now, Succeeded: s.now, Err: errors.New("refused")},
		"c": {Attempted: s.now, Err: errors.New("refused")},
		"d": {Attempted: s.now, Succeeded: s.now},
	}
	want := map[entitlement.SystemID]onboard.State{
		"a": onboard.Onboarded, "b": onboard.Offline, "c": onboard.Offline, "d": onboard.Offline, "e": onboard.Pending, "named": onboard.InProgress,
	}
	if diff := cmp.Diff(want, s.states(progress)); diff != "" {
		t.Error(diff)
	}
	if one := onboard.StatusOf(entitlement.System{ID: "aws"}, onboard.Progress{}); one.State != onboard.InProgress {
		t.Errorf("%+v", one)
	}
}

// A system that is discovered no longer is looked for a week long; what was
// discovered outlives restarts and failures.
func TestMemory(t *testing.T) {
	t.Parallel()
	s := set(t, t.TempDir(), onboard.Automatic)
	s.refresh("a", "b")
	s.refresh("b")
	s.open(t)
	if got := s.systems(); got != "a b" {
		t.Errorf("after a restart %q", got)
	}
	s.cloud.err = errors.New("away")
	s.now = s.now.Add(30 * 24 * time.Hour)
	s.refresh()
	if got := s.systems(); got != "a b" || s.roster.Failure("azure") == nil {
		t.Errorf("after a failure %q, %v", got, s.roster.Failure("azure"))
	}
	s.cloud.err = nil
	s.refresh("b")
	if got := s.systems(); got != "b" || s.roster.Failure("azure") != nil {
		t.Errorf("after a week %q, %v", got, s.roster.Failure("azure"))
	}
}

func TestFileThatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", `{"azure": 1}`, `[]`} {
		file := filepath.Join(t.TempDir(), "onboarding.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := onboard.New(onboard.Options{File: file}); err == nil || !strings.Contains(err.Error(), "delete it") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{"null", `{"azure": null}`, `{}`} {
		file := filepath.Join(t.TempDir(), "onboarding.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := onboard.New(onboard.Options{File: file})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		r.Refresh(t.Context(), []onboard.Section{{Name: "azure", Discoverer: &cloud{ids: []entitlement.SystemID{"a"}}}})
	}
}

// A discovery that is cut off says nothing of the cloud.
func TestDiscoveryThatIsCutOff(t *testing.T) {
	t.Parallel()
	s := set(t, t.TempDir(), onboard.Automatic)
	s.refresh("a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.cloud.err = context.Canceled
	s.roster.Refresh(ctx, []onboard.Section{s.section})
	if s.roster.Failure("azure") != nil || s.systems() != "a" {
		t.Errorf("%v, %q", s.roster.Failure("azure"), s.systems())
	}
}

// Whatever is discovered when: with automatic onboarding a system is collected
// from its discovery on, until it was away for a week; and a restart changes
// nothing.
func TestAutomaticIsCurrent(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		dir := filepath.Join(base, rapid.StringMatching(`[a-z]{8}`).Draw(t, "dir"), time.Duration(n).String())
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		s := set(t, dir, onboard.Automatic)
		last := map[entitlement.SystemID]time.Time{}
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			s.now = s.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
			ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]entitlement.SystemID{"a", "b", "c", "d"}), 0, 4, rapid.ID).Draw(t, "ids")
			s.refresh(ids...)
			for _, id := range ids {
				last[id] = s.now
			}
			var want []string
			for _, id := range []entitlement.SystemID{"a", "b", "c", "d"} {
				if at, ok := last[id]; ok && s.now.Sub(at) <= 7*24*time.Hour {
					want = append(want, string(id))
				} else {
					delete(last, id)
				}
			}
			if rapid.Bool().Draw(t, "restart") {
				s.open(t)
			}
			if got := s.systems(); got != strings.Join(want, " ") {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	})
}
