package plugin_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/testkit"
)

// real is an exporter that runs over the sample tenant, and what is so there by
// construction.
type real struct {
	*source
	truth  *tenant.Truth
	attack *tenant.Attack
	now    time.Time
}

// tenantOf says which tenant an exporter runs over.
type tenantOf struct {
	size       int
	remediator string // Its address; "" is none.
	clouds     bool   // Azure and Google Cloud beside AWS.
	within     time.Duration
}

// startReal builds the exporter, runs it and waits until it read everything.
func startReal(tb testing.TB, o tenantOf) *real {
	tb.Helper()
	dir, now := tb.TempDir(), time.Now().UTC()
	if err := tenant.Generate(tenant.Options{Out: filepath.Join(dir, "tenant"), Size: o.size, Seed: 7, Until: now}); err != nil {
		tb.Fatal(err)
	}
	r := &real{now: now}
	var err error
	if r.truth, r.attack, err = tenant.ReadTruth(filepath.Join(dir, "tenant")); err != nil {
		tb.Fatal(err)
	}
	program := filepath.Join(dir, "exporter")
	build := exec.CommandContext(tb.Context(), "go", "build", "-o", program, "./exporter")
	build.Dir = testkit.Root()
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("build the exporter: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "exporter.yml"), []byte(r.configuration(o)), 0o600); err != nil {
		tb.Fatal(err)
	}
	address := testkit.FreeAddress(tb)
	testkit.StartProcess(tb, nil, program, "--config.file", filepath.Join(dir, "exporter.yml"), "--web.listen-address", address)
	testkit.AwaitHTTP(tb, "http://"+address+"/-/ready", o.within)
	r.source = connect(tb, "http://"+address)
	r.await(o)
	return r
}

func (r *real) configuration(o tenantOf) string {
	var b strings.Builder
	b.WriteString("data_dir: data\naudit: {store: {min_free: 0}}\n")
	if o.remediator != "" {
		fmt.Fprintf(&b, "remediation: {url: %q}\n", o.remediator)
	}
	if o.clouds {
		b.WriteString("azure: {onboard: automatic, files: {entitlements: [tenant/azure/entitlements], logs: [tenant/azure/logs]}}\n")
		b.WriteString("gcp: {onboard: automatic, files: {entitlements: [tenant/gcp/entitlements], logs: [tenant/gcp/logs]}}\n")
	}
	fmt.Fprintf(&b, "api: {tokens: [{name: grafana, role: viewer, token: %s}]}\naws:\n  accounts:\n", token)
	for i := range r.truth.Accounts {
		id := r.truth.Accounts[i].ID
		fmt.Fprintf(&b, "    - {id: %q, name: %q, owner: security, folders: [sample], files: {authorization_details: tenant/aws/%s/authorization-details.json, ", id, r.truth.Accounts[i].Name, id)
		fmt.Fprintf(&b, "credential_report: tenant/aws/%[1]s/credential-report.csv, functions: tenant/aws/%[1]s/functions.json, instances: tenant/aws/%[1]s/instances.json, ", id)
		fmt.Fprintf(&b, "organization: tenant/aws/%[1]s/organization.json, cloudtrail: [tenant/aws/cloudtrail/AWSLogs/%[1]s]}}\n", id)
	}
	return b.String()
}

// await waits until every system was read and every event is stored.
func (r *real) await(o tenantOf) {
	r.t.Helper()
	var said string
	systems := len(r.truth.Accounts)
	if o.clouds {
		systems += len(r.truth.Azure[0].Subscriptions) + len(r.truth.GCP[0].Projects)
	}
	defer func() {
		if r.t.Failed() {
			r.t.Log(said)
		}
	}()
	testkit.Eventually(r.t, o.within, "everything is read", func() bool {
		health := r.health()
		events := r.ask(`{"scope":{"clouds":["aws"]},"audit":{"text":"* | count"}}`)
		said = fmt.Sprint(health.Message, events.Error, numbersOf(r.t, events))
		return health.Status == backend.HealthStatusOk && strings.Contains(health.Message, fmt.Sprintf("(%d online)", systems)) &&
			events.Error == nil && numbersOf(r.t, events)[0] == float64(r.truth.Events) // Beside them there is the exporter's own log.
	})
}

