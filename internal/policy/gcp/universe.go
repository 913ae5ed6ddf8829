package gcp

import (
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
)

// universe numbers all permissions that a project's roles hold: those of the
// catalogue by their index and, from a word of their own on, the literal ones
// that the catalogue does not know.
type universe struct {
	cat      *catalog.Catalog
	base     int // The first literal; a multiple of 64.
	literals []entitlement.Action
	byName   map[string]int // Literals in lower case.
}

func newUniverse(cat *catalog.Catalog) *universe {
	return &universe{cat: cat, base: (cat.Len() + 63) &^ 63, byName: map[string]int{}}
}

// index returns the number of a permission.
func (u *universe) index(permission string) (int, bool) {
	if i, ok := u.cat.Index(entitlement.Action(permission)); ok {
		return i, true
	}
	i, ok := u.byName[strings.ToLower(permission)]
	return i, ok
}

// learn returns the number of a permission, which it gives to a new one.
func (u *universe) learn(permission string) int {
	if i, ok := u.index(permission); ok {
		return i
	}
	i := u.base + len(u.literals)
	u.literals = append(u.literals, entitlement.Action(permission))
	u.byName[strings.ToLower(permission)] = i
	return i
}

// name returns the permission with a number.
func (u *universe) name(i int) entitlement.Action {
	if i >= u.base {
		return u.literals[i-u.base]
	}
	return u.cat.Info(i).Action
}

// size is the number that no permission reaches.
func (u *universe) size() int { return u.base + len(u.literals) }

// match adds what a pattern in lower case selects to a set.
func (u *universe) match(set entitlement.ActionSet, pattern string) {
	if !strings.Contains(pattern, "*") {
		if i, ok := u.index(pattern); ok {
			set.Add(i)
		}
		return
	}
	for i := range u.cat.Match(pattern).Indices() {
		set.Add(i)
	}
	for name, i := range u.byName {
		if wild(pattern, name) {
			set.Add(i)
		}
	}
}

// wild reports whether a pattern whose "*" stands for any characters matches
// all of s.
func wild(pattern, s string) bool {
	first, rest, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == s
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], next
	}
}

// permissionSet returns the permissions that a deny policy names. It writes
// them with the service's host, "iam.googleapis.com/roles.delete", roles
// without, "iam.roles.delete"; a "*" stands for any characters. See
// https://cloud.google.com/iam/docs/deny-permissions-support.
func (u *universe) permissionSet(list []string) (set entitlement.ActionSet, unknown []string) {
	set = entitlement.NewActionSet(u.size())
	for _, p := range list {
		one := entitlement.NewActionSet(u.size())
		for _, spelling := range spellings(p) {
			u.match(one, spelling)
		}
		if one.Empty() {
			unknown = append(unknown, p)
		}
		set = set.Union(one)
	}
	return set, unknown
}

// spellings returns the names, in lower case, that roles may have for a
// permission: as it is, and without its service's host.
func spellings(permission string) []string {
	permission = strings.ToLower(strings.TrimSpace(permission))
	host, rest, ok := strings.Cut(permission, "/")
	if !ok {
		return []string{permission}
	}
	service := shortService(strings.TrimSuffix(host, ".googleapis.com"))
	return []string{permission, service + "." + rest}
}

// shortService returns the word that the names of a service's permissions begin
// with, by the first word of its host.
func shortService(service string) string {
	switch service {
	case "cloudresourcemanager":
		return "resourcemanager"
	case "cloudbilling":
		return "billing"
	case "sqladmin":
		return "cloudsql"
	case "bigtableadmin":
		return "bigtable"
	case "sourcerepo":
		return "source"
	case "containerregistry":
		return "artifactregistry"
	}
	return service
}

// host returns the host of the service whose permissions begin with a word.
func host(service string) string {
	switch service {
	case "resourcemanager":
		service = "cloudresourcemanager"
	case "cloudsql":
		service = "sqladmin"
	case "bigtable":
		service = "bigtableadmin"
	}
	return service + ".googleapis.com"
}
