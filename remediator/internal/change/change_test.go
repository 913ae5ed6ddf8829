package change_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/remediator/internal/change"
)

func operations() *rapid.Generator[change.Operation] {
	return rapid.Custom(func(t *rapid.T) change.Operation {
		o := change.Operation{
			Kind: rapid.SampledFrom([]change.Kind{change.AttachedPolicy, change.InlinePolicy, change.Membership, change.Tag}).Draw(t, "kind"),
			Name: rapid.SampledFrom([]string{"a", "b", "c/d"}).Draw(t, "name"),
			Set:  rapid.Bool().Draw(t, "set"),
		}
		if o.Set && (o.Kind == change.InlinePolicy || o.Kind == change.Tag) {
			o.Value = rapid.SampledFrom([]string{"x", "y", `{"a":1}`}).Draw(t, "value")
		}
		return o
	})
}

func facts(t *rapid.T) change.Facts {
	f := change.Facts{}
	for _, o := range rapid.SliceOfN(operations(), 0, 8).Draw(t, "facts") {
		f = f.Apply(o)
	}
	return f
}

// Whatever part of a plan was done, undoing it restores the facts.
func TestUndoRestores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := change.Plan{Before: facts(t), Operations: rapid.SliceOf(operations()).Draw(t, "operations")}
		n := rapid.IntRange(0, len(p.Operations)).Draw(t, "done")
		got := p.After(n)
		for _, o := range p.Undo(p.Operations[:n]) {
			got = got.Apply(o)
		}
		if !maps.Equal(got, p.Before) {
			t.Fatalf("undone = %v, want %v", got, p.Before)
		}
	})
}

// An operation is in effect once it is done, and doing it again changes
// nothing.
func TestInEffect(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, o := facts(t), operations().Draw(t, "operation")
		after := before.Apply(o)
		if !after.InEffect(o) || !maps.Equal(after.Apply(o), after) {
			t.Fatalf("%v is not in effect in %v", o, after)
		}
		if before.InEffect(o) != (len(change.Diff(before, after)) == 0) {
			t.Fatalf("InEffect and Diff disagree on %v in %v", o, before)
		}
	})
}

func TestDiff(t *testing.T) {
	t.Parallel()
	want := change.Facts{"tag/a": "1", "inline_policy/p": `{"a": 1, "b": 2}`, "group/g": "", "inline_policy/q": "{}"}
	got := change.Facts{"tag/a": "2", "inline_policy/p": `{"b":2,"a":1}`, "attached_policy/x": "", "inline_policy/q": "{"}
	lines := []string{
		"attached_policy/x is there and should not be", "group/g is missing",
		"inline_policy/q has another value", "tag/a has another value",
	}
	if diff := cmp.Diff(lines, change.Diff(want, got)); diff != "" {
		t.Error(diff)
	}
}

func TestOperationString(t *testing.T) {
	t.Parallel()
	got := []string{
		change.Operation{Kind: change.Tag, Name: "k", Set: true, Value: "v"}.String(),
		change.Operation{Kind: change.Membership, Name: "g"}.String(),
		change.Operation{Kind: change.Boundary}.String(),
	}
	if want := []string{`set tag k = "v"`, "remove from group g", "unknown operation on boundary/"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