// ask asks about the whole time of the tenant.
func (r *real) ask(text string) backend.DataResponse {
	r.t.Helper()
	return r.query(r.of(text), nil)
}

func (r *real) of(text string) backend.DataQuery {
	q := dataQuery(text)
	q.TimeRange = backend.TimeRange{From: r.now.AddDate(0, 0, -100), To: r.now.Add(time.Hour)}
	q.Interval, q.MaxDataPoints = 6*time.Hour, 1_000
	return q
}

// got asks, and wants frames.
func (r *real) got(t *testing.T, text string) data.Frames {
	t.Helper()
	s := &real{source: &source{t: t, client: r.client, pc: r.pc}, now: r.now}
	got := s.ask(text)
	if got.Error != nil {
		t.Fatalf("%s: %v", text, got.Error)
	}
	return got.Frames
}

// numbersOf returns the first numbers of an answer, over all frames.
func numbersOf(tb testing.TB, got backend.DataResponse) []float64 {
	tb.Helper()
	var out []float64
	for _, f := range got.Frames {
		for _, field := range f.Fields {
			if !field.Type().Numeric() {
				continue
			}
			for i := range field.Len() {
				v, err := field.NullableFloatAt(i)
				if err != nil {
					tb.Fatal(err)
				}
				if v != nil {
					out = append(out, *v)
				}
			}
			break
		}
	}
	return out
}

// texts returns a column of the first frame.
func texts(tb testing.TB, frames data.Frames, name string) []string {
	tb.Helper()
	field, n := frames[0].FieldByName(name)
	if n < 0 {
		tb.Fatalf("frame %s has no field %s", frames[0].Name, name)
	}
	out := make([]string, field.Len())
	for i := range out {
		if v, ok := field.ConcreteAt(i); ok {
			out[i] = fmt.Sprint(v)
		}
	}
	return out
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// Every type of query answers on the sample tenant with the numbers that are so
// by construction: a real exporter behind the plugin, over gRPC.
func TestSampleTenant(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds and runs the exporter")
	}
	r := startReal(t, tenantOf{size: 120, within: 2 * time.Minute})
	t.Run("audit", func(t *testing.T) { r.audit(t) })
	t.Run("entitlements", func(t *testing.T) { r.entitlements(t) })
	t.Run("findings", func(t *testing.T) { r.findings(t) })
	t.Run("pci", func(t *testing.T) { r.pci(t) })
	t.Run("path", func(t *testing.T) { r.path(t) })
	t.Run("report", func(t *testing.T) { r.report(t) })
	t.Run("remediation", func(t *testing.T) {
		r.source = &source{t: t, client: r.client, pc: r.pc}
		got := r.ask(`{"queryType":"remediation","table":{"name":"runs"}}`)
		if got.Error == nil || !strings.Contains(got.Error.Error(), "remediation") {
			t.Errorf("without a remediator: %v", got.Error)
		}
	})
	t.Run("alerts", func(t *testing.T) { r.alerts(t) })
}

