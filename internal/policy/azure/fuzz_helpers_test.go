package azure_test

import "strings"

// plainlyMatches matches a pattern piece by piece, by trying every split.
func plainlyMatches(pattern, action string) bool {
	return pieces(strings.ToLower(strings.TrimSpace(pattern)), strings.ToLower(action))
}

func pieces(pattern, s string) bool {
	if pattern == "" {
		return s == ""
	}
	if pattern[0] != '*' {
		return s != "" && s[0] == pattern[0] && pieces(pattern[1:], s[1:])
	}
	pattern = strings.TrimLeft(pattern, "*")
	if pattern == "" {
		return true
	}
	for i := range s {
		if s[i] == pattern[0] && pieces(pattern, s[i:]) {
			return true
		}
	}
	return false
}
