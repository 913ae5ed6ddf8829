package aws_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/testkit"
)

// policy holds docs/policies/exporter-aws-read.json against the operations
// that a collection with every source calls: it allows each of them and nothing
// else.
func (l live) policy() {
	t, c := l.T, l.cloud
	member, _ := c.member(t)
	member.seed(t)
	member.seedResources(t)
	member.seedViewer(t)
	member.answerCenter()
	tr := member.queue(t)
	tr.send(t, tr.told(tr.file(t, time.Now(), "a")))
	member.answerAdvisor()
	member.on("cloudtrail:LookupEvents", always(&answer{status: 200, body: `{"Events":[]}`}))
	called := map[string]bool{}
	for _, lookup := range []bool{false, true} {
		o := tr.options()
		o.AccessAdvisor, o.LookupEvents, o.OrganizationRole = true, lookup, c.organizationRole()
		o.IdentityCenter = aws.IdentityCenter{Region: region}
		if lookup {
			o.Trail = aws.Bucket{}
		}
		inv, collector := member.collect(t, o)
		_, out := read(t, collector, aws.Checkpoint{})
		if !lookup {
			confirm(t, out)
		}
		if problems := append(inv.Problems, out.Problems...); len(problems) > 0 {
			t.Errorf("problems: %+v", problems)
		}
		for _, s := range collector.Stats() {
			called[s.Action()] = true
		}
	}
	organization := c.collector(t, c.options())
	if _, err := organization.Discover(t.Context(), true); err != nil {
		t.Error(err)
	}
	for _, s := range organization.Stats() {
		called[s.Action()] = true
	}
	delete(called, "sts:GetCallerIdentity") // Needs no permission.
	if diff := cmp.Diff(policyActions(t), slices.Sorted(maps.Keys(called))); diff != "" {
		t.Errorf("policy and calls differ (-policy +called):\n%s", diff)
	}
	documented(t, policyActions(t))
}

func policyActions(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "policies", "exporter-aws-read.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Statement []struct {
			Effect string
			Action []string
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, s := range doc.Statement {
		if s.Effect != "Allow" || len(s.Action) == 0 {
			t.Errorf("statement %+v: want Allow with a list of actions", s)
		}
		all = append(all, s.Action...)
	}
	slices.Sort(all)
	return all
}

// documented checks that docs/permissions-aws.md explains every action.
func documented(t *testing.T, actions []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "permissions-aws.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range actions {
		if !strings.Contains(string(data), "`"+a+"`") {
			t.Errorf("docs/permissions-aws.md doesn't explain %s", a)
		}
	}
}

// lookupInput is what the tests need of a LookupEvents request.
type lookupInput struct {
	start, end time.Time
	page       int
}

func decodeLookup(t *testing.T, body string) lookupInput {
	t.Helper()
	var in struct {
		StartTime, EndTime float64
		NextToken          string
	}
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&in); err != nil {
		t.Errorf("decode %q: %v", body, err)
	}
	page, _ := strconv.Atoi(in.NextToken) // "" is the first.
	return lookupInput{time.Unix(int64(in.StartTime), 0), time.Unix(int64(in.EndTime), 0), page}
}