func (r *real) audit(t *testing.T) {
	t.Helper()
	attack := fmt.Sprintf("address:%s", r.attack.Address)
	events := r.got(t, fmt.Sprintf(`{"audit":{"text":%q}}`, attack))
	if events[0].Rows() != r.attack.Events {
		t.Errorf("%d events of the attack, want %d", events[0].Rows(), r.attack.Events)
	}
	logs := r.got(t, fmt.Sprintf(`{"limit":5,"audit":{"format":"logs","text":%q}}`, attack))
	if logs[0].Rows() != 5 || len(logs[0].Meta.Notices) != 1 {
		t.Errorf("%d lines of 5, %v", logs[0].Rows(), logs[0].Meta.Notices)
	}
	series := r.got(t, fmt.Sprintf(`{"audit":{"format":"series","text":%q}}`, attack))
	if n := sum(numbersOf(t, backend.DataResponse{Frames: series})); n != float64(r.attack.Events) {
		t.Errorf("a series of %v events, want %d", n, r.attack.Events)
	}
	groups := r.got(t, `{"scope":{"clouds":["aws"]},"audit":{"text":"* | count by system"}}`)
	want := map[string]float64{}
	for i := range r.truth.Accounts {
		want[r.truth.Accounts[i].ID] = float64(r.truth.Accounts[i].Events)
	}
	got := map[string]float64{}
	for i, id := range texts(t, groups, "system") {
		got[id] = numbersOf(t, backend.DataResponse{Frames: groups})[i]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events by system (-want +got):\n%s", diff)
	}
	every := r.got(t, `{"scope":{"clouds":["aws"]},"audit":{"text":"*"}}`)
	if want := min(10_000, r.truth.Events); every[0].Rows() != want {
		t.Errorf("%d events, want %d", every[0].Rows(), want)
	}
}

func (r *real) entitlements(t *testing.T) {
	t.Helper()
	for i := range r.truth.Accounts {
		a := &r.truth.Accounts[i]
		for kind, want := range map[string]int{"user": a.Counts.Users, "role": a.Counts.Roles, "function": a.Counts.Functions, "instance": a.Counts.Instances} {
			got := r.got(t, fmt.Sprintf(`{"queryType":"entitlements","scope":{"systems":[%q]},"table":{"name":"identities","filters":{"type":[%q]}}}`, a.ID, kind))
			if n := len(withoutRoot(texts(t, got, "identity"))); n != want {
				t.Errorf("%d of type %s in %s, want %d", n, kind, a.ID, want)
			}
		}
		var keys []string
		for k := range a.Keys {
			keys = append(keys, fmt.Sprintf("%s/access_key_%d", path.Base(a.Keys[k].User), a.Keys[k].Slot)) // The credential report has no ids.
		}
		got := texts(t, r.got(t, fmt.Sprintf(`{"queryType":"entitlements","scope":{"systems":[%q]},"table":{"name":"access_keys"}}`, a.ID)), "access_key")
		if diff := cmp.Diff(slices.Sorted(slices.Values(keys)), slices.Sorted(slices.Values(got))); diff != "" {
			t.Errorf("keys of %s (-want +got):\n%s", a.ID, diff)
		}
	}
}

func withoutRoot(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return strings.HasSuffix(id, ":root") })
}

// findings are of all inactive users that no tag leaves out.
func (r *real) findings(t *testing.T) {
	t.Helper()
	want := map[string]bool{}
	for i := range r.truth.Accounts {
		for _, id := range r.truth.Accounts[i].Inactive.Users {
			want[id] = true
		}
		for _, id := range r.truth.Accounts[i].ExcludedFromReports {
			delete(want, id)
		}
	}
	got := r.got(t, `{"queryType":"findings","table":{"name":"findings","filters":{"category":["inactive_user"]}}}`)
	ids := slices.Sorted(slices.Values(withoutRoot(texts(t, got, "identity"))))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), ids); diff != "" {
		t.Errorf("inactive users (-want +got):\n%s", diff)
	}
}

