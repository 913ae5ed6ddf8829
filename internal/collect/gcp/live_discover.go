package gcp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
)

// Discovered is a project that was found, before anything else of it was read.
type Discovered struct {
	System entitlement.System // With its number, and the names of the folders that it is in.
	// Ancestors are the containers above it up to the scope, the nearest first.
	Ancestors []entitlement.Scope
	Labels    map[string]string
}

// Discover finds all projects of the scope that are active, now and whenever it
// is asked anew, by id. An error means that some may be missing.
func (c *Collector) Discover(ctx context.Context) ([]Discovered, error) {
	b := newBuilder(FileOptions{Now: c.options.Now()}.withDefaults())
	w := &walk{client: c.client, found: func(at place, v any) { b.visit(at, v, 0) }}
	w.from(ctx, c.options.Scope)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("discover the projects of %s: %w", c.options.Scope, context.Cause(ctx))
	}
	for _, f := range w.failures {
		return nil, &AccessError{Problem: problem(f.code, f.subject, f.effect, f.err)}
	}
	if problems := b.problems.list(); len(problems) > 0 {
		return nil, &AccessError{Problem: problems[0]}
	}
	var all []Discovered
	for _, n := range b.tree.projects() {
		all = append(all, b.discovered(n, c.options.Scope))
	}
	return all, nil
}

func (b *builder) discovered(n *node, scope string) Discovered {
	above, _ := b.tree.ancestors(n.ref)
	if i := slices.Index(above, scope); i >= 0 {
		above = above[:i+1]
	}
	d := Discovered{Ancestors: b.tree.scopes(above), Labels: n.tags, System: entitlement.System{
		Cloud: entitlement.GCP, ID: entitlement.SystemID(strings.TrimPrefix(n.ref, "projects/")), Name: n.name, Number: n.number,
	}}
	for _, s := range d.Ancestors {
		if s.Type == "folder" && s.Name != "" {
			d.System.Folders = append(d.System.Folders, s.Name)
		}
	}
	return d
}
