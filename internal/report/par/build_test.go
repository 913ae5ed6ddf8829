package par_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/creep"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	"github.com/leastward/leastward/internal/report"
	"github.com/leastward/leastward/internal/report/par"
)

func build(tb testing.TB, in par.Input) *report.Report {
	tb.Helper()
	r, err := par.Build(in)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func table(tb testing.TB, r *report.Report, id string) *report.Table {
	tb.Helper()
	for _, t := range r.Tables() {
		if t.ID == id {
			return t
		}
	}
	tb.Fatalf("the report has no table %s", id)
	return nil
}

func short(t *report.Table) string {
	if t.Short != "" {
		return t.Short
	}
	return t.Title
}

// rows returns the table as people see it.
func rows(t *report.Table) [][]string {
	var out [][]string
	for _, row := range append(t.Rows, t.Totals) {
		var line []string
		for i, c := range row {
			line = append(line, c.Human(t.Columns[i].Digits))
		}
		if line != nil {
			out = append(out, line)
		}
	}
	return out
}

// TestEveryFindingIsShownOnce counts rows against findings, by category.
func TestEveryFindingIsShownOnce(t *testing.T) {
	t.Parallel()
	r := build(t, tenant(7))
	for _, c := range finding.Categories() {
		tab := table(t, r, strings.ReplaceAll(string(c), "_", "-"))
		if len(tab.Rows) != 14 {
			t.Errorf("%s has %d rows, want 14", c, len(tab.Rows))
		}
		if !strings.HasPrefix(tab.Lead, "14 of 140 (10.0 %) ") || !strings.HasSuffix(tab.Lead, ".") {
			t.Errorf("%s: got lead %q", c, tab.Lead)
		}
	}
}

// A report shows the tables of the clouds that it is about.
func TestTablesOfTheClouds(t *testing.T) {
	t.Parallel()
	of := func(clouds ...entitlement.Cloud) string {
		var in par.Input
		for i, c := range clouds {
			s := tenant(0).Systems[i]
			s.System.Cloud, s.Totals = c, nil
			in.Systems = append(in.Systems, s)
		}
		var ids []string
		for _, tab := range build(t, in).Tables() {
			ids = append(ids, tab.ID)
		}
		return strings.Join(ids, " ")
	}
	aws, azure, both := of(entitlement.AWS), of(entitlement.Azure), of(entitlement.Azure, entitlement.GCP)
	for id, want := range map[string][3]bool{
		"inactive-user": {true, true, true}, "super-role": {true, false, false}, "super-service-principal": {false, true, true},
		"privilege-escalation-service-account": {false, false, true}, "privilege-escalation-user": {true, false, true},
		"secret-access-user": {true, false, false}, "storage-managed-keys": {false, true, true}, "bucket-object-acls": {false, false, true},
	} {
		got := [3]bool{strings.Contains(aws, id), strings.Contains(azure, id), strings.Contains(both, id)}
		if got != want {
			t.Errorf("%s: on AWS, Azure, Azure and Google Cloud: %v, want %v", id, got, want)
		}
	}
	for _, tab := range build(t, tenant(1)).Tables() {
		if name := short(tab); len(name) > 31 {
			t.Errorf("the sheet's name %q is longer than 31 characters", name)
		}
	}
}

// TestUnknownCategory: a category that the report doesn't know is not lost.
func TestUnknownCategory(t *testing.T) {
	t.Parallel()
	in := tenant(1)
	in.Systems[0].Findings = append(in.Systems[0].Findings, oneFinding("open_bucket", "111122223333", 1))
	r := build(t, in)
	if n := len(table(t, r, "open-bucket").Rows); n != 1 {
		t.Errorf("got %d rows, want 1", n)
	}
}

func TestOneFindingsCells(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	f := oneFinding(entitlement.AccessKeyOld, "111122223333", 4)
	in.Systems[0].Findings = []entitlement.Finding{f}
	tab := table(t, build(t, in), "access-key-old")
	want := [][]string{{
		"application-deployment-pipeline-4", "AKIAEXAMPLE000000004", "acme-prod", "4", "12,906", "47.0", "medium", "0.04",
		"2025-10-27", "2023-10-27", "team-payments", "2025-10-27", "Actions used: 3 of 12,906 granted; Logs cover: 100% of 90 days",
	}}
	if diff := cmp.Diff(want, rows(tab)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var titles []string
	for _, c := range tab.Columns {
		titles = append(titles, c.Title)
	}
	wantTitles := []string{
		"Owner of the key", "Access key", "Authorization system, account", "Used", "Granted", "PCI", "Band", "PCI impact",
		"Last active on", "Key created on", "Owner", "First seen", "Evidence",
	}
	if diff := cmp.Diff(wantTitles, titles); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
}

// What is not about an identity has columns of its own, and no index.
func TestResourcesCells(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	bucket := entitlement.Finding{
		ID: "b", Category: entitlement.BucketCrossAccount, Resource: "arn:aws:s3:::shared", Name: "shared", Owner: "data", FirstSeen: at(),
		Evidence: []entitlement.Evidence{
			{Name: finding.EvidenceAccess, Value: "cross account"},
			{Name: finding.EvidenceAccounts, Value: "999988887777"},
			{Name: finding.EvidenceBecause, Value: "statement Partner"},
			{Name: finding.EvidenceEncryption, Value: "SSE-S3"},
		},
	}
	exempt := bucket
	exempt.ID, exempt.Category = "x", entitlement.ExcludedFromReports
	exempt.Evidence = []entitlement.Evidence{{Name: "Tag value", Value: "yes"}}
	in.Systems[0].Findings = []entitlement.Finding{bucket, exempt}
	r := build(t, in)
	tab := table(t, r, "bucket-cross-account")
	want := [][]string{{"shared", "acme-prod", "cross account", "999988887777", "statement Partner", "SSE-S3", "data", "2025-10-31"}}
	if diff := cmp.Diff(want, rows(tab)); diff != "" || tab.Rows[0][0].ID() != bucket.Resource {
		t.Errorf("id %s (-want +got):\n%s", tab.Rows[0][0].ID(), diff)
	}
	want = [][]string{{"shared", "bucket", "acme-prod", "", "", "", "", "", "", "", "data", "2025-10-31", "Tag value: yes"}}
	if diff := cmp.Diff(want, rows(table(t, r, "excluded-from-reports"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The ways of an escalation stand in one cell, the best first.
func TestEscalationsCells(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	f := oneFinding(entitlement.EscalationRole, "111122223333", 4)
	f.Evidence = []entitlement.Evidence{
		{Name: finding.EvidenceWays, Value: "2"}, {Name: finding.EvidenceWay, Value: "iam-001 first"}, {Name: finding.EvidenceWay, Value: "iam-002 second"},
	}
	in.Systems[0].Findings = []entitlement.Finding{f}
	want := [][]string{{
		"application-deployment-pipeline-4", "acme-prod", "2: iam-001 first; iam-002 second", "47.0", "medium",
		"2025-10-27", "2023-10-27", "team-payments", "2025-10-27",
	}}
	if diff := cmp.Diff(want, rows(table(t, build(t, in), "privilege-escalation-role"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A category that looked at nothing does not read as one that found nothing.
func TestNothingLookedAt(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	for i := range in.Systems {
		delete(in.Systems[i].Totals, entitlement.BucketPublic)
		in.Systems[i].Totals[entitlement.ExternalAccount] = 0
	}
	r := build(t, in)
	for id, want := range map[string]string{"bucket-public": "None: the collection read nothing that this could be about.", "external-access": "None."} {
		if got := table(t, r, id).Empty; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	in.Systems = in.Systems[:1]
	in.Systems[0].Identities = []par.Identity{
		{entitlement.User, 33.4, true},
		{entitlement.User, 33.5, true},
		{entitlement.User, 100, false},
		{entitlement.Role, 67.6, true},
		{entitlement.Function, 0, true},
	}
	want := [][]string{{"Human", "1", "1", "0", "2"}, {"Workload", "1", "0", "1", "2"}, {"All", "2", "1", "1", "4"}}
	r := build(t, in)
	if diff := cmp.Diff(want, rows(table(t, r, "pci-distribution"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if lead := r.Sections[1].Lead; !strings.Contains(lead, "1 identity (") {
		t.Errorf("the lead doesn't say who is left out: %s", lead)
	}
}

// TestMergedIndex: the total is that of all identities, not a mean.
func TestMergedIndex(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	in.Systems[0].Sum = creep.Sum{Excess: 0.9, Used: 0.1, Identities: 1}
	in.Systems[1].Sum = creep.Sum{Used: 0.5, Unobservable: 0.5, Identities: 99}
	sum := in.Systems[0].Sum
	sum.Add(in.Systems[1].Sum)
	got := rows(table(t, build(t, in), "systems"))
	index := report.Decimal(sum.PCI()).Human(1)
	want := []string{"All systems", "", index, string(creep.DefaultEdges().Band(sum.PCI())), report.Decimal(sum.Lower()).Human(1), report.Decimal(sum.Upper()).Human(1), "75.0 %", "200", "0", "2", ""}
	if diff := cmp.Diff(want, got[2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	before := tenant(3)
	for i := range before.Systems {
		before.Systems[i].At = before.Systems[i].At.AddDate(0, 0, -7)
	}
	now := tenant(3)
	f := &now.Systems[0].Findings
	*f = append((*f)[2:], oneFinding(entitlement.InactiveUser, "111122223333", 999)) // Two resolved, one new.
	now.Previous = par.RunOf(&before)
	tab := table(t, build(t, now), "categories")
	want := []string{"Inactive users", "5", "60", "8.3 %", "6", "-1", "1", "2"}
	if diff := cmp.Diff(want, rows(tab)[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if tab.Note != "" {
		t.Errorf("got caveat %q for the same scope", tab.Note)
	}
	now.Systems[0].CatalogVersion = "aws-2025.11.1"
	if tab := table(t, build(t, now), "categories"); !strings.Contains(tab.Note, "catalogue") {
		t.Errorf("got caveat %q for another catalogue", tab.Note)
	}
	now.Systems = now.Systems[1:]
	if tab := table(t, build(t, now), "categories"); !strings.Contains(tab.Note, "other authorization systems") {
		t.Errorf("got caveat %q for another scope", tab.Note)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	in := tenant(0)
	in.Systems[0].CoveredFrom = time.Time{}
	want := []string{
		"This report is partial: the collection had 2 problems, listed in the section Problems of the collection. What could not be read is not in the figures.",
		"acme-prod (111122223333): there are no event logs. Activity is known only from what the cloud itself records about credentials and roles.",
		"acme-dev (444455556666): the logs reach back to 2025-10-01, 33 % of the window. An identity that was active before then may be called inactive.",
	}
	if diff := cmp.Diff(want, build(t, in).Warnings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	whole := tenant(0)
	whole.Systems = whole.Systems[:1]
	whole.Systems[0].Problems = nil
	if got := build(t, whole).Warnings; got != nil {
		t.Errorf("a complete report warns: %q", got)
	}
}

func TestProblemsAreListed(t *testing.T) {
	t.Parallel()
	want := []string{"acme-prod", "access_denied", "GetCredentialReport", "iam:GetCredentialReport", "add iam:GetCredentialReport to the exporter's role"}
	if diff := cmp.Diff(want, rows(table(t, build(t, tenant(0)), "problems"))[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBuildErrors(t *testing.T) {
	t.Parallel()
	if _, err := par.Build(par.Input{}); err == nil || !strings.Contains(err.Error(), "no authorization system") {
		t.Errorf("nothing assessed: got %v", err)
	}
	in := tenant(0)
	in.Edges = creep.Edges{Medium: 70, High: 60}
	if _, err := par.Build(in); err == nil || !strings.Contains(err.Error(), "bands.high") {
		t.Errorf("bad edges: got %v", err)
	}
}

func TestFromAssessment(t *testing.T) {
	t.Parallel()
	a := &assess.Assessment{
		System: entitlement.System{ID: "1"}, At: at(), Window: time.Hour, Sum: creep.Sum{Excess: 1, Identities: 1},
		Identities: []assess.Identity{{Identity: &entitlement.Identity{Kind: entitlement.User}, Score: creep.Sum{Excess: 1, Identities: 1}, InPCI: true}},
		Findings:   []entitlement.Finding{oneFinding(entitlement.SuperUser, "1", 1)},
	}
	r := build(t, par.Input{Systems: []par.System{par.FromAssessment(a, nil)}})
	if n := len(table(t, r, "super-user").Rows); n != 1 {
		t.Errorf("got %d super users, want 1", n)
	}
	if got := rows(table(t, r, "pci-distribution"))[0]; got[3] != "1" {
		t.Errorf("got distribution %v, want one high human", got)
	}
}

// TestOrderOfInputDoesNotMatter: the same findings in any order give the same
// report.
func TestOrderOfInputDoesNotMatter(t *testing.T) {
	t.Parallel()
	a, b := tenant(5), tenant(5)
	f := b.Systems[1].Findings
	for i, j := 0, len(f)-1; i < j; i, j = i+1, j-1 {
		f[i], f[j] = f[j], f[i]
	}
	if build(t, a).Hash() != build(t, b).Hash() {
		t.Error("the reports differ")
	}
}
