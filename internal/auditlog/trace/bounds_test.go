package trace_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/search"
	"github.com/leastward/leastward/internal/auditlog/trace"
)

// fan is a story of someone who assumes n roles, each of which reads a secret.
func fan(tb testing.TB, n int) []auditlog.Event {
	tb.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "1 mallory/AKIA1 sts:AssumeRole on=iam:role/r%d issues=ASIA%d\n", i, i)
		fmt.Fprintf(&b, "2 r%d/s/ASIA%d secretsmanager:GetSecretValue on=arn:aws:secretsmanager:eu-west-1:1:secret:x%d\n", i, i, i)
	}
	return told(tb, b.String())
}

func TestManyLeadsTakeFewQueries(t *testing.T) {
	t.Parallel()
	m := newMemory(fan(t, 1000))
	g, err := tracer(t, m).Trace(t.Context(), trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59), MaxNodes: 5000})
	if err != nil {
		t.Fatal(err)
	}
	checkWhole(t, g)
	// One for the start, five for 1,000 keys, one or two to look back.
	if g.Events != 2000 || m.asked > 1+5+2 || g.Truncated != nil {
		t.Errorf("%d events of 2000 in %d queries, truncated: %+v", g.Events, m.asked, g.Truncated)
	}
}

func TestBoundsHoldAndSaySo(t *testing.T) {
	t.Parallel()
	events := fan(t, 100)
	for name, c := range map[string]struct {
		change        func(*trace.Start)
		events, nodes int
		truncated     trace.Truncated
	}{
		"none":   {func(*trace.Start) {}, 200, 203, trace.Truncated{}},
		"nodes":  {func(s *trace.Start) { s.MaxNodes = 50 }, 200, 50, trace.Truncated{Nodes: 154}},
		"depth":  {func(s *trace.Start) { s.Depth = -1 }, 100, 103, trace.Truncated{LeadsTotal: 100}},
		"events": {func(s *trace.Start) { s.MaxEvents = 130 }, 123, 126, trace.Truncated{Events: true, Until: at(2)}},
		"early":  {func(s *trace.Start) { s.MaxEvents = 60 }, 59, 62, trace.Truncated{Events: true, Until: at(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59), MaxNodes: 5000}
			c.change(&s)
			g := follow(t, events, s)
			checkWhole(t, g)
			got := trace.Truncated{}
			if g.Truncated != nil {
				got = *g.Truncated
				if len(got.Leads) != min(got.LeadsTotal, 100) {
					t.Errorf("%d leads are named of %d", len(got.Leads), got.LeadsTotal)
				}
				got.Leads = nil
			}
			if g.Events != c.events || len(g.Nodes) != c.nodes || got.Events != c.truncated.Events || got.Until != c.truncated.Until ||
				got.LeadsTotal != c.truncated.LeadsTotal || got.Nodes != c.truncated.Nodes {
				t.Errorf("%d events, %d nodes, %+v; want %d, %d, %+v", g.Events, len(g.Nodes), got, c.events, c.nodes, c.truncated)
			}
			var text bytes.Buffer
			if err := trace.Text(&text, g); err != nil || (g.Truncated != nil) != (strings.Contains(text.String(), "Not followed: ") ||
				strings.Contains(text.String(), "There are more than") || strings.Contains(text.String(), "Shown as one: ")) {
				t.Errorf("%v, text:\n%s", err, text.String()[:300])
			}
		})
	}
}

// TestWhatMattersIsFoundAmongTooMuch holds that a way is not lost in a mass of
// ordinary calls.
func TestWhatMattersIsFoundAmongTooMuch(t *testing.T) {
	t.Parallel()
	var story strings.Builder
	for range 300 {
		story.WriteString("1 mallory/AKIA1 sqs:SendMessage\n")
	}
	story.WriteString("2 mallory/AKIA1 sqs:SendMessage\n3 mallory/AKIA1 iam:CreateUser on=iam:user/eve\n" +
		"4 mallory/AKIA1 lambda:UpdateFunctionCode20150331v2 on=arn:aws:lambda:eu-west-1:111122223333:function:fn\n" +
		"4 eve/AKIA2 kms:PutKeyPolicy\n5 mallory/AKIA1 sts:AssumeRole on=iam:role/r1 issues=ASIA1\n6 r1/s1/ASIA1 sqs:SendMessage\n")
	events := told(t, story.String())
	start := trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59), MaxEvents: 100}
	g := follow(t, events, start)
	checkWhole(t, g)
	want := "01 mallory other sqs 75\n03 mallory created_identity eve 1\n04 eve changed_policy kms 1\n04 mallory ran_code fn 1\n" +
		"05 mallory assumed_role s1 1\n06 s1 other sqs 1\n"
	if got := ways(g, false); got != want || g.Truncated == nil || g.Truncated.Until != at(1) {
		t.Errorf("ways:\n%s, truncated %+v", got, g.Truncated)
	}
	fromStore, err := tracer(t, trace.Searched(stored(t, events, at(59)), search.Caller{})).Trace(t.Context(), start)
	if diff := cmp.Diff(g, fromStore); err != nil || diff != "" {
		t.Errorf("from the store: %v (-in memory +from the store)\n%s", err, diff)
	}
}

