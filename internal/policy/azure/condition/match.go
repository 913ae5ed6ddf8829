package condition

// matches reports whether all of s matches a pattern of StringLike: "*" stands
// for any characters, "?" for one, a backslash takes their meaning away.
func matches(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		c, n, wild := part(pattern[p:])
		size := 1
		if wild && c == '?' {
			size = runeLen(s[i:])
		}
		switch {
		case n > 0 && wild && c == '*':
			star, mark = p+n, i
			p += n
		case n > 0 && (wild || c == s[i]):
			p += n
			i += size
		case star >= 0:
			mark++
			p, i = star, mark
		default:
			return false
		}
	}
	for p < len(pattern) {
		c, n, wild := part(pattern[p:])
		if !wild || c != '*' {
			return false
		}
		p += n
	}
	return true
}

// part reads one byte of a pattern and whether it is a wildcard.
func part(pattern string) (c byte, n int, wild bool) {
	if pattern == "" {
		return 0, 0, false
	}
	if len(pattern) > 1 && pattern[0] == '\\' && (pattern[1] == '*' || pattern[1] == '?') {
		return pattern[1], 2, false
	}
	return pattern[0], 1, pattern[0] == '*' || pattern[0] == '?'
}

// runeLen returns how many bytes the first character of s takes.
func runeLen(s string) int {
	for i := range s {
		if i > 0 {
			return i
		}
	}
	return len(s)
}
