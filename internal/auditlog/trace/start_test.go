package trace_test

import (
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestBadStarts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		start trace.Start
		says  string
	}{
		"nothing":      {trace.Start{}, "one of identity, session, access_key and address is wanted"},
		"two":          {trace.Start{Address: "192.0.2.1", AccessKey: "AKIA1"}, "access_key, address: only one"},
		"role alone":   {trace.Start{Identity: "x", Role: "r"}, "role: stands beside session only"},
		"backwards":    {trace.Start{Address: "192.0.2.1", From: clock(12, 0), To: clock(11, 0)}, "from: 2023-07-10T12:00:00Z is not before to, 2023-07-10T11:00:00Z"},
		"depth":        {trace.Start{Address: "192.0.2.1", Depth: 33}, "depth: 33 is not between -1 and 32"},
		"a network":    {trace.Start{Address: "10.0.0.0/8"}, "address: 10.0.0.0/8 is a network"},
		"not UTF-8":    {trace.Start{Session: "a\xff"}, "session: is not UTF-8"},
		"too long":     {trace.Start{AccessKey: entitlement.AccessKeyID(strings.Repeat("A", 3000))}, "access_key: has 3000 bytes; at most 2048"},
		"many nodes":   {trace.Start{Address: "192.0.2.1", MaxNodes: 3}, "max_nodes: 3 is not between 10 and 5000"},
		"many events":  {trace.Start{Address: "192.0.2.1", MaxEvents: 2_000_000}, "max_events: 2000000 is not between"},
		"several ones": {trace.Start{Depth: -5, Back: 99}, "back: 99"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(nil)
			_, err := tracer(t, m).Trace(t.Context(), c.start)
			if err == nil || !strings.Contains(err.Error(), c.says) || m.asked > 0 {
				t.Errorf("%v after %d questions; %q is wanted", err, m.asked, c.says)
			}
		})
	}
	if _, err := trace.New(trace.Options{}); err == nil {
		t.Error("a tracer without a source")
	}
}

func TestAStartWithoutEventsStandsAlone(t *testing.T) {
	t.Parallel()
	for id, s := range map[string]trace.Start{
		"address:192.0.2.1":                        {Address: "192.0.2.1"},
		"access_key:AKIA1":                         {AccessKey: "AKIA1"},
		"access_key:ASIA1":                         {AccessKey: "ASIA1"},
		"identity:arn:aws:iam::1:user/x":           {Identity: "arn:aws:iam::1:user/path/x"},
		"session:arn:aws:iam::1:role/r/s":          {Identity: "arn:aws:sts::1:assumed-role/r/s"},
		"session:r/s":                              {Session: "s", Role: "r"},
		"service:AWS Internal":                     {Address: "AWS Internal"},
		"session:arn:aws:iam::1:role/r/a/b":        {Identity: "arn:aws:sts::1:assumed-role/r/a/b"},
		"identity:arn:aws:sts::1:assumed-role/odd": {Identity: "arn:aws:sts::1:assumed-role/odd"},
	} {
		g := follow(t, nil, s)
		if len(g.Nodes) != 1 || g.Nodes[0].ID != id || !g.Nodes[0].Start || g.Events != 0 || g.Truncated != nil {
			t.Errorf("%+v: %+v, want the node %s", s, g, id)
		}
	}
}

// Who gives a name for an identity is told what an identity is.
func TestNothingFoundHelps(t *testing.T) {
	t.Parallel()
	for identity, says := range map[entitlement.IdentityID]string{
		"ada":                                "such as arn:aws:iam::111122223333:user/ada; a query by username shows it",
		"arn:aws:iam::111122223333:user/eve": "No event of ",
	} {
		g, err := tracer(t, newMemory(nil)).Trace(t.Context(), trace.Start{Identity: identity})
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := trace.Text(&text, g); err != nil || !strings.Contains(text.String(), says) {
			t.Errorf("%s: %v, %s", identity, err, text.String())
		}
	}
}
