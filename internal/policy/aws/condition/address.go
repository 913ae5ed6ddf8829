package condition

import (
	"net/netip"
	"strings"
)

// parseRange reads an address, which stands for itself alone, or a range in CIDR
// notation, of IPv4 or IPv6.
func parseRange(s string) (netip.Prefix, bool) {
	if !strings.Contains(s, "/") {
		a, ok := parseAddress(s)
		return netip.PrefixFrom(a, a.BitLen()), ok
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, true
}

// parseAddress reads an address. What can be none is told apart beforehand,
// because an error of netip takes memory.
func parseAddress(s string) (netip.Addr, bool) {
	for i := range len(s) {
		if !strings.ContainsRune("0123456789abcdefABCDEF.:", rune(s[i])) {
			return netip.Addr{}, false
		}
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil
}
