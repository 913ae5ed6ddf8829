package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/leastward/leastward/internal/auditlog/query"
)

const typical = `outcome:denied and action:(iam:*, sts:AssumeRole) and not (username:(ana, "ben b") or address:10.0.0.0/8) | count, last by identity | sort -count | limit 10`

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.Parse(typical); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkString(b *testing.B) {
	b.ReportAllocs()
	q, err := query.Parse(typical)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_ = q.String()
	}
}

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	q, err := query.Parse(typical)
	if err != nil {
		b.Fatal(err)
	}
	data, err := q.Encode()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := query.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseLarge reads what is far too large, or as large as may be.
func BenchmarkParseLarge(b *testing.B) {
	const mib = 1 << 20
	for name, text := range map[string]string{
		"50MB":        strings.Repeat("a", 50*mib),
		"parentheses": strings.Repeat("(", mib),
		"wildcards":   "name:" + strings.Repeat("*a", mib/2-8),
		"values":      "name:(" + strings.Repeat(strings.Repeat("a", 100)+",", 9_999) + "a)",
		"quotes":      strings.Repeat(`a"b"`, mib/4),
	} {
		b.Run(fmt.Sprintf("shape=%s", name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = query.Parse(text)
			}
		})
	}
}
