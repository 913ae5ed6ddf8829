package playbook_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/alert"
	"github.com/leastward/leastward/internal/api"
	shared "github.com/leastward/leastward/internal/config"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/testkit"
	"github.com/leastward/leastward/remediator/internal/change"
	"github.com/leastward/leastward/remediator/internal/config"
	"github.com/leastward/leastward/remediator/internal/playbook"
	"github.com/leastward/leastward/remediator/internal/store"
)

const (
	system = entitlement.SystemID("123456789012")
	jo     = entitlement.IdentityID("arn:aws:iam::123456789012:user/jo")
)

// cloud is a cloud of one identity, in memory.
type cloud struct {
	mu     sync.Mutex // Guards what follows.
	facts  change.Facts
	writes int
	// fault, if set, is asked before each write.
	fault func(n int) error
	// meddle, if set, changes the facts after each write.
	meddle func(change.Facts)
	denied []api.Denial
	gone   bool
	// uncovered is the part of the window that no log reaches.
	uncovered float64
	// unread, if set, is asked before each plan.
	unread func(n int) error
	plans  int
	hidden int // How many of the next looks fail.
}

func newCloud() *cloud {
	return &cloud{facts: change.Facts{"group/ops": "", "inline_policy/w": `{"a":1}`, "tag/team": "x"}}
}

func (c *cloud) Facts(context.Context, entitlement.IdentityID) (change.Facts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hidden > 0 {
		c.hidden--
		return nil, errors.New("unreachable")
	}
	return c.facts.Clone(), nil
}

func (c *cloud) Version(context.Context, entitlement.IdentityID) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprint(slices.Sorted(maps.Keys(c.facts))), nil
}

func (c *cloud) Population(context.Context) (int, error) { return 10, nil }

func (c *cloud) readable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plans++
	if c.unread == nil {
		return nil
	}
	return c.unread(c.plans)
}

func (c *cloud) PlanReadOnly(ctx context.Context, q change.ReadOnly) (*change.Plan, error) {
	if err := c.readable(); err != nil {
		return nil, err
	}
	version, _ := c.Version(ctx, q.Identity)
	facts, _ := c.Facts(ctx, q.Identity)
	return &change.Plan{
		Subject: change.Subject{Cloud: "aws", System: system, Identity: q.Identity}, Version: version, Before: facts,
		Operations: []change.Operation{
			{Kind: change.InlinePolicy, Name: "ro", Set: true, Value: "{}"},
			{Kind: change.InlinePolicy, Name: "w"},
			{Kind: change.Membership, Name: "ops"},
			{Kind: change.Tag, Name: "done", Set: true, Value: "yes"},
		},
	}, nil
}

func (c *cloud) Write(_ context.Context, _ entitlement.IdentityID, o change.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	if c.fault != nil {
		if err := c.fault(c.writes); err != nil {
			return err
		}
	}
	c.facts = c.facts.Apply(o)
	if c.meddle != nil {
		c.meddle(c.facts)
	}
	return nil
}

func (c *cloud) Finding(_ context.Context, _ entitlement.SystemID, id string) (*api.Finding, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return nil, api.ErrNotFound
	}
	return &api.Finding{ID: id, Category: entitlement.InactiveUser, System: system, Identity: jo, Covered: 1 - c.uncovered}, nil
}

func (c *cloud) Denied(context.Context, entitlement.SystemID, entitlement.IdentityID, time.Time) (*api.Denials, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &api.Denials{Denied: c.denied}, nil
}

// set changes the facts as a person would.
func (c *cloud) set(f func(*cloud)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c)
}

func (c *cloud) now() change.Facts {
	f, _ := c.Facts(context.Background(), jo)
	return f
}

type bench struct {
	t      *testing.T
	cloud  *cloud
	store  *store.Store
	engine *playbook.Engine
	config config.Playbook
	stop   func()
}

