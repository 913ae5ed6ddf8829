package gcp

import "slices"

// truth is how surely something holds.
type truth uint8

const (
	no truth = iota
	perhaps
	yes
)

// and returns how surely both hold.
func (t truth) and(u truth) truth { return min(t, u) }

// or returns how surely one of both holds, where they are independent.
func (t truth) or(u truth) truth { return max(t, u) }

// sorted returns the words, each once.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