// pci is the same in all the places where it stands.
func (r *real) pci(t *testing.T) {
	t.Helper()
	now := r.got(t, `{"queryType":"pci","table":{"name":"pci"}}`)
	if rows := now[0].Rows(); rows != len(r.truth.Accounts) {
		t.Fatalf("the index of %d systems, want %d", rows, len(r.truth.Accounts))
	}
	history := r.got(t, `{"queryType":"pci","table":{"name":"pci_history"}}`)
	if len(history) != len(r.truth.Accounts) {
		t.Fatalf("%d series of %d systems", len(history), len(r.truth.Accounts))
	}
	for i, id := range texts(t, now, "key") {
		pci, _ := now[0].FieldByName("pci")
		at := slices.IndexFunc(history, func(f *data.Frame) bool { return f.Fields[1].Labels["key"] == id })
		if at < 0 {
			t.Fatalf("system %s has no series", id)
		}
		values := history[at].Fields[1]
		value, _ := pci.ConcreteAt(i)
		if last := values.At(values.Len() - 1); last != value || value.(float64) <= 0 || value.(float64) > 100 {
			t.Errorf("the index of %s is %v, and %v in its history", id, value, last)
		}
	}
}

func (r *real) path(t *testing.T) {
	t.Helper()
	got := r.got(t, fmt.Sprintf(`{"queryType":"path","path":{"start":"address","value":%q}}`, r.attack.Address))
	if len(got) != 3 {
		t.Fatalf("%d frames", len(got))
	}
	ids := texts(t, got, "id")
	for _, key := range []string{r.attack.LeakedKey, r.attack.CreatedKey} {
		if !slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(id, key) }) {
			t.Errorf("key %s is not in the path", key)
		}
	}
	for _, end := range []string{"source", "target"} {
		for _, id := range texts(t, got[1:], end) {
			if !slices.Contains(ids, id) {
				t.Errorf("an edge's %s %s is no node", end, id)
			}
		}
	}
}

func (r *real) report(t *testing.T) {
	t.Helper()
	all := len(r.truth.Accounts) // Each has a root user.
	for i := range r.truth.Accounts {
		c := &r.truth.Accounts[i].Counts
		all += c.Users + c.Roles + c.Functions + c.Instances
	}
	got := r.got(t, `{"queryType":"report","report":{"kind":"user-entitlements-and-usage","table":"identities"}}`)
	if n := got[0].Rows(); n != all {
		t.Errorf("a report of %d identities, want %d", n, all)
	}
	file := r.call("POST", "reports/user-entitlements-and-usage?format=csv", "{}")
	if file.status != 200 || !strings.Contains(file.header("Content-Disposition"), "attachment") || strings.Count(file.body, "\n") < all {
		t.Errorf("file: %d %v, %d lines", file.status, file.headers, strings.Count(file.body, "\n"))
	}
}

// alerts get numbers of every type.
func (r *real) alerts(t *testing.T) {
	t.Helper()
	for _, text := range []string{
		`{"audit":{"text":"*"}}`, `{"audit":{"format":"logs","text":"outcome:denied"}}`, `{"audit":{"text":"* | series by action"}}`,
		`{"queryType":"entitlements","table":{"name":"identities"}}`, `{"queryType":"entitlements","table":{"name":"actions"}}`,
		`{"queryType":"entitlements","table":{"name":"access_keys"}}`, `{"queryType":"entitlements","table":{"name":"policies"}}`,
		`{"queryType":"entitlements","table":{"name":"escalations"}}`, `{"queryType":"entitlements","table":{"name":"assignments"}}`,
		`{"queryType":"findings","table":{"name":"findings"}}`, `{"queryType":"findings","table":{"name":"finding_counts","value":"findings"}}`,
		`{"queryType":"pci","table":{"name":"pci_history"}}`, `{"queryType":"pci","table":{"name":"summaries"}}`,
		`{"queryType":"pci","table":{"name":"pci_distribution"}}`, `{"queryType":"entitlements","table":{"name":"systems"}}`,
		fmt.Sprintf(`{"queryType":"path","path":{"start":"address","value":%q}}`, r.attack.Address),
		`{"queryType":"report","report":{"kind":"user-entitlements-and-usage"}}`,
	} {
		s := &real{source: &source{t: t, client: r.client, pc: r.pc}, now: r.now}
		got := s.query(s.of(text), fromAlert())
		if got.Error != nil {
			t.Errorf("%s: %v", text, got.Error)
			continue
		}
		numeric(t, got.Frames, false)
	}
}