// setup runs an engine; change, if given, alters the configuration.
func setup(t *testing.T, change func(*config.Playbook)) *bench {
	t.Helper()
	return setupAt(t, filepath.Join(t.TempDir(), "s.db"), slog.New(slog.DiscardHandler), change)
}

func setupAt(t *testing.T, path string, logger *slog.Logger, change func(*config.Playbook)) *bench {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := playbook.New(playbook.Options{
		Store: s, Metrics: playbook.NewMetrics(prometheus.NewRegistry()), Logger: logger, Retry: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, cloud: newCloud(), store: s, engine: engine, config: config.Playbook{
		Name: alert.InactiveUserReadOnly, Mode: store.Execute, Approval: config.Approval{Expires: shared.Duration(time.Hour)},
		Watch: config.Watch{OnDenied: config.Report}, RetryFor: shared.Duration(time.Hour),
	}}
	if change != nil {
		change(&b.config)
	}
	b.configure()
	ctx, cancel := context.WithCancel(context.Background())
	var group errgroup.Group
	group.Go(func() error { return engine.Run(ctx) })
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(group.Wait(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(b.stop)
	return b
}

func (b *bench) configure() {
	target := playbook.Target{Read: b.cloud}
	if b.config.Mode == store.Execute {
		target.Write = b.cloud
	}
	b.engine.Configure(&playbook.Environment{
		Evidence: b.cloud,
		Playbooks: map[alert.Playbook]playbook.Playbook{
			alert.InactiveUserReadOnly: {Playbook: b.config, Targets: map[entitlement.SystemID]playbook.Target{system: target}},
		},
	})
}

func (b *bench) receive() {
	b.t.Helper()
	done, err := b.engine.Receive(b.t.Context(), []playbook.Notice{{
		Labels: alert.Labels{
			Playbook: alert.InactiveUserReadOnly, Cloud: "aws", System: system, Category: entitlement.InactiveUser,
			Finding: "f", Identity: jo,
		},
		Alert: store.Alert{Fingerprint: "fp", StartsAt: time.Now()},
	}})
	if err != nil || len(done) != 1 || done[0] != store.Started {
		b.t.Fatalf("Receive = %v, %v", done, err)
	}
}

func (b *bench) await(state store.State) *store.Run {
	b.t.Helper()
	var last *store.Run
	testkit.Eventually(b.t, 20*time.Second, "the run is "+string(state), func() bool {
		runs, err := b.store.Runs(b.t.Context(), store.Filter{})
		if err != nil || len(runs) == 0 {
			b.t.Fatal(len(runs), err)
		}
		if last = runs[0]; last.State != state && last.State.Ended() {
			b.t.Fatalf("the run is %s: %s", last.State, last.Why)
		}
		return last.State == state
	})
	return last
}

func (b *bench) approve(r *store.Run) {
	b.t.Helper()
	if err := b.engine.Approve(b.t.Context(), playbook.Decision{Run: r.ID, Plan: r.Plan.Version, Who: "ann", Reason: "x"}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) expect(want change.Facts) {
	b.t.Helper()
	if diff := change.Diff(want, b.cloud.now()); len(diff) > 0 {
		b.t.Errorf("the identity is not as it should be: %s", strings.Join(diff, "; "))
	}
}

func target() change.Facts {
	return change.Facts{"inline_policy/ro": "{}", "tag/team": "x", "tag/done": "yes"}
}

func needsApproval(p *config.Playbook) { p.Approval.Required = 1 }

// An identity that changes between plan and approval is planned anew, and the
// old approval is worth nothing.
func TestStalePlanNeedsNewApproval(t *testing.T) {
	t.Parallel()
	b := setup(t, needsApproval)
	b.receive()
	first := b.await(store.AwaitingApproval)
	b.cloud.set(func(c *cloud) { c.facts = c.facts.Clone(); c.facts["group/new"] = "" })
	b.approve(first)
	testkit.Eventually(t, 20*time.Second, "a second plan awaits approval", func() bool {
		r, err := b.store.Run(t.Context(), first.ID)
		return err == nil && r.Plans == 2 && r.State == store.AwaitingApproval
	})
	if b.cloud.writes != 0 {
		t.Fatalf("%d writes were made for a stale plan", b.cloud.writes)
	}
	second := b.await(store.AwaitingApproval)
	if err := b.engine.Approve(t.Context(), playbook.Decision{Run: first.ID, Plan: first.Plan.Version, Who: "bob", Reason: "x"}); err == nil {
		t.Error("the stale plan was approved")
	}
	b.approve(second)
	b.await(store.Done)
	want := target()
	want["group/new"] = ""
	b.expect(want)
}

// Evidence that is gone when the approval comes stops the run.
func TestEvidenceIsCheckedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, needsApproval)
	b.receive()
	r := b.await(store.AwaitingApproval)
	b.cloud.set(func(c *cloud) { c.gone = true })
	b.approve(r)
	if r = b.await(store.Refused); r.Why != "the finding is no longer reported" || b.cloud.writes != 0 {
		t.Errorf("refused because %q after %d writes", r.Why, b.cloud.writes)
	}
}

// Where the logs do not reach over the window nobody knows whether the identity
// is inactive: nothing is changed, unless the configuration asks for less.
func TestEvidenceNeedsCoverage(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *config.Playbook) { p.MinCoverage = 1 })
	b.cloud.set(func(c *cloud) { c.uncovered = 0.4 })
	b.receive()
	if r := b.await(store.Refused); !strings.Contains(r.Why, "60 % of the look-back window") || b.cloud.writes != 0 {
		t.Errorf("refused because %q after %d writes", r.Why, b.cloud.writes)
	}
	dry := setup(t, func(p *config.Playbook) { p.MinCoverage, p.Mode = 1, store.DryRun })
	dry.cloud.set(func(c *cloud) { c.uncovered = 0.4 })
	dry.receive()
	dry.await(store.DryRunDone)
	less := setup(t, func(p *config.Playbook) { p.MinCoverage = 0.5 })
	less.cloud.set(func(c *cloud) { c.uncovered = 0.4 })
	less.receive()
	less.await(store.Done)
}

