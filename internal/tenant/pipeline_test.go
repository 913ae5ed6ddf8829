package tenant_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/assess/clouds"
	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/tenant"
	"github.com/leastward/leastward/internal/usage"
)

// organisation is a sample tenant as the suite's own readers see it.
type organisation struct {
	truth       *tenant.Truth
	attack      *tenant.Attack
	inventories []*entitlement.Inventory // By account, as in the truth.
	events      []auditlog.Event
	stats       aws.EventStats
	problems    []entitlement.Problem
	uses        *usage.Index
	counts      map[usage.Disposition]int
}

// sample generates one tenant for all tests that read it.
func sample(t *testing.T) *organisation {
	t.Helper()
	o, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var shared = sync.OnceValues(func() (*organisation, error) {
	dir, err := temporary()
	if err != nil {
		return nil, err
	}
	return read(tenant.Options{Size: 1000, Seed: 77, SuperShare: 0.15, Out: dir})
})

func read(options tenant.Options) (*organisation, error) {
	dir := options.Out
	err := tenant.Generate(options)
	if err != nil {
		return nil, err
	}
	o := &organisation{uses: usage.New(catalog.AWS()), counts: map[usage.Disposition]int{}}
	if o.truth, o.attack, err = tenant.ReadTruth(dir); err != nil {
		return nil, err
	}
	for _, a := range o.truth.Accounts {
		inv, err := readAccount(filepath.Join(dir, "aws", a.ID), o.truth)
		if err != nil {
			return nil, err
		}
		o.inventories = append(o.inventories, inv)
		for _, id := range inv.Identities {
			if id.RunsAs != "" {
				session := id.Name
				if id.Kind == entitlement.Instance {
					session = string(id.ID)[strings.LastIndexByte(string(id.ID), '/')+1:]
				}
				o.uses.Track(id.RunsAs, session, id.ID)
			}
		}
	}
	return o, o.readEvents(filepath.Join(dir, "aws", "cloudtrail"))
}

func readAccount(dir string, truth *tenant.Truth) (*entitlement.Inventory, error) {
	inv, err := aws.ReadFiles(aws.Files{
		AuthorizationDetails: filepath.Join(dir, "authorization-details.json"),
		CredentialReport:     filepath.Join(dir, "credential-report.csv"),
		Organization:         filepath.Join(dir, "organization.json"),
		Functions:            filepath.Join(dir, "functions.json"),
		Instances:            filepath.Join(dir, "instances.json"),
		SecurityGroups:       filepath.Join(dir, "security-groups.json"),
		ResourcePolicies:     []string{filepath.Join(dir, "buckets.json")},
	}, truth.Until)
	if err == nil {
		inv.FullHistoryFrom = truth.From
	}
	return inv, err
}

func (o *organisation) readEvents(dir string) error {
	var err error
	now := func() time.Time { return o.truth.Until }
	o.stats, o.problems, err = aws.ReadEvents(noContext(), dir, aws.EventOptions{Now: now}, func(e *auditlog.Event) error {
		o.counts[o.uses.Add(e)]++
		kept := *e
		kept.Actions = slices.Clone(e.Actions)
		o.events = append(o.events, kept)
		return nil
	})
	return err
}

func TestReadersTakeEverything(t *testing.T) {
	t.Parallel()
	o := sample(t)
	if o.stats.In != int64(o.truth.Events) || o.stats.Parsed != o.stats.In || len(o.problems) > 0 {
		t.Errorf("read %d of %d events and parsed %d, problems %v", o.stats.In, o.truth.Events, o.stats.Parsed, o.problems)
	}
	for i, a := range o.truth.Accounts {
		inv := o.inventories[i]
		if len(inv.Problems) > 0 {
			t.Errorf("%s: problems: %v", a.ID, inv.Problems)
		}
		got := map[entitlement.Kind]int{}
		for _, id := range inv.Identities {
			got[id.Kind]++
		}
		want := map[entitlement.Kind]int{
			entitlement.User:  a.Counts.Users + 1, // The root user.
			entitlement.Group: a.Counts.Groups, entitlement.Role: a.Counts.Roles,
			entitlement.Function: a.Counts.Functions, entitlement.Instance: a.Counts.Instances,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: identities (-truth +read):\n%s", a.ID, diff)
		}
		if string(inv.System.ID) != a.ID || inv.System.Name != a.Name || len(inv.Controls) != 3 {
			t.Errorf("%s: system %+v with %d levels of controls", a.ID, inv.System, len(inv.Controls))
		}
	}
}

func TestEveryCallHasAPermission(t *testing.T) {
	t.Parallel()
	o := sample(t)
	open := map[string]bool{}
	for _, e := range o.events {
		switch e.Mapping {
		case auditlog.Unmapped:
			t.Errorf("%s:%s maps to no permission", e.Source, e.Name)
		case auditlog.NotPermissionBearing:
			open[e.Name] = true
		case auditlog.Mapped:
		}
	}
	want := map[string]bool{"ConsoleLogin": true, "SharedSnapshotVolumeCreated": true}
	if open["GetCallerIdentity"] { // Open to everyone: either view is right.
		want["GetCallerIdentity"] = true
	}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("calls without a permission (-want +got):\n%s", diff)
	}
}

