package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// tooMany is how many ways to complete a request are not tried.
const tooMany = 3000

// counts are the answers that were held against the oracle.
type counts struct {
	verdicts       [4]atomic.Int64
	blunt, skipped atomic.Int64
}

// A definite answer is the oracle's on every completion of what is not known.
// A conditional one is so because completions differ, unless something unknown
// is asked for twice.
func TestDecideAgreesWithTheOracleOfEstates(t *testing.T) {
	t.Parallel()
	var n counts
	texts := newLibrary()
	rapid.Check(t, func(t *rapid.T) {
		d := &drawer{t: t}
		accounts := d.estate()
		estate := compiled(accounts)
		clear(texts.documents)
		used := &aws.Decision{} // For all questions of the draw.
		for range 4 {
			q := d.question()
			w := &world{accounts: accounts, who: personOf(accounts, q.who), action: q.action, resource: q.target, sessionPolicies: q.narrowed, filled: map[string]string{}, texts: texts}
			opens, heard := w.opens(q.told)
			if ways(opens) > tooMany {
				n.skipped.Add(1)
				continue
			}
			r := request(t, &q)
			if err := estate.Decide(r, used); err != nil {
				t.Fatal(err)
			}
			if fault := n.judge(used, w.complete(opens), opens, heard); fault != "" {
				t.Fatalf("%s: %s may %s on %s, told %v, session %v, open %v\nbecause %+v, keys %v\n%s",
					fault, q.who, q.action, q.target, q.told, q.narrowed, opens, used.Because, used.Keys, written(accounts, q.narrowed))
			}
		}
	})
	for v := range n.verdicts {
		t.Logf("%s: %d", aws.Verdict(v), n.verdicts[v].Load())
	}
	t.Logf("%d conditional though all completions agree; %d not tried", n.blunt.Load(), n.skipped.Load())
}

func compiled(accounts []*entitlement.Inventory) *aws.Estate {
	var out []*aws.Account
	for _, inv := range accounts {
		out = append(out, evaluator().Compile(inv))
	}
	return aws.NewEstate(out...)
}

type fatal interface{ Fatal(args ...any) }

// request puts a question to the evaluator.
func request(t fatal, q *question) *aws.Request {
	r := &aws.Request{Principal: q.who, Action: q.action, Resource: q.target}
	if len(q.told) > 0 {
		r.Context = aws.NewContext(q.told)
	}
	for _, doc := range q.narrowed {
		s, diags := evaluator().SessionPolicy([]byte(doc))
		for _, d := range diags {
			if d.Level == aws.Rejected {
				t.Fatal(d)
			}
		}
		r.Session = append(r.Session, s)
	}
	return r
}

// written is all documents.
func written(accounts []*entitlement.Inventory, more []string) string {
	var b strings.Builder
	add := func(what string, doc []byte) {
		if doc != nil {
			fmt.Fprintf(&b, "%s: %s\n", what, doc)
		}
	}
	for _, inv := range accounts {
		fmt.Fprintf(&b, "# %s, %+v, controls %v, resource controls %v\n", inv.System.ID, inv.Organization, inv.Controls, inv.ResourceControls)
		for id, p := range inv.Policies {
			add(string(id), p.Document)
		}
		for i := range inv.Identities {
			one := &inv.Identities[i]
			fmt.Fprintf(&b, "%s has %v, boundary %q, groups %v, tags %v\n", one.ID, one.Policies, one.Boundary, one.Groups, one.Tags)
			add("trust", one.Trust)
		}
		for i := range inv.Resources {
			fmt.Fprintf(&b, "%s has tags %v, unknown %t\n", inv.Resources[i].ID, inv.Resources[i].Tags, inv.Resources[i].PolicyUnknown)
			add("policy", inv.Resources[i].Policy)
		}
	}
	for _, doc := range more {
		add("session policy", []byte(doc))
	}
	return b.String()
}

func ways(opens []open) int {
	n := 1
	for _, o := range opens {
		n *= len(o.options)
	}
	return n
}

// judge holds an answer against those of all completions.
func (n *counts) judge(d *aws.Decision, found map[string]bool, opens []open, heard string) string {
	can, must := found[allowed], found[allowed] && len(found) == 1
	wrong := false
	n.verdicts[d.Verdict].Add(1)
	switch d.Verdict {
	case aws.Allowed:
		wrong = !must
	case aws.ExplicitlyDenied:
		wrong = !found[denied] || len(found) > 1
	case aws.ImplicitlyDenied:
		wrong = can || !found[silent] && !twice(opens, heard)
	case aws.Conditional:
		if len(d.Because) == 0 || len(d.Keys) == 0 && !strings.Contains(fmt.Sprint(opens), openHole) {
			return "nothing would decide a conditional answer"
		}
		if can && !must {
			return ""
		}
		n.blunt.Add(1)
		wrong = !twice(opens, heard)
	}
	if wrong {
		return fmt.Sprintf("%s, completed %v", d.Verdict, found)
	}
	return ""
}

// twice reports whether something that is not known stands in the statements
// more than once, so that statements that hang on it are not independent. A
// policy variable whose key is there, though its value is not known, is taken
// as one that may have several values and so none that a policy can use.
func twice(opens []open, heard string) bool {
	for _, o := range opens {
		word := o.name
		if word == openSession {
			word = "assumed-role/"
			if strings.Contains(heard, "aws:userid") {
				return true // It goes with the name of the session.
			}
		}
		if strings.Count(heard, word) > 1 || there(o) && strings.Contains(heard, "${"+word) {
			return true
		}
	}
	return false
}

// there reports whether the key is known not to be absent.
func there(o open) bool {
	return !slices.ContainsFunc(o.options, func(v []string) bool { return len(v) == 0 })
}
