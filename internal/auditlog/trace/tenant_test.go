package trace_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
)

// stageEdges are what each stage of the sample tenant's attack must show as.
func stageEdges(a *tenant.Attack) map[string][]struct {
	kind trace.Kind
	to   string
} {
	type to = struct {
		kind trace.Kind
		to   string
	}
	second := a.SecondUser[strings.LastIndexByte(a.SecondUser, '/')+1:]
	return map[string][]to{
		"reconnaissance":       {{trace.Discovery, ""}},
		"privilege escalation": {{trace.CreatedCredential, a.CreatedKey}, {trace.ChangedPolicy, second}},
		"lateral movement":     {{trace.AssumedRole, a.Session}},
		"credential access":    {{trace.SensitiveRead, "secret"}},
		"exfiltration":         {{trace.SensitiveRead, a.Bucket}},
		"defence evasion":      {{trace.WeakenedDefences, ""}},
	}
}

func TestReachesEveryStageOfTheSampleAttack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	if err := tenant.Generate(tenant.Options{Out: dir, Size: 200, Seed: 7, Events: 4000}); err != nil {
		t.Fatal(err)
	}
	_, attack, err := tenant.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	events := read(t, filepath.Join(dir, "aws", "cloudtrail"))
	for name, s := range map[string]trace.Start{
		"leaked key": {AccessKey: entitlement.AccessKeyID(attack.LeakedKey)},
		"address":    {Address: attack.Address},
		"session":    {Session: attack.Session, Role: attack.AssumedRole[strings.LastIndexByte(attack.AssumedRole, '/')+1:]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.From, s.To, s.EventsPerEdge = attack.From, attack.To.Add(1), 1000
			g := follow(t, events, s)
			checkWhole(t, g)
			checkAttack(t, g, attack, name == "session")
		})
	}
}

func checkAttack(t *testing.T, g *trace.Graph, a *tenant.Attack, late bool) {
	t.Helper()
	if len(a.Stages) != 6 {
		t.Fatalf("%d stages, 6 are known here", len(a.Stages))
	}
	for _, stage := range a.Stages {
		edges := stageEdges(a)[stage.Name]
		if edges == nil {
			t.Errorf("stage %s is not known here", stage.Name)
		}
		for _, want := range edges {
			e := edge(g, want.kind, want.to)
			// Going back from a session finds who issued its keys, not what else they did.
			if early := stage.Name == "reconnaissance" || want.kind == trace.ChangedPolicy; late && early {
				continue
			}
			if e == nil || e.First.Before(stage.From) || e.First.After(stage.To) {
				t.Errorf("stage %s, from %s to %s: edge %s to %q is %+v", stage.Name, stage.From, stage.To, want.kind, want.to, e)
			}
		}
	}
	want := a.Events
	if g.Start.AccessKey != "" { // The role's account records who assumes it without the key.
		want -= len(a.SessionKeys)
	}
	if !late && g.Events != want {
		t.Errorf("%d events, the attack has %d", g.Events, want)
	}
	if t.Failed() {
		_ = trace.Text(t.Output(), g)
	}
}