// Users of other clouds are refused at once, whatever their system is called,
// and nothing is asked, planned or written for them.
func TestOtherCloudsAreRefused(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		cloud  entitlement.Cloud
		system entitlement.SystemID
		why    string
	}{
		{entitlement.Azure, "11111111-1111-1111-1111-111111111111", "the playbook changes accounts of AWS alone, and 11111111-1111-1111-1111-111111111111 is of azure: the runbook of the alert says what to do by hand"},
		{entitlement.GCP, system, "the playbook changes accounts of AWS alone, and 123456789012 is of gcp: the runbook of the alert says what to do by hand"},
		{entitlement.AWS, "999999999999", "system 999999999999 is not configured: add it to aws.accounts"},
	} {
		b := setup(t, nil)
		done, err := b.engine.Receive(t.Context(), []playbook.Notice{{
			Labels: alert.Labels{
				Playbook: alert.InactiveUserReadOnly, Cloud: of.cloud, System: of.system, Category: entitlement.InactiveUser, Finding: "f", Identity: jo,
			},
			Alert: store.Alert{Fingerprint: "fp", StartsAt: time.Now()},
		}})
		if err != nil || len(done) != 1 || done[0] != store.Started {
			t.Fatalf("Receive = %v, %v", done, err)
		}
		if r := b.await(store.Refused); r.Why != of.why || r.Plans != 0 || b.cloud.writes != 0 {
			t.Errorf("%s: %d plans, %d writes, because %q", of.cloud, r.Plans, b.cloud.writes, r.Why)
		}
	}
}

