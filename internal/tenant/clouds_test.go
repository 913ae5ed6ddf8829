package tenant_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/azure"
	"github.com/leastward/leastward/internal/collect/gcp"
	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/usage"
)

// part is the sample's part in one cloud as the suite's own readers see it.
type part struct {
	cloud    entitlement.Cloud
	systems  []*entitlement.Inventory
	taken    [2]int // Records in and taken.
	events   []auditlog.Event
	uses     *usage.Index
	stats    records.Stats
	problems []entitlement.Problem
	want     []expectation // By system.
	written  int           // Events, as the truth has it.
}

// expectation is what the truth says of one system.
type expectation struct {
	id       string
	counts   map[entitlement.Kind]int
	findings map[entitlement.Category][]string
	exempt   []string
}

// sampled are both parts of the sample that other tests share.
func sampled(t *testing.T) []*part {
	t.Helper()
	parts, err := sharedParts()
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

var sharedParts = sync.OnceValues(func() ([]*part, error) {
	o, err := shared()
	if err != nil {
		return nil, err
	}
	dir, err := temporary()
	if err != nil {
		return nil, err
	}
	return readParts(dir, o.truth)
})

func readParts(dir string, truth *tenant.Truth) ([]*part, error) {
	a, err := readAzure(dir, truth)
	if err != nil {
		return nil, err
	}
	g, err := readGCP(dir, truth)
	return []*part{a, g}, err
}

func readAzure(dir string, truth *tenant.Truth) (*part, error) {
	p := &part{cloud: entitlement.Azure, uses: usage.New(catalog.Azure()), want: azureTruth(truth), written: truth.Azure[0].Events}
	e, err := azure.ReadEntitlements(noContext(), []string{filepath.Join(dir, "azure", "entitlements")}, azure.FileOptions{Now: truth.Until})
	if err != nil {
		return nil, err
	}
	p.systems, p.problems, p.taken = e.Systems, e.Problems, [2]int{e.Stats.In, e.Stats.Taken}
	p.learn(truth)
	stats, problems, err := azure.ReadEvents(noContext(), filepath.Join(dir, "azure", "logs"), p.options(truth), p.take)
	p.stats, p.problems = stats, append(p.problems, problems...)
	return p, err
}

func readGCP(dir string, truth *tenant.Truth) (*part, error) {
	p := &part{cloud: entitlement.GCP, uses: usage.New(catalog.GCP()), want: gcpTruth(truth), written: truth.GCP[0].Events}
	e, err := gcp.ReadEntitlements(noContext(), []string{filepath.Join(dir, "gcp", "entitlements")}, gcp.FileOptions{Now: truth.Until})
	if err != nil {
		return nil, err
	}
	p.systems, p.problems, p.taken = e.Systems, e.Problems, [2]int{e.Stats.In, e.Stats.Taken}
	p.learn(truth)
	stats, problems, err := gcp.ReadEvents(noContext(), filepath.Join(dir, "gcp", "logs"), p.options(truth), p.take)
	p.stats, p.problems = stats, append(p.problems, problems...)
	return p, err
}

// learn tells the usage the names of the identities, before it sees events.
func (p *part) learn(truth *tenant.Truth) {
	names := usage.NewAliases()
	for _, inv := range p.systems {
		inv.FullHistoryFrom = truth.From
		names.Know(inv)
	}
	p.uses.AliasAll(names)
}

func (p *part) options(truth *tenant.Truth) records.Options {
	return records.Options{Now: func() time.Time { return truth.Until }}
}

func (p *part) take(e *auditlog.Event) error {
	p.uses.Add(e)
	kept := *e
	kept.Actions = slices.Clone(e.Actions)
	p.events = append(p.events, kept)
	return nil
}

func TestOtherCloudsAreReadWhole(t *testing.T) {
	t.Parallel()
	for _, p := range sampled(t) {
		checkRead(t, p)
	}
}

func checkRead(t *testing.T, p *part) {
	t.Helper()
	if p.taken[0] != p.taken[1] || p.taken[0] == 0 || len(p.problems) > 0 {
		t.Errorf("%s: took %d of %d records, problems %v", p.cloud, p.taken[1], p.taken[0], p.problems)
	}
	if p.stats.In != int64(p.written) || p.stats.Parsed != p.stats.In || p.stats.In == 0 {
		t.Errorf("%s: parsed %d of %d events, %d were written; %v", p.cloud, p.stats.Parsed, p.stats.In, p.written, p.stats.Rejected)
	}
	if len(p.systems) != len(p.want) {
		t.Fatalf("%s: %d systems, want %d", p.cloud, len(p.systems), len(p.want))
	}
	for i, inv := range p.systems {
		if len(inv.Problems) > 0 || string(inv.System.ID) != p.want[i].id || len(inv.Ancestors) != 2 {
			t.Errorf("%s: system %+v, problems %v, ancestors %v", p.want[i].id, inv.System, inv.Problems, inv.Ancestors)
		}
		got := map[entitlement.Kind]int{}
		for _, id := range inv.Identities {
			got[id.Kind]++
		}
		if diff := cmp.Diff(p.want[i].counts, got); diff != "" {
			t.Errorf("%s: identities (-truth +read):\n%s", inv.System.ID, diff)
		}
	}
}

func TestOtherCloudsCallsHavePermissions(t *testing.T) {
	t.Parallel()
	open := map[string]bool{}
	for _, p := range sampled(t) {
		for _, e := range p.events {
			switch e.Mapping {
			case auditlog.Unmapped:
				t.Errorf("%s: %s %s maps to no permission", p.cloud, e.Source, e.Name)
			case auditlog.NotPermissionBearing:
				if len(e.Actions) == 0 && e.Source != "" {
					open[e.Source+" "+e.Name] = true
				}
			case auditlog.Mapped:
			}
		}
	}
	for _, name := range []string{
		"Microsoft.aadiam Sign-in activity", "Microsoft.aadiam Update application – Certificates and secrets management",
		"cloudresourcemanager.googleapis.com TestIamPermissions", "compute.googleapis.com compute.instances.hostError",
		"compute.googleapis.com v1.compute.instances.insert", // Its last entry.
	} {
		if !open[name] {
			t.Errorf("no event %s without a permission", name)
		}
	}
}

func TestOtherCloudsEventsAgreeWithGrants(t *testing.T) {
	t.Parallel()
	for _, p := range sampled(t) {
		checkEvents(t, p, 60)
	}
}

// checkEvents holds events and grants against each other by the evaluators: what
// succeeded is granted, what was refused is not.
func checkEvents(t *testing.T, p *part, atLeast int) {
	t.Helper()
	assessor := clouds.NewSet(assess.DefaultSettings()).Of(p.cloud)
	cat := assessor.Catalog()
	of := map[entitlement.SystemID]assess.Judged{}
	for _, inv := range p.systems {
		of[inv.System.ID] = assessor.Cloud().Judge(inv)
	}
	checked := map[string]bool{}
	for _, e := range p.events {
		refused := e.Outcome == auditlog.AuthorizationFailure
		key := string(e.System) + string(e.Identity) + e.Name + string(e.Outcome)
		if e.Mapping != auditlog.Mapped || checked[key] || of[e.System] == nil {
			continue
		}
		checked[key] = true
		for _, action := range e.Actions {
			index, ok := cat.Index(action)
			if !ok || of[e.System].Access(e.Identity).Granted().Has(index) == refused {
				t.Errorf("%s: %s in %s ended with %q, but granted is %t", e.Identity, action, e.System, e.ErrorCode, refused)
			}
		}
	}
	if len(checked) < atLeast {
		t.Errorf("%s: only %d kinds of calls were checked", p.cloud, len(checked))
	}
}

func TestOtherCloudsFindingsAgreeWithTruth(t *testing.T) {
	t.Parallel()
	for _, p := range sampled(t) {
		checkTruth(t, p)
	}
}

func checkTruth(t *testing.T, p *part) {
	t.Helper()
	assessor := clouds.NewSet(assess.DefaultSettings()).Of(p.cloud)
	for i, inv := range p.systems {
		got := map[entitlement.Category][]string{}
		a := assessor.Assess(inv, p.uses, inv.CollectedAt, nil)
		for _, f := range a.Findings {
			name := string(f.Identity)
			if f.Resource != "" {
				name = f.Resource
			}
			got[f.Category] = append(got[f.Category], name)
		}
		if len(a.Problems) > 0 {
			t.Errorf("%s: problems %v", inv.System.ID, a.Problems)
		}
		for category, want := range p.want[i].findings {
			if category != entitlement.ExcludedFromReports {
				want = without(want, p.want[i].exempt, inv)
			}
			slices.Sort(want)
			slices.Sort(got[category])
			if diff := cmp.Diff(want, got[category], cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Errorf("%s: %s (-truth +found):\n%s", inv.System.ID, category, diff)
			}
		}
	}
}

// TestOtherSamplesAgreeInOtherClouds does all of that for small samples of
// several seeds, from none to many owners.
func TestOtherSamplesAgreeInOtherClouds(t *testing.T) {
	t.Parallel()
	for _, options := range []tenant.Options{
		{Size: 100, Seed: 3, AzureShare: 1, GCPShare: 1},
		{Size: 100, Seed: 6, SuperShare: 0.4, AzureShare: 1, GCPShare: 1},
		{Size: 250, Seed: 8, SuperShare: -1},
		{Size: 133, Seed: 1 << 63},
	} {
		options.Out = t.TempDir()
		if err := tenant.Generate(options); err != nil {
			t.Fatal(err)
		}
		truth, _, err := tenant.ReadTruth(options.Out)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := readParts(options.Out, truth)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			checkRead(t, p)
			checkEvents(t, p, 10)
			checkTruth(t, p)
		}
	}
}
