package entitlement

// IsGUID reports whether s is written as Azure writes ids: 32 hexadecimal
// digits in groups of 8, 4, 4, 4 and 12.
func IsGUID(s string) bool {
	if len(s) != len("00000000-0000-0000-0000-000000000000") {
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash && s[i] != '-' || !dash && (c < '0' || c > '9' && c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