func TestNoDecisionIsADenial(t *testing.T) {
	t.Parallel()
	b := setup(t, func(p *config.Playbook) {
		p.Approval = config.Approval{Required: 1, Expires: shared.Duration(50 * time.Millisecond)}
	})
	b.receive()
	r := b.await(store.Expired)
	if b.cloud.writes != 0 || r.Why == "" {
		t.Errorf("%d writes, why %q", b.cloud.writes, r.Why)
	}
}

// A fault that passes is tried again; a write whose answer is lost is not made
// twice.
func TestPassingFaults(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.cloud.fault = func(n int) error {
		if n == 2 {
			return errors.New("throttled")
		}
		if n == 4 { // It got through, but nobody knows.
			b.cloud.facts = b.cloud.facts.Apply(change.Operation{Kind: change.Membership, Name: "ops"})
			return errors.New("connection reset")
		}
		return nil
	}
	b.receive()
	r := b.await(store.Done)
	b.expect(target())
	if b.cloud.writes != 5 {
		t.Errorf("%d writes, want 4 and one that was refused", b.cloud.writes)
	}
	ledger, err := b.store.Ledger(t.Context(), r.ID)
	if err != nil || len(ledger) != 4 || ledger[2].How != store.Found {
		t.Errorf("ledger = %+v, %v", ledger, err)
	}
}

// Somebody who changes the identity at the same time stops the run; what was
// done can be taken back.
func TestMeddlingFailsAndRollsBack(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	before := b.cloud.now()
	b.cloud.meddle = func(f change.Facts) { f["attached_policy/admin"] = "" }
	b.receive()
	r := b.await(store.Failed)
	if !strings.Contains(r.Why, "attached_policy/admin is there and should not be") || b.cloud.writes != 1 {
		t.Errorf("failed because %q after %d writes", r.Why, b.cloud.writes)
	}
	b.cloud.set(func(c *cloud) { c.meddle = nil; delete(c.facts, "attached_policy/admin") })
	if err := b.engine.RollBack(t.Context(), playbook.Decision{Run: r.ID, Who: "ann", Reason: "x"}); err != nil {
		t.Fatal(err)
	}
	b.await(store.RolledBack)
	b.expect(before)
}

// lasting is a fault that trying again won't cure.
type lasting struct{ error }

func (lasting) Permanent() bool { return true }

func TestLastingFaultFailsAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.cloud.fault = func(n int) error {
		if n == 3 {
			return lasting{errors.New("access denied")}
		}
		return nil
	}
	b.receive()
	if r := b.await(store.Failed); r.Why != "access denied" || b.cloud.writes != 3 {
		t.Errorf("failed because %q after %d writes", r.Why, b.cloud.writes)
	}
}

// Switching the playbook to dry run stops a run that is under way.
func TestDryRunIsABrake(t *testing.T) {
	t.Parallel()
	b := setup(t, needsApproval)
	b.receive()
	r := b.await(store.AwaitingApproval)
	b.config.Mode = store.DryRun
	b.configure()
	b.approve(r)
	if r = b.await(store.Refused); r.Why != "the playbook was switched to dry run" || b.cloud.writes != 0 {
		t.Errorf("refused because %q after %d writes", r.Why, b.cloud.writes)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for onDenied, want := range map[config.OnDenied]store.State{config.Report: store.Done, config.Rollback: store.RolledBack} {
		t.Run(string(onDenied), func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(p *config.Playbook) {
				p.Watch = config.Watch{For: shared.Duration(10 * time.Millisecond), OnDenied: onDenied}
			})
			before := b.cloud.now()
			b.cloud.denied = []api.Denial{{Action: "s3:PutObject", Count: 1}}
			b.receive()
			r := b.await(want)
			if len(r.Denied) != 1 {
				t.Errorf("denied = %+v", r.Denied)
			}
			if want == store.RolledBack {
				b.expect(before)
			} else {
				b.expect(target())
			}
		})
	}
}
