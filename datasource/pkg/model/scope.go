package model

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/api"
)

// everything leaves out what stands for everything: the "All" of a template
// variable that no front end took away.
func (s *Scope) everything() {
	s.Clouds, s.Systems, s.Folders = named(s.Clouds), named(s.Systems), named(s.Folders)
}

// named returns the names of a list; none where one of them is everything.
func named[T ~string](values []T) []T {
	if slices.ContainsFunc(values, func(v T) bool { return IsAll(string(v)) }) {
		return nil
	}
	return slices.DeleteFunc(values, func(v T) bool { return strings.TrimSpace(string(v)) == "" })
}

// IsAll reports whether a value is the "All" of a template variable.
func IsAll(value string) bool { return value == "$__all" || value == "All" || value == ".*" }

// Holds reports whether a system is in the scope: of one of its clouds, and one
// of its systems or in one of its folders.
func (s *Scope) Holds(one *api.SystemInfo) bool {
	if len(s.Clouds) > 0 && !slices.Contains(s.Clouds, one.Cloud) {
		return false
	}
	if len(s.Systems) == 0 && len(s.Folders) == 0 {
		return true
	}
	return slices.Contains(s.Systems, one.ID) || slices.ContainsFunc(one.Folders, func(f string) bool { return slices.Contains(s.Folders, f) })
}
