package creep_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

func defaultModel() *creep.Model { return creep.NewModel(catalog.AWS(), creep.DefaultWeights()) }

func setOf(tb testing.TB, actions ...entitlement.Action) entitlement.ActionSet {
	tb.Helper()
	set := entitlement.NewActionSet(catalog.AWS().Len())
	for _, a := range actions {
		i, ok := catalog.AWS().Index(a)
		if !ok {
			tb.Fatalf("the catalogue has no %s", a)
		}
		set.Add(i)
	}
	return set
}

func TestWeightsByClass(t *testing.T) {
	t.Parallel()
	m := defaultModel()
	for action, want := range map[entitlement.Action]float64{
		"iam:AttachUserPolicy":      10,
		"s3:PutBucketPolicy":        10,
		"ecr:GetAuthorizationToken": 5,
		"s3:GetObject":              5,
		"s3:PutObject":              1,
		"ec2:TerminateInstances":    1,
		"ec2:DescribeInstances":     0,
		"s3:ListAllMyBuckets":       0,
	} {
		i, ok := catalog.AWS().Index(action)
		if !ok {
			t.Fatalf("the catalogue has no %s", action)
		}
		if got := m.Weight(i); got != want {
			t.Errorf("%s weighs %v, want %v", action, got, want)
		}
	}
}

func TestTotalIsTheSumOfAllWeights(t *testing.T) {
	t.Parallel()
	m := defaultModel()
	sum := 0.0
	for i := range catalog.AWS().Len() {
		sum += m.Weight(i)
	}
	if m.Total() != sum || sum == 0 {
		t.Errorf("total is %v, the weights add up to %v", m.Total(), sum)
	}
}

func TestTheHighestWeightCounts(t *testing.T) {
	t.Parallel()
	m := creep.NewModel(catalog.AWS(), creep.Weights{Permissions: 1, SensitiveRead: 7, Write: 2, Delete: 3, Other: 0.5})
	for i := range catalog.AWS().Len() {
		info := catalog.AWS().Info(i)
		want := map[catalog.ActionType]float64{
			catalog.Read: 0.5, catalog.List: 0.5, catalog.Tagging: 0.5,
			catalog.Write: 2, catalog.Delete: 3, catalog.Permissions: 1,
		}[info.Type]
		if info.Sensitivity.Has(catalog.CredentialExposure) || info.Sensitivity.Has(catalog.DataAccess) {
			want = 7
		}
		if got := m.Weight(i); got != want {
			t.Fatalf("%s weighs %v, want %v", info.Action, got, want)
		}
	}
}

func TestScoreByState(t *testing.T) {
	t.Parallel()
	m := defaultModel()
	secret, put := setOf(t, "ecr:GetAuthorizationToken"), setOf(t, "s3:PutObject")
	all := catalog.AWS().All()
	for name, c := range map[string]struct {
		access           entitlement.Access
		used, observable entitlement.ActionSet
		want             [3]float64 // Excess, used, unobservable, times the total.
	}{
		"unused":                     {entitlement.Access{All: secret}, nil, all, [3]float64{5, 0, 0}},
		"unused, part":               {entitlement.Access{Part: secret}, nil, all, [3]float64{2.5, 0, 0}},
		"unused, named":              {entitlement.Access{Named: secret}, nil, all, [3]float64{0.5, 0, 0}},
		"used":                       {entitlement.Access{All: secret}, secret, all, [3]float64{0, 5, 0}},
		"unobservable":               {entitlement.Access{All: secret}, nil, nil, [3]float64{0, 0, 5}},
		"used though not observable": {entitlement.Access{All: secret}, secret, nil, [3]float64{0, 5, 0}},
		"used but not granted":       {entitlement.Access{All: put}, secret, all, [3]float64{1, 0, 0}},
		"conditional counts":         {entitlement.Access{All: put, Conditional: put}, nil, all, [3]float64{1, 0, 0}},
		"one of each":                {entitlement.Access{All: put, Named: secret}, put, all, [3]float64{0.5, 1, 0}},
		"nothing":                    {entitlement.Access{}, secret, all, [3]float64{}},
	} {
		s := m.Score(&c.access, c.used, c.observable)
		for i, got := range [3]float64{s.Excess, s.Used, s.Unobservable} {
			if math.Abs(got*m.Total()-c.want[i]) > 1e-9 {
				t.Errorf("%s: the sums are %+v, want %v", name, s, c.want)
			}
		}
		if s.Identities != 1 {
			t.Errorf("%s: a score is of one identity, not of %d", name, s.Identities)
		}
	}
}