func TestPoliciesNameRealActions(t *testing.T) {
	t.Parallel()
	cat := catalog.AWS()
	for _, inv := range sample(t).inventories {
		for id, p := range inv.Policies {
			doc, diagnostics := policy.Parse(p.Document)
			if len(diagnostics) > 0 {
				t.Errorf("%s: %v", id, diagnostics)
			}
			for _, s := range doc.Statements {
				for _, pattern := range slices.Concat(s.Actions, s.NotActions) {
					if cat.Match(pattern).Empty() {
						t.Errorf("%s: %s matches no action", id, pattern)
					}
				}
			}
		}
	}
}

// TestEventsAgreeWithGrants holds events and policies against each other by
// the evaluator: what succeeded is granted, what was refused is not.
func TestEventsAgreeWithGrants(t *testing.T) {
	t.Parallel()
	checkGrants(t, sample(t), 100)
}

func checkGrants(t *testing.T, o *organisation, atLeast int) {
	t.Helper()
	cat := catalog.AWS()
	for i, a := range o.truth.Accounts {
		account := policy.New(cat).Compile(o.inventories[i])
		checked := map[string]bool{}
		for _, e := range o.events {
			access := account.Access(e.Identity)
			refused := e.Outcome == auditlog.AuthorizationFailure
			key := string(e.Identity) + e.Source + e.Name + string(e.Outcome)
			if access == nil || e.IdentityType == "Root" || string(e.System) != a.ID || checked[key] || refused && e.Name == "StopLogging" || refused && e.Name == "DeleteTrail" {
				continue
			}
			checked[key] = true
			for n, action := range e.Actions {
				index, ok := cat.Index(action)
				if refused && n > 0 { // The refusal names one of the permissions.
					continue
				}
				if !ok || access.Granted().Has(index) == refused {
					t.Errorf("%s: %s ended with %q, but granted is %t", e.Identity, action, e.ErrorCode, !refused)
				}
			}
		}
		if len(checked) < atLeast {
			t.Errorf("%s: only %d kinds of calls were checked", a.ID, len(checked))
		}
	}
}

func TestFindingsAgreeWithTruth(t *testing.T) {
	t.Parallel()
	checkFindings(t, sample(t))
}

// TestOtherOrganisationsAgreeToo does the same for small ones of several
// seeds, from none to many administrators.
func TestOtherOrganisationsAgreeToo(t *testing.T) {
	t.Parallel()
	for _, options := range []tenant.Options{
		{Size: 100, Seed: 3}, {Size: 100, Seed: 6, SuperShare: 0.4}, {Size: 250, Seed: 8, SuperShare: -1}, {Size: 400, Seed: 20}, {Size: 133, Seed: 1 << 63},
	} {
		options.Out = t.TempDir()
		o, err := read(options)
		if err != nil {
			t.Fatal(err)
		}
		checkGrants(t, o, 20)
		checkFindings(t, o)
	}
}

func checkFindings(t *testing.T, o *organisation) {
	t.Helper()
	assessor := clouds.NewSet(assess.DefaultSettings()).Of(entitlement.AWS)
	for i, a := range o.truth.Accounts {
		got := map[entitlement.Category][]string{}
		for _, f := range assessor.Assess(o.inventories[i], o.uses, o.truth.Until, nil).Findings {
			name := string(f.Identity)
			if f.Resource != "" {
				name = f.Resource
			}
			if reachable := finding.Value(&f, finding.EvidenceReachable); f.Category == entitlement.InstanceBucketAccess &&
				reachable != fmt.Sprintf("%d of %d", a.Buckets.Reachable, a.Buckets.Total) {
				t.Errorf("%s reaches %s buckets, want %d of %d", name, reachable, a.Buckets.Reachable, a.Buckets.Total)
			}
			got[f.Category] = append(got[f.Category], name)
		}
		want := expected(a)
		for _, id := range o.inventories[i].Identities {
			if id.Kind == entitlement.Instance { // Each runs as a role that reads S3.
				want[entitlement.InstanceBucketAccess] = append(want[entitlement.InstanceBucketAccess], string(id.ID))
			}
		}
		for category, want := range want {
			if category != entitlement.ExcludedFromReports {
				want = without(want, slices.Concat(a.ExcludedFromReports, a.ExemptResources), o.inventories[i])
			}
			slices.Sort(want)
			slices.Sort(got[category])
			if diff := cmp.Diff(want, got[category], cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Errorf("%s: %s (-truth +found):\n%s", a.ID, category, diff)
			}
		}
	}
}

