package search

import "strings"

// containsFold tells whether a text contains another, whatever the case.
func containsFold(s, part string) bool {
	have, want := []rune(s), []rune(part)
	for i := 0; i+len(want) <= len(have); i++ {
		if strings.EqualFold(string(have[i:i+len(want)]), part) {
			return true
		}
	}
	return false
}
