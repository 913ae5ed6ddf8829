package query

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// checkCount tells what is wrong with the number of values, "" if nothing is.
func checkCount(op Operator, count int) string {
	plain, _ := op.Plain()
	switch {
	case plain == Exists && count > 0:
		return string(op) + " takes no values"
	case plain != Exists && count == 0:
		return "is missing; " + string(op) + " needs a value"
	case (plain == Greater || plain == Less) && count > 1:
		return string(op) + " takes one value"
	}
	return ""
}

// checkValue tells what is wrong with a value, "" if nothing is.
func checkValue(info *Info, op Operator, value string) string {
	plain, _ := op.Plain()
	switch {
	case value == "" && !info.Allows(NotExists):
		return "is empty; leave it out"
	case value == "":
		return fmt.Sprintf("is empty; ask for events without %s with not_exists", info.Name)
	case len(value) > MaxValue:
		return fmt.Sprintf("has %d bytes; at most %d are taken", len(value), MaxValue)
	case plain == Matches && strings.Count(value, "*")+strings.Count(value, "?") > MaxPattern && wildcards(value) > MaxPattern:
		return fmt.Sprintf("has %d wildcards; at most %d are taken", wildcards(value), MaxPattern)
	case plain == InCIDR:
		return checkNetwork(value)
	case len(info.Values) > 0 && !slices.Contains(info.Values, value):
		return fmt.Sprintf("%s is not one of %s", quote(value), strings.Join(info.Values, ", "))
	case info.Kind == KindTime:
		return checkTime(value)
	case info.Kind == KindTag && plain != Contains && plain != Matches && strings.HasPrefix(value, "="):
		return quote(value) + " has no key; write key or key=value"
	}
	return ""
}

func wildcards(pattern string) (n int) {
	for _, p := range SplitPattern(pattern) {
		if p.Wildcard != 0 {
			n++
		}
	}
	return n
}

func checkNetwork(value string) string {
	if _, err := netip.ParsePrefix(value); err == nil {
		return ""
	}
	if a, err := netip.ParseAddr(value); err == nil && a.Zone() == "" {
		return fmt.Sprintf("%s is an address, not a network; write %s/%d for it alone", quote(value), a, a.BitLen())
	}
	return quote(value) + " is not a network; write it like 10.0.0.0/8 or 2001:db8::/32"
}

func checkTime(value string) string {
	t, err := time.Parse(time.RFC3339, value)
	switch {
	case err != nil:
		return quote(value) + " is not a time; write it like 2026-01-31T12:00:00Z"
	case !storable(t):
		return fmt.Sprintf("the year %d is not between 1678 and 2261", t.Year())
	}
	return ""
}