// expected returns the findings that follow from the truth.
func expected(a tenant.AccountTruth) map[entitlement.Category][]string {
	want := map[entitlement.Category][]string{
		entitlement.InactiveUser: a.Inactive.Users, entitlement.InactiveRole: a.Inactive.Roles,
		entitlement.InactiveGroup:    slices.Concat(a.Inactive.Groups, a.EmptyGroups),
		entitlement.InactiveFunction: a.Inactive.Functions, entitlement.InactiveInstance: a.Inactive.Instances,
		entitlement.SuperUser: a.Super.Users, entitlement.SuperRole: a.Super.Roles, entitlement.SuperGroup: a.Super.Groups,
		entitlement.SuperFunction: a.Super.Functions, entitlement.SuperInstance: a.Super.Instances,
		entitlement.UserWithoutMFA: a.WithoutMFA,
		entitlement.EscalationUser: a.Escalating.Users, entitlement.EscalationRole: a.Escalating.Roles,
		entitlement.EscalationFunction: a.Escalating.Functions, entitlement.EscalationInstance: a.Escalating.Instances,
		entitlement.SecurityToolUser: a.SecurityToolAdmins.Users, entitlement.SecurityToolRole: a.SecurityToolAdmins.Roles,
		entitlement.SecurityToolFunction: a.SecurityToolAdmins.Functions, entitlement.SecurityToolInstance: a.SecurityToolAdmins.Instances,
		entitlement.SecretAccessUser: a.SecretReaders.Users, entitlement.SecretAccessRole: a.SecretReaders.Roles,
		entitlement.SecretAccessFunction: a.SecretReaders.Functions, entitlement.SecretAccessInstance: a.SecretReaders.Instances,
		entitlement.ExternalAccount: a.ExternalAccounts, entitlement.RoleTrustsAccount: a.TrustsAccount, entitlement.RoleReachesExternal: a.ReachesAccounts,
		entitlement.BucketUnencrypted: a.Buckets.Unencrypted, entitlement.BucketManagedKeys: a.Buckets.ManagedKeys,
		entitlement.BucketPublic: a.Buckets.Public, entitlement.BucketCrossAccount: a.Buckets.CrossAccount,
		entitlement.OpenSecurityGroup:   a.OpenSecurityGroups,
		entitlement.ExcludedFromReports: slices.Concat(a.ExcludedFromReports, a.ExemptResources),
	}
	for _, k := range a.Keys {
		name := k.User[strings.LastIndexByte(k.User, '/')+1:] + "/access_key_" + string(rune('0'+k.Slot))
		if k.Old {
			want[entitlement.AccessKeyOld] = append(want[entitlement.AccessKeyOld], name)
		}
		if k.Unused {
			want[entitlement.AccessKeyUnused] = append(want[entitlement.AccessKeyUnused], name)
		}
	}
	return want
}

// without leaves out the exempt, whose findings are not reported.
func without(list, exempt []string, inv *entitlement.Inventory) []string {
	names := map[string]bool{}
	for _, arn := range exempt {
		names[arn] = true
		for _, id := range inv.Identities {
			if string(id.ID) == arn {
				for _, k := range id.Keys {
					names[string(k.ID)] = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return names[s] })
}

// TestIdentitiesUseLittleOfWhatTheyHold checks the published proportions: one
// percent overall, below five percent for workloads.
func TestIdentitiesUseLittleOfWhatTheyHold(t *testing.T) {
	t.Parallel()
	o := sample(t)
	assessor := clouds.NewSet(assess.DefaultSettings()).Of(entitlement.AWS)
	granted, used, workGranted, workUsed := 0, 0, 0, 0
	for i := range o.truth.Accounts {
		for _, id := range assessor.Assess(o.inventories[i], o.uses, o.truth.Until, nil).Identities {
			if id.Kind == entitlement.Group {
				continue
			}
			granted, used = granted+id.Granted, used+id.Used
			if !id.Kind.Human() {
				workGranted, workUsed = workGranted+id.Granted, workUsed+id.Used
			}
		}
	}
	if share := float64(used) / float64(granted); share <= 0 || share > 0.015 {
		t.Errorf("identities use %.3f%% of what they hold, want above 0 and at most 1.5%%", 100*share)
	}
	if share := float64(workUsed) / float64(workGranted); share <= 0 || share >= 0.05 {
		t.Errorf("workloads use %.3f%% of what they hold, want above 0 and below 5%%", 100*share)
	}
}
