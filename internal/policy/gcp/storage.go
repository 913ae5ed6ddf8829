package gcp

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// storageView is what of a project's policies is about Cloud Storage, so that
// each bucket is held against what may concern it alone.
type storageView struct {
	permissions entitlement.ActionSet // On buckets and what is in them.
	above       []int32               // Grants on the project and above it.
	within      map[string][]int32    // Grants on a bucket and on what is in it, by its name.
}

func (p *Project) viewStorage() *storageView {
	v := &storageView{permissions: entitlement.NewActionSet(p.universe.size()), within: map[string][]int32{}}
	for _, pattern := range []string{"storage.buckets.*", "storage.objects.*", "storage.managedfolders.*", "storage.folders.*", "storage.multipartuploads.*"} {
		p.universe.match(v.permissions, pattern)
	}
	for i := range p.grants {
		switch g := &p.grants[i]; {
		case g.level != below:
			v.above = append(v.above, int32(i)) //nolint:gosec // far fewer
		case strings.HasPrefix(g.scope, storageHost):
			bucket := bucketOf(g.scope)
			v.within[bucket] = append(v.within[bucket], int32(i)) //nolint:gosec // far fewer
		}
	}
	return v
}

// grants returns the grants that may concern a bucket, in the order of the
// inventory.
func (v *storageView) grants(name string) []int32 {
	list := append(slices.Clone(v.above), v.within[bucketOf(name)]...)
	slices.Sort(list)
	return list
}

// bucketOf returns the bucket that a canonical name of Cloud Storage is of.
func bucketOf(name string) string {
	rest, _ := strings.CutPrefix(name, storageHost)
	return storageHost + first(rest)
}
