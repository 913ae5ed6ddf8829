package glob

import (
	"testing"

	"pgregory.net/rapid"
)

// short lists all strings of up to four characters of a small alphabet.
func short() [][]byte {
	out := [][]byte{nil}
	for from := 0; len(out) < 1+3+9+27+81; from++ {
		for _, c := range []byte("ab/") {
			out = append(out, append(append([]byte(nil), out[from]...), c))
		}
	}
	return out
}

func drawGlob(t *rapid.T, tokens []byte) []byte {
	return rapid.SliceOfN(rapid.SampledFrom(tokens), 0, 4).Draw(t, "glob")
}

// matches is the plainest matcher: it tries everything.
func matches(glob, s []byte) bool {
	if len(glob) == 0 {
		return len(s) == 0
	}
	switch g := glob[0]; {
	case rest(g):
		return matches(glob[1:], s) || len(s) > 0 && takes(g, s[0]) && matches(glob, s[1:])
	case len(s) == 0:
		return false
	case g == AnyOne || g == AnyOneFlat && s[0] != '/' || g == s[0]:
		return matches(glob[1:], s[1:])
	}
	return false
}

func TestCoversLiteral(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := drawGlob(t, []byte{'a', 'b', '/', AnyOne, AnyRest})
		for _, s := range short() {
			if got := Covers(g, s); got != matches(g, s) {
				t.Fatalf("covers(%q, %q) = %t", g, s, got)
			}
		}
	})
}

func TestCoversImpliesMatching(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawGlob(t, []byte{'a', 'b', '/', AnyOne, AnyRest})
		q := drawGlob(t, []byte{'a', 'b', '/', AnyOne, AnyRest, AnyOneFlat, AnyRestFlat})
		if !Covers(p, q) {
			return
		}
		for _, s := range short() {
			if matches(q, s) && !matches(p, s) {
				t.Fatalf("%q does not cover %q: see %q", p, q, s)
			}
		}
	})
}

// Two globs of up to four tokens that overlap do so in a string of few
// characters, so that trying all short ones finds it.
func TestOverlapsIsExact(t *testing.T) {
	t.Parallel()
	all := short()
	rapid.Check(t, func(t *rapid.T) {
		tokens := []byte{'a', 'b', '/', AnyOne, AnyRest, AnyOneFlat, AnyRestFlat, Variable}
		a := rapid.SliceOfN(rapid.SampledFrom(tokens), 0, 2).Draw(t, "a")
		b := rapid.SliceOfN(rapid.SampledFrom(tokens), 0, 2).Draw(t, "b")
		common := false
		for _, s := range all {
			common = common || matches(a, s) && matches(b, s)
		}
		if got := Overlaps(a, b); got != common || Overlaps(b, a) != common {
			t.Fatalf("overlaps(%q, %q) = %t", a, b, got)
		}
	})
}

func TestMatchTakesWholeCharacters(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{"*?b*": true, "*??b*": false, "?b?": true, "*?X": true} {
		if got := Match(Encode(pattern, false), "€bX"); got != want {
			t.Errorf("%s: %t", pattern, got)
		}
	}
}

func TestLongGlobs(t *testing.T) {
	t.Parallel()
	long := make([]byte, 2000)
	for i := range long {
		long[i] = AnyRest
	}
	if !Overlaps(append([]byte("a"), long...), append(long, 'b')) {
		t.Error("two long globs do not overlap")
	}
}

func FuzzGlob(f *testing.F) {
	f.Add([]byte("a\x02b\x01"), []byte("aab\x02"))
	f.Add([]byte("\x02\x02\x02a"), []byte("\x04\x05/"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a) > 200 || len(b) > 200 {
			return
		}
		overlap := Overlaps(a, b)
		if overlap != Overlaps(b, a) {
			t.Fatal("overlaps depends on the order")
		}
		plain := true
		for _, c := range b {
			plain = plain && Literal(c)
		}
		if plain && !overlap && Covers(a, b) {
			t.Fatal("a covers b and has nothing in common with it")
		}
	})
}
