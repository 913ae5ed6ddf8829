package alertrules_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/creep"
)

// system is a random system with its sums and its place.
type system struct {
	cloud, id string
	folders   []string
	sum       creep.Sum
}

// The recorded indices of clouds, folders and everything are those of package
// creep on the merged sums, in Prometheus and in VictoriaMetrics: for ordinary
// systems, empty ones, ones with nothing granted, and ones that are all excess.
func TestRecordedIndexIsTheIndexOfTheSums(t *testing.T) {
	t.Parallel()
	systems := randomSystems(rand.New(rand.NewPCG(7, 11)), 24)
	for _, r := range runners() {
		t.Run(r.tool, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "recording_test.yml")
			if err := os.WriteFile(path, []byte(recordingTest(t, systems, r.expressions)), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := r.run(t, []string{path}); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func randomSystems(r *rand.Rand, n int) []system {
	systems := make([]system, n)
	for i := range systems {
		s := system{cloud: []string{"aws", "azure", "gcp"}[i%3], id: fmt.Sprint("s", i)}
		s.sum = creep.Sum{
			Excess: r.Float64() * 50, Used: r.Float64() * 5, Unobservable: r.Float64() * 8, Identities: 60 + r.IntN(1000),
		}
		switch s.cloud {
		case "azure": // A cloud where nothing is unused, and some of it can't be seen.
			s.sum.Excess = 0
		case "gcp": // A cloud with no identity at all.
			s.sum = creep.Sum{}
		}
		s.folders = [][]string{{"prod"}, {"prod", "pci-dss"}, nil, {"lab"}}[r.IntN(4)]
		systems[i] = s
	}
	systems = append(systems, system{cloud: "platform", id: "all-excess", sum: creep.Sum{Excess: 3, Identities: 3}})
	return systems
}

// recordingTest writes a unit test that compares each recorded series with
// what package creep says.
func recordingTest(t *testing.T, systems []system, expressions string) string {
	t.Helper()
	rules, err := filepath.Abs("recording.yml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "rule_files: [%q]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n", rules)
	sums := map[string]*creep.Sum{}
	for _, s := range systems {
		writeSeries(&b, s)
		sets := []string{"all:ciem_%s", "cloud:ciem_%s{cloud=\"" + s.cloud + "\"}"}
		for _, f := range s.folders {
			sets = append(sets, "folder:ciem_%s{folder=\""+f+"\"}")
		}
		for _, set := range sets {
			if sums[set] == nil {
				sums[set] = &creep.Sum{}
			}
			sums[set].Add(s.sum)
		}
	}
	fmt.Fprintf(&b, "    %s:\n", expressions)
	for set, sum := range sums {
		for name, want := range map[string]float64{
			"pci:merged": sum.PCI(), "pci_upper:merged": sum.Upper(), "pci_lower:merged": sum.Lower(), "pci_observability:ratio": sum.Observability(),
		} {
			series := fmt.Sprintf(set, name)
			expr := fmt.Sprintf("sum(abs(%s - %v) < bool 1e-7) + count(%s)", series, want, series)
			fmt.Fprintf(&b, "      - expr: '%s'\n        eval_time: 5m\n        exp_samples: [{labels: '{}', value: 2}]\n", expr)
		}
	}
	if len(sums) < 8 {
		t.Fatalf("only %d sets", len(sums))
	}
	return b.String()
}

func writeSeries(b *strings.Builder, s system) {
	labels := fmt.Sprintf(`cloud="%s",system="%s"`, s.cloud, s.id)
	line := func(name, labels string, value float64) {
		fmt.Fprintf(b, "      - {series: 'ciem_%s{%s}', values: '%v+0x10'}\n", name, labels, value)
	}
	for _, instance := range []string{"a", "b"} { // Two exporters must not count twice.
		l := labels + `,instance="` + instance + `"`
		line("pci_excess_weight", l, s.sum.Excess)
		line("pci_used_weight", l, s.sum.Used)
		line("pci_unobservable_weight", l, s.sum.Unobservable)
		line("pci_identities", l, float64(s.sum.Identities))
		for _, f := range s.folders {
			line("system_folder_info", l+`,folder="`+f+`"`, 1)
		}
	}
}
