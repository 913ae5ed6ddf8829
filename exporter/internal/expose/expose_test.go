package expose_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/leastward/leastward/exporter/internal/collector"
	"github.com/leastward/leastward/exporter/internal/expose"
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
)

var update = flag.Bool("update", false, "write the golden files anew")

func at(day int) time.Time { return time.Date(2026, 5, day, 0, 0, 0, 0, time.UTC) }

func identity(name string, kind entitlement.Kind, score creep.Sum, last time.Time) assess.Identity {
	return assess.Identity{
		Identity: &entitlement.Identity{ID: entitlement.IdentityID("arn:aws:iam::111111111111:" + string(kind) + "/" + name), Name: name, Kind: kind},
		Owner:    "payments", Score: score, InPCI: kind != entitlement.Group, Granted: 10, GrantedHigh: 4, Used: 3, UsedHigh: 1,
		Unused: 5, UnusedHigh: 2, LastActive: last, Band: creep.Medium, BandSince: at(1),
	}
}

// result is a system with three identities, three findings of one category and
// one about a bucket, which is no identity.
func result() *collector.Result {
	ana := identity("ana", entitlement.User, creep.Sum{Excess: 0.01, Used: 0.001, Identities: 1}, at(30))
	ana.Keys = []entitlement.AccessKey{
		{ID: "AKIA1", Created: at(2), Active: true, LastUsed: at(29)},
		{ID: "AKIA2", Created: at(3)},
	}
	job := identity("job", entitlement.Role, creep.Sum{Excess: 0.2, Identities: 1}, time.Time{})
	team := identity("team", entitlement.Group, creep.Sum{Excess: 0.1, Identities: 1}, time.Time{})
	finding := func(id string, impact float64) entitlement.Finding {
		return entitlement.Finding{
			ID: id, Category: entitlement.InactiveRole, Identity: job.ID, Kind: entitlement.Role, Owner: `pay"ments\`,
			Impact: impact, FirstSeen: at(4),
		}
	}
	return &collector.Result{
		System: entitlement.System{
			ID: "111111111111", Cloud: entitlement.AWS, Name: "production", Owner: "platform", Folders: []string{"finance", "prod"},
		},
		Assessment: &assess.Assessment{
			At: at(31), Window: 90 * 24 * time.Hour, Sum: creep.Sum{Excess: 0.21, Used: 0.001, Unobservable: 0.02, Identities: 2},
			Identities: []assess.Identity{ana, job, team},
			Findings: []entitlement.Finding{
				finding("f1", 9), finding("f2", 5), finding("f3", 1),
				{ID: "f4", Category: entitlement.BucketPublic, Resource: "arn:aws:s3:::site", Name: "site", FirstSeen: at(4)},
			},
			Totals: map[entitlement.Category]int{entitlement.InactiveRole: 7, entitlement.SuperUser: 1, entitlement.BucketPublic: 2},
			Problems: []entitlement.Problem{
				{Code: "AWS_CLOUDTRAIL_DISABLED"},
				{Code: "access_denied", Permission: "lambda:ListFunctions"},
				{Code: "access_denied", Permission: "lambda:ListFunctions"},
			},
		},
		Reading:   &collector.Reading{},
		Latest:    at(30),
		Attempted: at(31), Succeeded: at(31), Duration: 1500 * time.Millisecond,
		Total: collector.EventCounts{In: 10, Used: 6, Denied: 1, NotPermissionBearing: 1, Unmapped: 1, Rejected: map[string]int{"invalid_json": 1}},
		Requests: map[collector.Request]collector.Request{
			{Service: "iam", Operation: "ListUsers"}: {Count: 4, Throttled: 1},
		},
	}
}

func page(t *testing.T, r *collector.Result, o expose.Options) string {
	t.Helper()
	p, err := expose.Page(r, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := p.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	t.Parallel()
	got := page(t, result(), expose.Options{IdentitySeries: 100, FindingSeries: 100, Interval: time.Hour})
	const golden = "testdata/page.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

// Beyond the budget the highest stay, and what was left out is counted.
func TestBudget(t *testing.T) {
	t.Parallel()
	got := page(t, result(), expose.Options{IdentitySeries: 1, FindingSeries: 2})
	for _, want := range []string{
		`ciem_identities_truncated{cloud="aws",system="111111111111"} 2`,
		`ciem_identity_pci{cloud="aws",system="111111111111",identity="arn:aws:iam::111111111111:role/job"`,
		`ciem_findings_truncated{cloud="aws",system="111111111111",category="inactive_role"} 1`,
		`ciem_findings{cloud="aws",system="111111111111",category="inactive_role"} 3`,
		`finding="f1"`, `finding="f2"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, unwanted := range []string{"user/ana", "group/team", `finding="f3"`} {
		if strings.Contains(got, unwanted) {
			t.Errorf("the page has %s, which is beyond the budget", unwanted)
		}
	}
}

// A system that was not read has no figures: absent is not zero.
func TestNoFiguresBeforeTheFirstSuccess(t *testing.T) {
	t.Parallel()
	system := entitlement.System{ID: "111111111111", Cloud: entitlement.AWS}
	untried := page(t, &collector.Result{System: system}, expose.Options{})
	failed := page(t, &collector.Result{System: system, Attempted: at(1), Err: errors.New("no")}, expose.Options{})
	for name, text := range map[string]string{"untried": untried, "failed": failed} {
		if strings.Contains(text, "ciem_pci") || strings.Contains(text, "ciem_findings") {
			t.Errorf("%s: the page has figures:\n%s", name, text)
		}
	}
	if strings.Contains(untried, "ciem_collect_up{") {
		t.Error("a system that was not tried is neither up nor down")
	}
	if !strings.Contains(failed, `ciem_collect_up{cloud="aws",system="111111111111"} 0`) {
		t.Error("a failed system is not down")
	}
}

func TestSpanning(t *testing.T) {
	t.Parallel()
	one, two := result(), result()
	two.System.ID = "222222222222"
	c := expose.Spanning{
		Snapshot:  func() *collector.Snapshot { return &collector.Snapshot{Results: []*collector.Result{one, two}} },
		Assessors: func() *assess.Set { return clouds.NewSet(assess.DefaultSettings()) },
	}
	want := `
# HELP ciem_events_read_total Number of audit events read, duplicates and rejected ones included.
# TYPE ciem_events_read_total counter
ciem_events_read_total{cloud="aws"} 20
# HELP ciem_events_rejected_total Number of audit events that were rejected, by reason; those that had been read before count as duplicate.
# TYPE ciem_events_rejected_total counter
ciem_events_rejected_total{cloud="aws",reason="invalid_json"} 2
# HELP ciem_collect_throttled_total Number of requests that the cloud throttled; each was retried.
# TYPE ciem_collect_throttled_total counter
ciem_collect_throttled_total{cloud="aws",operation="ListUsers",service="iam"} 2
`
	if err := testutil.CollectAndCompare(c, strings.NewReader(want), "ciem_events_read_total", "ciem_events_rejected_total", "ciem_collect_throttled_total"); err != nil {
		t.Error(err)
	}
	if problems, err := testutil.GatherAndLint(registry(c)); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}

func registry(c prometheus.Collector) *prometheus.Registry {
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(c)
	return r
}