func TestAnIdleAdministratorScoresAHundred(t *testing.T) {
	t.Parallel()
	m := defaultModel()
	all := catalog.AWS().All()
	s := m.Score(&entitlement.Access{All: all, Super: true}, nil, all)
	if s.PCI() != 100 || s.Lower() != 100 || s.Upper() != 100 {
		t.Errorf("the index is %v, from %v to %v, want 100", s.PCI(), s.Lower(), s.Upper())
	}
}

func TestInvalidWeightsNameTheField(t *testing.T) {
	t.Parallel()
	good := creep.DefaultWeights()
	if err := good.Validate(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	for want, change := range map[string]func(*creep.Weights){
		"weights.permissions: -1 is not a number from 0 to 1e+06":                   func(w *creep.Weights) { w.Permissions = -1 },
		"weights.sensitive_read: NaN is not a number from 0 to 1e+06":               func(w *creep.Weights) { w.SensitiveRead = math.NaN() },
		"weights.write: +Inf is not a number from 0 to 1e+06":                       func(w *creep.Weights) { w.Write = math.Inf(1) },
		"weights.delete: -Inf is not a number from 0 to 1e+06":                      func(w *creep.Weights) { w.Delete = math.Inf(-1) },
		"weights.other: 2e+06 is not a number from 0 to 1e+06":                      func(w *creep.Weights) { w.Other = 2e6 },
		"weights: all are 0, so that nothing would count; set one at least above 0": func(w *creep.Weights) { *w = creep.Weights{} },
	} {
		w := creep.DefaultWeights()
		change(&w)
		if err := w.Validate(); err == nil || err.Error() != want {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

func TestBands(t *testing.T) {
	t.Parallel()
	e := creep.DefaultEdges()
	for pci, want := range map[float64]creep.Band{
		0: creep.Low, 33: creep.Low, 33.49: creep.Low,
		33.5: creep.Medium, 34: creep.Medium, 67: creep.Medium, 67.49: creep.Medium,
		67.5: creep.High, 68: creep.High, 100: creep.High,
	} {
		if got := e.Band(pci); got != want {
			t.Errorf("%v is %s, want %s", pci, got, want)
		}
	}
	for _, bad := range []creep.Edges{{}, {34, 34}, {68, 34}, {-1, 50}, {34, 101}, {math.NaN(), 50}, {34, math.NaN()}} {
		if bad.Validate() == nil {
			t.Errorf("the edges %v are taken", bad)
		}
	}
	if err := e.Validate(); err != nil {
		t.Error(err)
	}
}

// Revoking what no log could show can raise the lower bound and no other: it
// was counted as used there, and use speaks for an identity. The headline and
// the upper bound never rise.
func ExampleSum_Lower() {
	before := creep.Sum{Excess: 0.01, Unobservable: 0.05, Identities: 1}
	after := creep.Sum{Excess: 0.01, Identities: 1}
	fmt.Printf("lower    %.0f → %.0f\n", before.Lower(), after.Lower())
	fmt.Printf("headline %.0f → %.0f\n", before.PCI(), after.PCI())
	fmt.Printf("upper    %.0f → %.0f\n", before.Upper(), after.Upper())
	// Output:
	// lower    8 → 50
	// headline 50 → 50
	// upper    69 → 50
}

// The index of two identities follows from their sums; it is not the mean of
// their indices.
func ExampleSum_Add() {
	admin := creep.Sum{Excess: 1, Identities: 1}
	reader := creep.Sum{Used: 0.001, Identities: 1}
	both := admin
	both.Add(reader)
	fmt.Printf("%.1f %.1f %.1f\n", admin.PCI(), reader.PCI(), both.PCI())
	// Output: 100.0 0.0 92.4
}

func ExampleModel_Score() {
	cat := catalog.AWS()
	m := creep.NewModel(cat, creep.DefaultWeights())
	idle := m.Score(&entitlement.Access{All: cat.All()}, nil, cat.All())
	busy := m.Score(&entitlement.Access{All: cat.Match("s3:*")}, cat.Match("s3:*"), cat.All())
	fmt.Println(creep.DefaultEdges().Band(idle.PCI()), creep.DefaultEdges().Band(busy.PCI()))
	// Output: high low
}

func BenchmarkScore(b *testing.B) {
	m := defaultModel()
	all := catalog.AWS().All()
	a := &entitlement.Access{All: catalog.AWS().Match("*:*e*"), Named: catalog.AWS().Match("s3:*")}
	a.Named = a.Named.Minus(a.All)
	used := catalog.AWS().Match("ec2:*")
	b.ReportAllocs()
	for b.Loop() {
		m.Score(a, used, all)
	}
}

func BenchmarkCost(b *testing.B) {
	m := defaultModel()
	all := catalog.AWS().All()
	a := &entitlement.Access{All: all}
	b.ReportAllocs()
	for b.Loop() {
		m.Cost(a, nil, all)
	}
}
