package trace_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/auditlog"
	"github.com/leastward/leastward/internal/auditlog/trace"
	"github.com/leastward/leastward/internal/entitlement"
)

const account = "111122223333"

func at(minute int) time.Time { return time.Date(2025, 3, 1, 0, minute, 0, 0, time.UTC) }

// world draws events of a few users, keys, sessions and machines that act on
// each other without much sense.
func world(t *rapid.T) []auditlog.Event {
	n := rapid.IntRange(1, 60).Draw(t, "events")
	events := make([]auditlog.Event, n)
	for i := range events {
		events[i] = drawEvent(t, i)
	}
	return events
}

func user(i int) entitlement.IdentityID {
	return entitlement.IdentityID(fmt.Sprintf("arn:aws:iam::%s:user/u%d", account, i))
}

func role(i int) string { return fmt.Sprintf("arn:aws:iam::%s:role/r%d", account, i) }

func drawEvent(t *rapid.T, i int) auditlog.Event {
	small := rapid.IntRange(0, 3)
	who, what := small.Draw(t, "who"), small.Draw(t, "what")
	ev := auditlog.Event{
		ID: fmt.Sprintf("e%03d", i), Time: at(rapid.IntRange(0, 40).Draw(t, "minute")), Cloud: entitlement.AWS,
		System: entitlement.SystemID(rapid.SampledFrom([]string{account, "444455556666"}).Draw(t, "system")), Region: "eu-west-1",
		Identity: user(who), IdentityName: fmt.Sprintf("u%d", who), IdentityType: "IAMUser", Mapping: auditlog.Mapped,
		AccessKey: entitlement.AccessKeyID(fmt.Sprintf("AKIA%d", who)), Address: fmt.Sprintf("198.51.100.%d", small.Draw(t, "address")),
		Outcome: rapid.SampledFrom([]auditlog.Outcome{auditlog.Success, auditlog.Success, auditlog.AuthorizationFailure, auditlog.Error}).Draw(t, "outcome"),
	}
	switch rapid.IntRange(0, 3).Draw(t, "session") {
	case 0: // With the long-lived key.
	case 1:
		ev.AccessKey = rapid.SampledFrom([]entitlement.AccessKeyID{"", "ASIA8", "ASIA9"}).Draw(t, "console key")
	default:
		ev.Identity, ev.IdentityName = entitlement.IdentityID(role(who)), fmt.Sprintf("r%d", who)
		ev.AccessKey = entitlement.AccessKeyID(fmt.Sprintf("ASIA%d", who))
		ev.Session = rapid.SampledFrom([]string{"s", "i-0123456789abcdef0", "fn"}).Draw(t, "name")
	}
	drawCall(t, &ev, what)
	return ev
}

func drawCall(t *rapid.T, ev *auditlog.Event, what int) {
	call := func(source, name string, actions ...entitlement.Action) {
		ev.Source, ev.Name, ev.Actions = source+".amazonaws.com", name, actions
	}
	on := func(arn, typ string) {
		ev.Resources = append(ev.Resources, auditlog.Resource{ID: entitlement.ResourceID(arn), Type: typ})
	}
	switch rapid.IntRange(0, 7).Draw(t, "call") {
	case 0:
		call("sts", "AssumeRole", "sts:AssumeRole")
		on(role(what), "AWS::IAM::Role")
		ev.Detail = fmt.Sprintf("%s s arn:aws:sts::%s:assumed-role/r%d/s", role(what), account, what)
		if ev.Outcome == auditlog.Success {
			ev.Issued = []entitlement.AccessKeyID{entitlement.AccessKeyID(fmt.Sprintf("ASIA%d", what))}
		}
	case 1:
		call("iam", "CreateAccessKey", "iam:CreateAccessKey")
		on(string(user(what)), "AWS::IAM::User")
		if ev.Outcome == auditlog.Success {
			ev.Issued = []entitlement.AccessKeyID{entitlement.AccessKeyID(fmt.Sprintf("AKIA%d", what))}
		}
	case 2:
		call("iam", "CreateUser", "iam:CreateUser")
		on(string(user(what)), "AWS::IAM::User")
	case 3:
		call("ec2", "RunInstances", "ec2:RunInstances", "iam:PassRole")
		ev.Detail = "i-0123456789abcdef0"
	case 4:
		call("iam", "UpdateLoginProfile", "iam:UpdateLoginProfile")
		on(string(user(what)), "AWS::IAM::User")
	case 5:
		call("secretsmanager", "GetSecretValue", "secretsmanager:GetSecretValue")
		on(fmt.Sprintf("arn:aws:secretsmanager:eu-west-1:%s:secret:x%d", account, rapid.IntRange(0, 20).Draw(t, "secret")), "")
	case 6:
		call("ec2", "DescribeThings"+fmt.Sprint(rapid.IntRange(0, 15).Draw(t, "read")))
		ev.ReadOnly = true
	default:
		call("sqs", "SendMessage", "sqs:SendMessage")
	}
}

func drawStart(t *rapid.T) trace.Start {
	s := trace.Start{
		From: at(0), To: at(rapid.IntRange(20, 60).Draw(t, "to")),
		Depth: rapid.SampledFrom([]int{-1, 1, 2, 0}).Draw(t, "depth"), Back: rapid.SampledFrom([]int{-1, 1, 0}).Draw(t, "back"),
		MaxEvents: rapid.SampledFrom([]int{3, 20, 0}).Draw(t, "max events"), MaxNodes: rapid.SampledFrom([]int{10, 12, 0}).Draw(t, "max nodes"),
		EventsPerEdge: rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "per edge"),
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		s.Identity = user(1)
	case 1:
		s.Session = "s"
	case 2:
		s.AccessKey = rapid.SampledFrom([]entitlement.AccessKeyID{"AKIA1", "ASIA1"}).Draw(t, "key")
	default:
		s.Address = "198.51.100.1"
	}
	return s
}

func TestEveryGraphIsWholeAndTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events, start := world(t), drawStart(t)
		run := func(events []auditlog.Event) *trace.Graph {
			tr, err := trace.New(trace.Options{Source: newMemory(events)})
			if err != nil {
				t.Fatal(err)
			}
			g, err := tr.Trace(t.Context(), start)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		g := run(events)
		checkWhole(t, g)
		checkOnce(t, g)
		shuffled := append([]auditlog.Event(nil), events...)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(len(shuffled), func(i, j int) { //nolint:gosec // The draw decides the order.
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		if diff := cmp.Diff(g, run(append(shuffled, shuffled...))); diff != "" {
			t.Fatalf("another order, and every event twice, change the graph:\n%s", diff)
		}
	})
}
