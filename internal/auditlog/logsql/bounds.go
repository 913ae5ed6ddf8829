package logsql

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/leastward/leastward/internal/auditlog/query"
	"github.com/leastward/leastward/internal/auditlog/row"
)

// nanoseconds is RFC 3339 to the last digit: the engine takes a shorter time
// for the whole second or minute.
const nanoseconds = "2006-01-02T15:04:05.000000000Z"

// instant is the filter that a time is after (Greater) or before another.
func instant(f query.Field, op query.Operator, value string) string {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return nothing // Validate refuses it.
	}
	if f == query.Ingested {
		return ingested(op, t)
	}
	sign := "<"
	if op == query.Greater {
		sign = ">"
	}
	return row.Time + ":" + sign + quote(t.UTC().Format(nanoseconds))
}

// Ingested is the filter for events stored from a time on, and before another.
func Ingested(from, to time.Time) string {
	return all(ingested(query.Greater, from.Add(-1)), ingested(query.Less, to))
}

// slack is more than what a nanosecond since 1970 loses as a floating-point
// number.
const slack = 2048

// firstIngested is the first time whose nanoseconds have 19 digits, as those of
// all times have until 2286: September 2001.
const firstIngested = 1_000_000_000_000_000_000

// ingested compares nanoseconds since 1970. The engine compares numbers as
// floating-point ones, which is fast and not exact, and then texts of the same
// length, which is.
func ingested(op query.Operator, t time.Time) string {
	n := max(t.UnixNano(), firstIngested)
	number := strconv.FormatInt(n, 10)
	if op == query.Greater {
		after := strconv.FormatInt(n+1, 10)
		return fmt.Sprintf(`(%[1]s:>=%[2]d %[1]s:string_range(%[3]q, ":"))`, row.Ingested, n-slack, after)
	}
	return fmt.Sprintf(`(%[1]s:<=%[2]d %[1]s:string_range("0", %[3]q))`, row.Ingested, n+slack, number)
}

// within is the filter that a column is an address of a network. What is no
// address is in none.
func within(column, network string) string {
	p, err := netip.ParsePrefix(network)
	if err != nil {
		return nothing // Validate refuses it.
	}
	p = p.Masked()
	if p.Addr().Is4() {
		return fmt.Sprintf("%s:ipv4_range(%q, %q)", column, p.Addr(), last(p))
	}
	filter := fmt.Sprintf("%s:ipv6_range(%q, %q)", column, p.Addr(), last(p))
	if mapped := netip.MustParsePrefix("::ffff:0:0/96"); p.Overlaps(mapped) {
		filter = all(filter, not(column+`:ipv4_range("0.0.0.0", "255.255.255.255")`))
	}
	return filter
}

// last returns the last address of a network.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
