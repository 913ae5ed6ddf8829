package usage_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/usage"
)

const (
	ada  = entitlement.IdentityID("arn:aws:iam::111122223333:user/team/ada")
	role = entitlement.IdentityID("arn:aws:iam::111122223333:role/apps/web")
)

func noon() time.Time { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC) }

func event(id entitlement.IdentityID, at time.Time, actions ...entitlement.Action) *auditlog.Event {
	return &auditlog.Event{
		ID: "e", Time: at, Identity: id, System: "111122223333", Actions: actions, Mapping: auditlog.Mapped, Outcome: auditlog.Success,
	}
}

func indexOf(t *testing.T, a entitlement.Action) int {
	t.Helper()
	i, ok := catalog.AWS().Index(a)
	if !ok {
		t.Fatalf("%s is not in the catalogue", a)
	}
	return i
}

func TestDispositions(t *testing.T) {
	t.Parallel()
	set := func(change func(*auditlog.Event)) *auditlog.Event {
		ev := event(ada, noon(), "s3:GetObject")
		change(ev)
		return ev
	}
	tests := []struct {
		name   string
		event  *auditlog.Event
		want   usage.Disposition
		active bool
	}{
		{"a call", set(func(*auditlog.Event) {}), usage.Used, true},
		{"a failed call", set(func(e *auditlog.Event) { e.Outcome, e.ErrorCode = auditlog.Error, "ThrottlingException" }), usage.Used, true},
		{"a refused call", set(func(e *auditlog.Event) { e.Outcome = auditlog.AuthorizationFailure }), usage.Denied, false},
		{"a forwarded call", set(func(e *auditlog.Event) { e.InvokedBy = "rds.amazonaws.com" }), usage.Used, false},
		{"a service", set(func(e *auditlog.Event) { e.ByService, e.Identity = true, "" }), usage.NotPermissionBearing, false},
		{"nobody", set(func(e *auditlog.Event) { e.Identity = "" }), usage.NotPermissionBearing, false},
		{"a sign-in", set(func(e *auditlog.Event) { e.Actions, e.Mapping = nil, auditlog.NotPermissionBearing }), usage.NotPermissionBearing, true},
		{"a failed sign-in", set(func(e *auditlog.Event) {
			e.Actions, e.Mapping, e.Outcome = nil, auditlog.NotPermissionBearing, auditlog.AuthorizationFailure
		}), usage.NotPermissionBearing, false},
		{"an unknown call", set(func(e *auditlog.Event) { e.Actions, e.Mapping = nil, auditlog.Unmapped }), usage.Unmapped, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := usage.New(catalog.AWS())
			if got := x.Add(tt.event); got != tt.want {
				t.Errorf("disposition %v, want %v", got, tt.want)
			}
			u := x.Usage(ada, noon().Add(-time.Hour), noon())
			if got := !u.LastActive.IsZero(); got != tt.active {
				t.Errorf("active %v, want %v", got, tt.active)
			}
			if got, want := !u.Used.Empty(), tt.want == usage.Used; got != want {
				t.Errorf("used %v, want %v", got, want)
			}
			if c := x.Counts(); c.Total() != 1 {
				t.Errorf("counts %+v, want one event", c)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	get, put := indexOf(t, "s3:GetObject"), indexOf(t, "s3:PutObject")
	x.Add(event(ada, noon(), "s3:GetObject"))
	x.Add(event(ada, noon().Add(-48*time.Hour), "S3:getobject", "new:Action"))
	forwarded := event("arn:aws:iam::111122223333:user/ada", noon().Add(time.Hour), "s3:GetObject")
	forwarded.InvokedBy = "AWS Internal"
	x.Add(forwarded)
	denied := event(ada, noon(), "s3:PutObject")
	denied.Outcome = auditlog.AuthorizationFailure
	x.Add(denied)

	u := x.Usage(ada, noon().Add(-24*time.Hour), noon().Add(2*time.Hour))
	want := map[int]entitlement.ActionUse{
		get: {First: noon().Add(-48 * time.Hour), Last: noon().Add(time.Hour), Count: 3, Forwarded: 1},
		put: {Denied: 1, LastDenied: noon()},
	}
	if diff := cmp.Diff(want, u.Actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if !u.Used.Has(get) || u.Used.Has(put) || u.Used.Len() != 1 {
		t.Errorf("used %v, want %d alone", slices.Collect(u.Used.Indices()), get)
	}
	if u.Literal != nil {
		t.Errorf("literal %v, want none within the window", u.Literal)
	}
	if !u.LastActive.Equal(noon()) {
		t.Errorf("last active %v, want %v", u.LastActive, noon())
	}
	all := x.Usage(ada, noon().Add(-72*time.Hour), noon())
	if got := all.Literal["new:Action"].Count; got != 1 {
		t.Errorf("literal count %d, want 1", got)
	}
	if diff := cmp.Diff([]entitlement.IdentityID{ada}, x.Identities()); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	if u := x.Usage("nobody", noon(), noon()); u == nil || !u.Used.Empty() || !u.LastActive.IsZero() {
		t.Errorf("usage of nobody: %+v", u)
	}
}

func TestWindowEdges(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	x.Add(event(ada, noon(), "s3:GetObject"))
	for _, tt := range []struct {
		from, to time.Duration
		want     bool
	}{
		{0, 0, true}, {-time.Hour, 0, true}, {0, time.Hour, true}, {time.Second, time.Hour, false}, {-time.Hour, -time.Second, false},
	} {
		if got := !x.Usage(ada, noon().Add(tt.from), noon().Add(tt.to)).Used.Empty(); got != tt.want {
			t.Errorf("from %v to %v: used %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestForwardedCallsMakeRolesActive(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	ev := event(role, noon(), "s3:GetObject")
	ev.InvokedBy = "cloudformation.amazonaws.com"
	x.Add(ev)
	if got := x.Usage(role, noon(), noon()).LastActive; !got.Equal(noon()) {
		t.Errorf("last active %v, want %v: a role that services act under is in use", got, noon())
	}
}

func TestTrack(t *testing.T) {
	t.Parallel()
	const fn = entitlement.IdentityID("arn:aws:lambda:eu-west-1:111122223333:function:f")
	x := usage.New(catalog.AWS())
	x.Track(role, "f", fn)
	for _, session := range []string{"f", "g"} {
		ev := event("arn:aws:iam::111122223333:role/web", noon(), "s3:GetObject") // Without its path.
		ev.Session = session
		x.Add(ev)
	}
	get := indexOf(t, "s3:GetObject")
	for id, want := range map[entitlement.IdentityID]uint32{role: 2, fn: 1} {
		if got := x.Usage(id, noon(), noon()).Actions[get].Count; got != want {
			t.Errorf("%s: %d uses, want %d", id, got, want)
		}
	}
	if got := x.Counts().Used; got != 2 {
		t.Errorf("%d events, want 2", got)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	use := func(key entitlement.AccessKeyID, at time.Time, code string) {
		ev := event(ada, at, "s3:GetObject")
		if ev.AccessKey = key; code != "" {
			ev.ErrorCode, ev.Outcome = code, auditlog.AuthorizationFailure
		}
		x.Add(ev)
	}
	use("AKIA1", noon(), "")
	use("AKIA1", noon().Add(time.Hour), "AccessDenied")
	use("AKIA1", noon().Add(2*time.Hour), "SignatureDoesNotMatch")
	use("AKIA1", noon().Add(-time.Hour), "")
	use("ASIA1", noon(), "")
	if k, ok := x.Key("AKIA1"); !ok || !k.Last.Equal(noon().Add(time.Hour)) || k.Identity != ada {
		t.Errorf("key use %+v, want the refused call at 13:00", k)
	}
	if _, ok := x.Key("ASIA1"); ok {
		t.Error("a temporary key is kept")
	}
}

func TestObservable(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	get, pass, list := indexOf(t, "s3:GetObject"), indexOf(t, "iam:PassRole"), indexOf(t, "s3:ListAllMyBuckets")
	check := func(what string, set entitlement.ActionSet, object bool) {
		t.Helper()
		if set.Has(get) != object || set.Has(pass) || !set.Has(list) {
			t.Errorf("%s: object %v pass %v list %v", what, set.Has(get), set.Has(pass), set.Has(list))
		}
	}
	check("nothing seen", x.Observable(), false)
	ev := event(ada, noon(), "s3:GetObject")
	ev.DataEvent = true
	x.Add(ev)
	check("seen", x.Observable(), true)
	check("seen here", x.ObservableIn("111122223333"), true)
	check("seen elsewhere", x.ObservableIn("444455556666"), false)
	x.RecordsData("444455556666", "s3")
	check("configured", x.ObservableIn("444455556666"), true)
}

func TestPrune(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	old := event(ada, noon().Add(-100*24*time.Hour), "s3:GetObject")
	old.AccessKey = "AKIA1"
	x.Add(old)
	x.Add(event(role, noon().Add(-100*24*time.Hour), "s3:GetObject", "new:Action"))
	x.Add(event(role, noon(), "s3:PutObject"))
	x.Prune(noon().Add(-90 * 24 * time.Hour))
	if diff := cmp.Diff([]entitlement.IdentityID{role}, x.Identities()); diff != "" {
		t.Errorf("identities (-want +got):\n%s", diff)
	}
	u := x.Usage(role, time.Time{}, noon())
	if u.Used.Len() != 1 || !u.Used.Has(indexOf(t, "s3:PutObject")) || len(u.Literal) > 0 {
		t.Errorf("used %v, literal %v", u.Actions, u.Literal)
	}
	if _, ok := x.Key("AKIA1"); ok {
		t.Error("the key's old use is kept")
	}
	if got := x.Counts().Used; got != 3 {
		t.Errorf("%d events counted, want 3 still", got)
	}
	x.Add(event(ada, noon(), "s3:GetObject")) // Pruned identities come back.
	if got := len(x.Identities()); got != 2 {
		t.Errorf("%d identities, want 2", got)
	}
}

// events draws some events of few identities and actions, so that they meet.
func events(t *rapid.T) []*auditlog.Event {
	n := rapid.IntRange(0, 40).Draw(t, "events")
	var evs []*auditlog.Event
	for i := range n {
		ev := event(
			rapid.SampledFrom([]entitlement.IdentityID{
				ada, "arn:aws:iam::111122223333:user/ada", role, "arn:aws:iam::111122223333:role/web", "arn:aws:iam::111122223333:root", "",
			}).Draw(t, "id"),
			noon().Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "hour"))*time.Hour),
			rapid.SliceOfN(rapid.SampledFrom([]entitlement.Action{"s3:GetObject", "iam:PassRole", "new:Thing", "ec2:RunInstances"}), 1, 2).Draw(t, "actions")...,
		)
		ev.ID = fmt.Sprint(i)
		ev.Outcome = rapid.SampledFrom([]auditlog.Outcome{auditlog.Success, auditlog.Error, auditlog.AuthorizationFailure}).Draw(t, "outcome")
		ev.InvokedBy = rapid.SampledFrom([]string{"", "AWS Internal"}).Draw(t, "by")
		ev.AccessKey = rapid.SampledFrom([]entitlement.AccessKeyID{"", "AKIA1", "AKIA2", "ASIA1"}).Draw(t, "key")
		ev.DataEvent = rapid.Bool().Draw(t, "data")
		if ev.Mapping = auditlog.Mapping(rapid.IntRange(0, 2).Draw(t, "mapping")); ev.Mapping != auditlog.Mapped { //nolint:gosec // small
			ev.Actions = nil
		}
		evs = append(evs, ev)
	}
	return evs
}

func written(t interface{ Fatal(...any) }, x *usage.Index) []byte {
	var b bytes.Buffer
	if n, err := x.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatal(n, b.Len(), err)
	}
	return b.Bytes()
}

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		evs := events(t)
		x, y, seen := usage.New(catalog.AWS()), usage.New(catalog.AWS()), usage.NewSeen()
		for _, ev := range evs {
			x.Add(ev)
		}
		for _, ev := range append(rapid.Permutation(evs).Draw(t, "order"), rapid.Permutation(evs).Draw(t, "again")...) {
			if seen.Add(ev.ID, ev.Time) {
				y.Add(ev)
			}
		}
		if !bytes.Equal(written(t, x), written(t, y)) {
			t.Fatal("another order gives another index")
		}
	})
}

func TestIndexSurvivesWriting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		evs := events(t)
		half := len(evs) / 2
		x := usage.New(catalog.AWS())
		for _, ev := range evs[:half] {
			x.Add(ev)
		}
		file := append(written(t, x), "behind"...)
		y, in := usage.New(catalog.AWS()), bytes.NewReader(file)
		y.Add(event(ada, noon(), "s3:PutObject")) // Must be gone afterwards.
		if n, err := y.ReadFrom(in); err != nil || n != int64(len(file)-6) || in.Len() != 6 {
			t.Fatalf("read %d of %d bytes, %d left: %v", n, len(file), in.Len(), err)
		}
		for _, ev := range evs[half:] {
			x.Add(ev)
			y.Add(ev)
		}
		if !bytes.Equal(written(t, x), written(t, y)) || x.Counts() != y.Counts() {
			t.Fatal("an index that was written and read goes on differently")
		}
	})
}