func TestManyStartsAreBoundedAsWell(t *testing.T) {
	t.Parallel()
	g := follow(t, fan(t, 30), trace.Start{Session: "s", From: at(0), To: at(59), MaxNodes: 10})
	checkWhole(t, g)
	if last := g.Nodes[len(g.Nodes)-1]; g.Events != 61-1 || !slices.ContainsFunc(g.Nodes, func(n trace.Node) bool { return n.Kind == trace.More && n.Start }) {
		t.Errorf("%d events, last node %+v", g.Events, last)
	}
}

// broken fails, or answers from a part of a cluster.
type broken struct {
	*memory
	each, raw error
	partial   bool
}

func (b broken) Each(ctx context.Context, q query.Query, f func(*auditlog.Event) error) (auditlog.Outcomes, error) {
	if b.each != nil {
		return auditlog.Outcomes{}, b.each
	}
	_, err := b.memory.Each(ctx, q, f)
	return auditlog.Outcomes{Partial: b.partial}, err
}

func (b broken) Raw(ctx context.Context, events []auditlog.Event) error {
	return errors.Join(b.raw, b.memory.Raw(ctx, events))
}

func TestFaults(t *testing.T) {
	t.Parallel()
	m := newMemory(told(t, "1 mallory/AKIA1 iam:CreateUser on=iam:user/eve"))
	start := trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)}
	if _, err := tracer(t, broken{memory: m, each: auditlog.ErrUnavailable}).Trace(t.Context(), start); !errors.Is(err, auditlog.ErrUnavailable) {
		t.Errorf("a store that is away: %v", err)
	}
	if _, err := tracer(t, broken{memory: m, raw: auditlog.ErrDamaged}).Trace(t.Context(), start); !errors.Is(err, auditlog.ErrDamaged) {
		t.Errorf("records that are damaged: %v", err)
	}
	g, err := tracer(t, broken{memory: m, partial: true}).Trace(t.Context(), start)
	if err != nil || !g.Partial {
		t.Errorf("a part of a cluster: %+v, %v", g, err)
	}
}

func TestTextAndDOTCannotBeSteered(t *testing.T) {
	t.Parallel()
	events := told(t, "1 mallory/AKIA1 sts:AssumeRole on=iam:role/r issues=ASIA1\n2 r/evil/ASIA1 sqs:SendMessage")
	events[1].Session = "\x1b[2J\"];\nevil -> \\ all"
	g := follow(t, events, trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)})
	var text, dot bytes.Buffer
	if err := errors.Join(trace.Text(&text, g), trace.DOT(&dot, g)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String()+dot.String(), "\x1b") || !strings.Contains(text.String(), "·[2J\"];·evil") {
		t.Errorf("text:\n%q", text.String())
	}
	if !strings.Contains(dot.String(), `·[2J\"];·evil -> \\ all`) || strings.Count(dot.String(), "\n") != 3+len(g.Nodes)+len(g.Edges)+1 {
		t.Errorf("DOT:\n%s", dot.String())
	}
	if err := trace.Text(full{}, g); err == nil {
		t.Error("a full disk goes unnoticed")
	}
	if err := trace.DOT(full{}, g); err == nil {
		t.Error("a full disk goes unnoticed")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestTheTimelineTellsEveryEdge(t *testing.T) {
	t.Parallel()
	g := follow(t, fan(t, 3), trace.Start{AccessKey: "AKIA1", From: at(0), To: at(59)})
	entries := g.Timeline()
	if len(entries) != len(g.Edges) || !slices.IsSortedFunc(entries, func(a, b trace.Entry) int { return a.Time.Compare(b.Time) }) {
		t.Errorf("%d entries for %d edges, or out of order: %+v", len(entries), len(g.Edges), entries)
	}
	for i, e := range entries {
		if e.Edge != g.Edges[i].ID || e.Sentence != g.Edges[i].Sentence || e.Count != g.Edges[i].Count {
			t.Errorf("entry %+v is not of edge %+v", e, g.Edges[i])
		}
	}
}
