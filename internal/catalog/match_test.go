package catalog_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern string
		want    []string
	}{
		{"s3:GetObject", []string{"s3:GetObject"}},
		{"S3:getobject", []string{"s3:GetObject"}},
		{"s3:Get?bject", []string{"s3:GetObject"}},
		{"sqs:*Message", []string{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"}},
		{"sqs:*e*M?ssage", []string{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"}},
		{"*:PassRole", []string{"iam:PassRole"}},
		{"execute-api:*", []string{"execute-api:InvalidateCache", "execute-api:Invoke", "execute-api:ManageConnections"}},
		{"rds-db:*", []string{"rds-db:connect"}},
		{"s3:GetObjectx", nil},
		{"s3:GetObject?zz", nil},
		{"", nil},
		{"nope:*", nil},
	} {
		if diff := cmp.Diff(tt.want, actions(catalog.AWS().Match(tt.pattern))); diff != "" {
			t.Errorf("Match(%q) (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func actions(set entitlement.ActionSet) []string {
	var out []string
	for i := range set.Indices() {
		out = append(out, string(catalog.AWS().Info(i).Action))
	}
	return out
}

func TestMatchAll(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	for _, pattern := range []string{"*", "**", "*:*", "*?*", "?*:*"} {
		if !c.Match(pattern).Equal(c.All()) {
			t.Errorf("Match(%q) is not every action", pattern)
		}
	}
}

func TestMatchService(t *testing.T) {
	t.Parallel()
	c := catalog.AWS()
	perService := map[string]int{}
	for i := range c.Len() {
		perService[c.Info(i).Service]++
	}
	for service, want := range perService {
		if got := c.Match(service + ":*").Len(); got != want {
			t.Errorf("Match(%q) has %d actions, want %d", service+":*", got, want)
		}
	}
}

// globs is the obvious matcher: row by row, which prefixes of s does each prefix
// of the pattern match?
func globs(pattern, s string) bool {
	row := make([]bool, len(s)+1)
	row[0] = true
	for _, p := range []byte(strings.ToLower(pattern)) {
		next := make([]bool, len(row))
		for i := range next {
			if p == '*' {
				next[i] = row[i] || i > 0 && next[i-1]
			} else {
				next[i] = i > 0 && row[i-1] && (p == '?' || p == s[i-1])
			}
		}
		row = next
	}
	return row[len(s)]
}

// disagreement compares all matches of a pattern, and a sample of the others,
// with the obvious matcher.
func disagreement(pattern string) string {
	const stride = 37
	c, got := catalog.AWS(), catalog.AWS().Match(pattern)
	for i := range c.Len() {
		if !got.Has(i) && (i+len(pattern))%stride != 0 {
			continue
		}
		name := string(c.Info(i).Action)
		if want := globs(pattern, strings.ToLower(name)); want != got.Has(i) {
			return fmt.Sprintf("Match(%q) of %s is %t, want %t", pattern, name, got.Has(i), want)
		}
	}
	return ""
}

// patterns draws patterns that are made of an action's name, so that most of
// them match something.
func patterns() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		c := catalog.AWS()
		b := []byte(c.Info(rapid.IntRange(0, c.Len()-1).Draw(t, "index")).Action)
		for range rapid.IntRange(0, 4).Draw(t, "cuts") {
			from := rapid.IntRange(0, len(b)).Draw(t, "from")
			to := min(len(b), from+rapid.IntRange(0, 8).Draw(t, "length"))
			wild := rapid.SampledFrom([]string{"*", "?", "**", "*?", "", "x"}).Draw(t, "wild")
			b = append(append(append([]byte(nil), b[:from]...), wild...), b[to:]...)
		}
		return mixCase(t, string(b))
	})
}

func TestMatchAgreesWithObviousMatcher(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := patterns().Draw(t, "pattern")
		if d := disagreement(pattern); d != "" {
			t.Fatal(d)
		}
	})
}

func TestMatchConcurrently(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 { // More patterns than the cache holds.
				pattern := fmt.Sprintf("s3:Get*%d", (g*500+i)%5000)
				if set := catalog.AWS().Match(pattern); !set.Empty() {
					t.Errorf("Match(%q) = %v, want none", pattern, actions(set))
				}
				if n := catalog.AWS().Match("sqs:*Message").Len(); n != 3 {
					t.Errorf("Match(sqs:*Message) has %d actions, want 3", n)
				}
			}
		})
	}
	wg.Wait()
}

func TestMatchDoesNotKeepThePattern(t *testing.T) {
	t.Parallel()
	buf := []byte("glacier:List*")
	want := catalog.AWS().Match(string(buf)).Len()
	copy(buf, "xxxxxxx")
	if got := catalog.AWS().Match("glacier:List*").Len(); got != want || got == 0 {
		t.Errorf("Match has %d actions, want %d", got, want)
	}
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"*", "s3:*", "s3:Get?bject", "*:List*", "", "?", "s3:*a*b*c*d*e*f*g*h*i*j*k", "\x00*", "é:*", "s3:\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		if len(pattern) > 256 || strings.ContainsFunc(pattern, func(r rune) bool { return r > 127 }) {
			_ = catalog.AWS().Match(pattern) // Must not panic; strings.ToLower folds more than ASCII.
			return
		}
		if d := disagreement(pattern); d != "" {
			t.Error(d)
		}
	})
}
