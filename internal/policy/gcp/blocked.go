package gcp

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
)

//go:embed blocked.txt
var blockedText string

// The last version of enforcement that is known, and the one that a policy has
// which names none or "latest". See
// https://cloud.google.com/iam/docs/pab-blocked-permissions.
const (
	knownVersion   = 4
	defaultVersion = 4
)

// blockList is the permissions that principal access boundaries block, by the
// word that a service's permissions begin with.
type blockList map[string][]block

// block is permissions of a service, by patterns in lower case of what follows
// the service, that boundaries block from a version on.
type block struct {
	version          int
	patterns, spared []string
}

// readBlockList reads the list that is built in; it is well-formed by a test.
func readBlockList() blockList {
	list := blockList{}
	for line := range strings.Lines(blockedText) {
		words := strings.Fields(strings.ToLower(line))
		version, err := strconv.Atoi(words[0])
		if err != nil {
			continue // A comment.
		}
		b := block{version: version, patterns: words[2:]}
		for i, w := range b.patterns {
			if w == "except" {
				b.patterns, b.spared = b.patterns[:i], b.patterns[i+1:]
				break
			}
		}
		list[words[1]] = append(list[words[1]], b)
	}
	return list
}

// from returns the first version that blocks a permission, 0 if none does.
func (l blockList) from(permission string) int {
	service, rest, _ := strings.Cut(strings.ToLower(permission), ".")
	first := 0
	for _, b := range l[service] {
		if (first == 0 || b.version < first) && anyWild(b.patterns, rest) && !anyWild(b.spared, rest) {
			first = b.version
		}
	}
	return first
}

func anyWild(patterns []string, s string) bool {
	for _, p := range patterns {
		if wild(p, s) {
			return true
		}
	}
	return false
}

// over returns the first version that blocks each permission of a catalogue.
func (l blockList) over(cat *catalog.Catalog) []uint8 {
	out := make([]uint8, cat.Len())
	for i := range out {
		out[i] = uint8(l.from(string(cat.Info(i).Action))) //nolint:gosec // A small number.
	}
	return out
}