func TestDamagedFilesAreRefused(t *testing.T) {
	t.Parallel()
	x := usage.New(catalog.AWS())
	for i := range 50 {
		x.Add(event(entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::111122223333:user/u%d", i)), noon(), "s3:GetObject", "new:Thing"))
	}
	file := written(t, x)
	for i := range file {
		y := usage.New(catalog.AWS())
		broken := bytes.Clone(file)
		broken[i] ^= 0x55
		if _, err := y.ReadFrom(bytes.NewReader(broken)); err == nil {
			t.Fatalf("byte %d is wrong and nothing was said", i)
		}
		if _, err := y.ReadFrom(bytes.NewReader(file[:i])); err == nil {
			t.Fatalf("cut at byte %d and nothing was said", i)
		}
		if len(y.Identities()) > 0 {
			t.Fatal("a damaged file changed the index")
		}
	}
	_, err := x.ReadFrom(bytes.NewReader(file[:len(file)/2]))
	if !errors.Is(err, usage.ErrCorrupt) || !strings.Contains(err.Error(), "rebuilt from the logs") {
		t.Errorf("error %v", err)
	}
	_, err = x.ReadFrom(strings.NewReader("leastward usage index 9\n..."))
	if err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("error %v", err)
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	s := usage.NewSeen()
	const uuid = "0828c0d2-3589-4390-b954-c78b4a7df44b"
	for _, tt := range []struct {
		id   string
		want bool
	}{
		{uuid, true},
		{uuid, false},
		{strings.ToUpper(uuid), true},
		{"x", true},
		{"x", false},
		{"0828c0d2-3589-4390-b954-c78b4a7df44x", true},
		{"", true},
		{"", false},
	} {
		if got := s.Add(tt.id, noon()); got != tt.want {
			t.Errorf("%q is new: %v, want %v", tt.id, got, tt.want)
		}
	}
	s.Add("old", noon().Add(-48*time.Hour))
	s.Add("older", time.Time{})
	var file bytes.Buffer
	if n, err := s.WriteTo(&file); err != nil || n != int64(file.Len()) {
		t.Fatal(n, err)
	}
	back := usage.NewSeen()
	if _, err := back.ReadFrom(&file); err != nil || back.Len() != s.Len() || back.Add(uuid, noon()) || back.Add("older", time.Time{}) {
		t.Errorf("read back %d of %d: %v", back.Len(), s.Len(), err)
	}
	s.Forget(noon().Add(-24 * time.Hour))
	if got := s.Len(); got != 5 {
		t.Errorf("%d events kept, want 5", got)
	}
}
