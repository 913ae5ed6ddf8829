package query

import "strings"

// didYouMean names the field that a misspelt one is closest to: `; did you mean
// "identity"?`, or where to find the fields.
func didYouMean(name string) string {
	best, distance := "", 3
	name = strings.ToLower(name)
	if info, ok := Lookup(name); ok { // An alias, or another case, where only names are taken.
		return `; did you mean "` + string(info.Name) + `"?`
	}
	if len(name) > 40 {
		return "; see the table of fields"
	}
	for _, f := range fields().list {
		for _, known := range append([]string{string(f.Name)}, f.Aliases...) {
			if d := edits(name, known); d < distance && d < len(known) {
				best, distance = known, d
			}
		}
	}
	if best == "" {
		return "; the fields are " + fieldNames()
	}
	return `; did you mean "` + best + `"?`
}

func fieldNames() string {
	var list []Field
	for _, f := range fields().list {
		list = append(list, f.Name)
	}
	return names(list)
}

// edits counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a.
func edits(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
