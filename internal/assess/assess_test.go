package assess_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/aws"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const day = 24 * time.Hour

func now() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

func arn(name string) entitlement.IdentityID {
	return entitlement.IdentityID("arn:aws:iam::111111111111:" + name)
}

// account has an active user, an idle one, a role, a group of both users and a
// function that runs as the role.
func account() *entitlement.Inventory {
	policy := func(id, actions string) entitlement.Policy {
		return entitlement.Policy{ID: entitlement.PolicyID(id), Document: []byte(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}]}`)}
	}
	identity := func(name string, kind entitlement.Kind, policies ...entitlement.PolicyID) entitlement.Identity {
		return entitlement.Identity{
			ID: arn(string(kind) + "/" + name), Name: name, Kind: kind, System: "111111111111",
			Created: now().Add(-300 * day), Policies: policies,
		}
	}
	inv := &entitlement.Inventory{
		System: entitlement.System{ID: "111111111111", Cloud: entitlement.AWS, Owner: "platform"},
		Policies: map[entitlement.PolicyID]entitlement.Policy{
			"buckets": policy("buckets", `["s3:CreateBucket","s3:DeleteBucket"]`),
			"secrets": policy("secrets", `"ssm:GetParameters"`),
			"pass":    policy("pass", `"iam:PassRole"`),
		},
		FullHistoryFrom: now().Add(-90 * day), CollectedAt: now(),
	}
	team := identity("team", entitlement.Group, "buckets")
	ana, ben := identity("ana", entitlement.User), identity("ben", entitlement.User)
	ana.Groups, ben.Groups = []entitlement.IdentityID{team.ID}, []entitlement.IdentityID{team.ID}
	ana.Tags = map[string]string{"owner": "payments"}
	job := identity("job", entitlement.Role, "secrets", "pass")
	work := identity("work", entitlement.Function)
	work.ID, work.RunsAs = "arn:aws:lambda:eu-west-1:111111111111:function:work", job.ID
	inv.Identities = []entitlement.Identity{team, ana, ben, job, work}
	return inv
}

func used(ids ...entitlement.IdentityID) *usage.Index {
	index := usage.New(catalog.AWS())
	for _, id := range ids {
		index.Add(&auditlog.Event{
			Time: now().Add(-time.Hour), System: "111111111111", Identity: id, Source: "s3.amazonaws.com", Name: "CreateBucket",
			Actions: []entitlement.Action{"s3:CreateBucket"}, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
		})
	}
	return index
}

// assessor is shared: it is immutable, and making one takes its time.
var assessor = sync.OnceValue(func() *assess.Assessor { return assess.New(aws.New(catalog.AWS()), assess.DefaultSettings()) })

func assessed(inv *entitlement.Inventory, uses *usage.Index, h *assess.History) *assess.Assessment {
	return assessor().Assess(inv, uses, now(), h)
}

func find(t *testing.T, a *assess.Assessment, name string) *assess.Identity {
	t.Helper()
	for i := range a.Identities {
		if a.Identities[i].Name == name {
			return &a.Identities[i]
		}
	}
	t.Fatalf("%s is not among the identities", name)
	return nil
}

func TestAssess(t *testing.T) {
	t.Parallel()
	a := assessed(account(), used(arn("user/ana"), arn("user/gone")), nil)

	ana, ben, team := find(t, a, "ana"), find(t, a, "ben"), find(t, a, "team")
	if ana.Granted != 2 || ana.Used != 1 || ana.UsedHigh != 1 || ana.Unused != 1 || ana.Owner != "payments" {
		t.Errorf("ana = %d granted, %d used, %d of high severity, %d unused, owner %s", ana.Granted, ana.Used, ana.UsedHigh, ana.Unused, ana.Owner)
	}
	if ben.Used != 0 || ben.Owner != "platform" || !ben.LastActive.IsZero() {
		t.Errorf("ben = %d used, owner %s, last active %s", ben.Used, ben.Owner, ben.LastActive)
	}
	if team.Members != 2 || team.Used != 1 || team.InPCI {
		t.Errorf("team = %d members, %d used, in the index %v", team.Members, team.Used, team.InPCI)
	}
	if a.Sum.Identities != 3 {
		t.Errorf("%d identities in the index, want the two users and the role", a.Sum.Identities)
	}
	if len(a.OnlyInLogs) != 1 || a.OnlyInLogs[0] != arn("user/gone") {
		t.Errorf("only in the logs: %v", a.OnlyInLogs)
	}
	if work := find(t, a, "work"); work.Granted != 2 || work.InPCI {
		t.Errorf("work = %d granted, in the index %v; it holds what its role does", work.Granted, work.InPCI)
	}
}

// iam:PassRole shows only where a call passes a role, so its absence is no
// proof.
func TestUnobservableIsNeitherUsedNorUnused(t *testing.T) {
	t.Parallel()
	a := assessed(account(), used(), nil)
	job := find(t, a, "job")
	if job.Granted != 2 || job.Unused != 1 || job.Score.Unobservable == 0 {
		t.Errorf("job = %d granted, %d unused, %g unobservable", job.Granted, job.Unused, job.Score.Unobservable)
	}
	if lower, pci, upper := job.Score.Lower(), job.Score.PCI(), job.Score.Upper(); !(lower < pci && pci < upper) {
		t.Errorf("index %g is not between %g and %g", pci, lower, upper)
	}
}

func TestExemptIdentityLeavesTheIndexAlone(t *testing.T) {
	t.Parallel()
	inv := account()
	inv.Identities[1].Tags = map[string]string{entitlement.TagExcludeFromPCI: ""}
	inv.Identities[2].Root = true
	if a := assessed(inv, used(), nil); a.Sum.Identities != 1 {
		t.Errorf("%d identities in the index, want the role alone", a.Sum.Identities)
	}
}

// A finding's impact is what the index really falls by when the identity loses
// what it does not use.
func TestImpactIsTheFallOfTheIndex(t *testing.T) {
	t.Parallel()
	before := assessed(account(), used(arn("user/ana")), nil)
	inv := account()
	inv.Identities[3].Policies = []entitlement.PolicyID{"pass"} // The role loses its unused, observable part.
	after := assessed(inv, used(arn("user/ana")), nil)
	for _, f := range before.Findings {
		if f.Category == entitlement.InactiveRole {
			if want := before.Sum.PCI() - after.Sum.PCI(); math.Abs(f.Impact-want) > 1e-9 || want <= 0 {
				t.Errorf("impact %g, want %g", f.Impact, want)
			}
			return
		}
	}
	t.Error("the role is not reported")
}

func TestHistory(t *testing.T) {
	t.Parallel()
	first := assessed(account(), used(), nil)
	if first.Findings[0].FirstSeen != now() || first.Identities[0].BandSince != now() {
		t.Error("without a history everything begins now")
	}
	h := first.History()
	longAgo := now().Add(-40 * day)
	for id := range h.Findings {
		h.Findings[id] = longAgo
	}
	for id, b := range h.Bands {
		b.Since = longAgo
		if id == arn("user/ben") {
			b.Band = creep.High // It was in another band.
		}
		h.Bands[id] = b
	}
	second := assessed(account(), used(), h)
	for _, f := range second.Findings {
		if f.FirstSeen != longAgo {
			t.Errorf("%s of %s first seen %s, want %s", f.Category, f.Name, f.FirstSeen, longAgo)
		}
	}
	if got := find(t, second, "ana").BandSince; got != longAgo {
		t.Errorf("ana is in its band since %s, want %s", got, longAgo)
	}
	if got := find(t, second, "ben").BandSince; got != now() {
		t.Errorf("ben changed bands; since %s, want now", got)
	}
}

func TestCovered(t *testing.T) {
	t.Parallel()
	for from, want := range map[time.Duration]float64{0: 0, 45 * day: 0.5, 90 * day: 1, 500 * day: 1} {
		a := &assess.Assessment{At: now(), Window: 90 * day, CoveredFrom: now().Add(-from)}
		if got := a.Covered(); math.Abs(got-want) > 0.006 { // Half a day of 90.
			t.Errorf("logs of %s cover %g, want %g", from, got, want)
		}
	}
	if got := (&assess.Assessment{At: now(), Window: 90 * day}).Covered(); got != 0 {
		t.Errorf("no logs cover %g", got)
	}
}

// The sums of two systems merge into that of both together.
func TestSumsOfShardsMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := account()
		var left, right entitlement.Inventory
		left, right = *whole, *whole
		left.Identities, right.Identities = nil, nil
		for _, id := range whole.Identities {
			if rapid.Bool().Draw(t, "left") {
				left.Identities = append(left.Identities, id)
			} else {
				right.Identities = append(right.Identities, id)
			}
		}
		// A group must be where its members are for them to hold its grants.
		for i := range left.Identities {
			left.Identities[i].Groups = nil
		}
		for i := range right.Identities {
			right.Identities[i].Groups = nil
		}
		both := *whole
		both.Identities = append(append([]entitlement.Identity{}, left.Identities...), right.Identities...)
		sum := assessed(&left, used(), nil).Sum
		sum.Add(assessed(&right, used(), nil).Sum)
		if want := assessed(&both, used(), nil).Sum; math.Abs(sum.PCI()-want.PCI()) > 1e-9 || sum.Identities != want.Identities {
			t.Fatalf("merged %g over %d, want %g over %d", sum.PCI(), sum.Identities, want.PCI(), want.Identities)
		}
	})
}
