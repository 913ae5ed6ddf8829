package tenant_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/tenant"
)

func TestSameOptionsSameBytes(t *testing.T) {
	t.Parallel()
	o := tenant.Options{Size: 300, Seed: 5}
	first, second := generate(t, o), generate(t, o)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(first.files)), slices.Sorted(maps.Keys(second.files))); diff != "" {
		t.Fatalf("files differ (-first +second):\n%s", diff)
	}
	for name, text := range first.files {
		if !bytes.Equal(text, second.files[name]) {
			t.Errorf("%s differs between two runs with the same options", name)
		}
	}
}

func TestOtherSeedOtherOrganisation(t *testing.T) {
	t.Parallel()
	first, second := generate(t, tenant.Options{Size: 100, Seed: 1}), generate(t, tenant.Options{Size: 100, Seed: 2})
	for _, name := range []string{
		"truth.json", "attack.json", "aws/111122223333/authorization-details.json", "aws/444455556666/credential-report.csv",
		"aws/111122223333/functions.json", "aws/444455556666/instances.json",
	} {
		if len(first.files[name]) == 0 || bytes.Equal(first.files[name], second.files[name]) {
			t.Errorf("%s is empty or the same for two seeds", name)
		}
	}
}

func TestProportions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size  int
		slack float64
	}{{100, 0.12}, {1000, 0.05}, {10_000, 0.03}} {
		truth, _ := generate(t, tenant.Options{Size: c.size, Seed: 3, Events: c.size}).truth(t)
		var all, active, admins tenant.Counts
		for _, a := range truth.Accounts {
			sum(&all, a.Counts)
			sum(&active, a.Active)
			admins.Users += len(a.Administrators.Users)
			admins.Roles += len(a.Administrators.Roles)
		}
		workloads := all.Roles + all.Functions + all.Instances
		if got := all.Users + workloads; got != c.size {
			t.Errorf("size %d: %d identities", c.size, got)
		}
		near(t, c.size, "workloads for each human", float64(workloads)/float64(all.Users)/10, 1, 0.12)
		near(t, c.size, "inactive workloads", 1-float64(active.Roles+active.Functions+active.Instances)/float64(workloads), 0.8, c.slack)
		if got := 1 - float64(active.Users+active.Roles+active.Functions+active.Instances)/float64(c.size); got < 0.6 {
			t.Errorf("size %d: %.2f of the identities are inactive, want above 0.6", c.size, got)
		}
		near(t, c.size, "administrators", float64(admins.Users+admins.Roles)/float64(all.Users+all.Roles), 0.1, c.slack)
	}
}

func near(t *testing.T, size int, what string, got, want, slack float64) {
	t.Helper()
	if got < want-slack || got > want+slack {
		t.Errorf("size %d: %s: %.3f is not within %.3f of %.3f", size, what, got, slack, want)
	}
}

func sum(into *tenant.Counts, c tenant.Counts) {
	into.Users += c.Users
	into.Groups += c.Groups
	into.Roles += c.Roles
	into.Functions += c.Functions
	into.Instances += c.Instances
}

func TestSuperShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share, want float64
	}{{-1, 0}, {0.5, 0.5}} {
		truth, _ := generate(t, tenant.Options{Size: 1000, Events: 1000, SuperShare: c.share}).truth(t)
		got, of := 0, 0
		for _, a := range truth.Accounts {
			got += len(a.Administrators.Roles) + len(a.Administrators.Users)
			of += a.Counts.Roles + a.Counts.Users
		}
		near(t, 1000, "administrators", float64(got)/float64(of), c.want, 0.05)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		options tenant.Options
		want    string
	}{
		{tenant.Options{Size: 99}, "sample tenant options: size: 99 is not from 100 to 100000"},
		{tenant.Options{Size: 100_001}, "sample tenant options: size: 100001 is not from 100 to 100000"},
		{tenant.Options{Days: 10}, "sample tenant options: days: 10 is not from 30 to 400"},
		{tenant.Options{Events: -1}, "sample tenant options: events: -1 is negative; 0 chooses by size"},
		{tenant.Options{SuperShare: 2}, "sample tenant options: super share: 2 is not from 0 to 1"},
	} {
		m := &memory{files: map[string][]byte{}}
		if err := tenant.Write(c.options, m.create); err == nil || err.Error() != c.want {
			t.Errorf("%+v: got error %v, want %s", c.options, err, c.want)
		}
		if len(m.files) > 0 {
			t.Errorf("%+v: files were written in spite of the error", c.options)
		}
	}
	if err := tenant.Generate(tenant.Options{}); err == nil || !strings.Contains(err.Error(), "out: say which directory") {
		t.Errorf("without a directory: got error %v", err)
	}
	if err := tenant.Events(tenant.Options{}, 0, nil); err == nil {
		t.Error("no events: no error")
	}
}

func TestGenerateWritesADirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := tenant.Options{Size: 100, Out: dir, Until: time.Date(2025, 3, 4, 17, 0, 0, 0, time.UTC)}
	if err := tenant.Generate(o); err != nil {
		t.Fatal(err)
	}
	truth, attack, err := tenant.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2025, 3, 4, 0, 0, 0, 0, time.UTC); !truth.Until.Equal(want) || !attack.To.Before(want) {
		t.Errorf("the activity ends at %s and the attack at %s, want before %s", truth.Until, attack.To, want)
	}
	if _, _, err := tenant.ReadTruth(t.TempDir()); err == nil {
		t.Error("an empty directory has a truth")
	}
}
