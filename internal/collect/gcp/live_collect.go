package gcp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/entitlement"
)

// Collection is what the APIs tell of all projects of a scope.
type Collection struct {
	Estate
	// Unread are projects that are there and of which too little could be read to
	// say anything, with why.
	Unread map[entitlement.SystemID]entitlement.Problem
	// Containers are the projects, folders and organizations of the scope, as
	// "projects/p": those whose logs are to be read.
	Containers []string
	// Recorded are the services whose every Data Access log is switched on, as
	// "storage", by project.
	Recorded map[entitlement.SystemID][]string
}

// collection is one run of Collect.
type collection struct {
	*Collector

	mu       sync.Mutex // Guards the fields below: the sources read at the same time.
	b        *builder
	failures []failure
	audited  map[string][]object // Audit configurations by container.
	unread   map[string]failure  // Projects whose policy is refused.
	leaving  map[string]bool     // Projects that are about to be deleted.
}

// Collect reads who may do what in all projects of the scope. It returns an
// error only if there is nothing to speak of: no project, or no allow policy of
// the one that is the scope, could be read, or ctx was cancelled. Every other
// source that fails leaves out what it has and becomes a problem. When the
// deadline of ctx passes, what was read until then is returned.
func (c *Collector) Collect(ctx context.Context) (*Collection, error) {
	r := &collection{
		Collector: c, b: newBuilder(FileOptions{Now: c.options.Now(), Logger: c.options.Logger}.withDefaults()),
		audited: map[string][]object{}, unread: map[string]failure{}, leaving: map[string]bool{},
	}
	resources, policies := r.common(ctx)
	if resources != nil || policies != nil {
		r.oneByOne(ctx, resources != nil, policies != nil)
	}
	r.above(ctx)
	r.contained(ctx)
	r.groups(ctx)
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil, fmt.Errorf("collect %s: %w", c.options.Scope, context.Cause(ctx))
	}
	return r.result(ctx)
}

// common reads what is read in one go for all of the scope, and returns why the
// lists of resources and of allow policies are not whole.
func (r *collection) common(ctx context.Context) (resources, policies error) {
	var sources errgroup.Group
	sources.Go(func() error { resources = r.resources(ctx); return nil })
	sources.Go(func() error { policies = r.policies(ctx); return nil })
	sources.Go(func() error { r.orgPolicies(ctx); return nil })
	sources.Go(func() error { r.predefined(ctx); return nil })
	sources.Go(func() error { r.directory(ctx); return nil })
	_ = sources.Wait() // The sources report problems, not errors.
	return resources, policies
}

// list reads a list and gives its records to the builder.
func (r *collection) list(ctx context.Context, q call, of, list string) error {
	return r.client.pages(ctx, q, list, r.records(q.op, of))
}

// records returns what takes the records of an answer, one after the other.
func (r *collection) records(op apiMethod, of string) func(page, i int, v any) {
	at, n := place{file: op.String() + " of " + of, byte: -1}, 0
	return func(_, _ int, v any) {
		n++
		at.n = n
		r.take(at, v)
	}
}

// take gives a record to the builder.
func (r *collection) take(at place, v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteAudit(asObject(v))
	r.noteState(asObject(v))
	r.b.visit(at, v, 0)
}

// noteState notes projects that are about to be deleted, in which nothing works
// any longer.
// https://cloud.google.com/resource-manager/reference/rest/v1/projects#LifecycleState
func (r *collection) noteState(o object) {
	state := o.object("resource", "data").text("lifecycleState")
	if ref := containerOf(o.text("name")); strings.HasPrefix(ref, "projects/") && strings.HasPrefix(state, "DELETE_") {
		r.leaving[ref] = true
	}
}

// fail notes what could not be read.
func (r *collection) fail(ctx context.Context, f failure) {
	if f.err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	r.options.Logger.WarnContext(ctx, "a source of the collection is incomplete", "scope", r.options.Scope, "code", f.code, "subject", f.subject)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, f)
}

// each calls read for several things at a time.
func (r *collection) each(list []string, read func(string)) {
	var group errgroup.Group
	group.SetLimit(r.options.Parallel)
	for _, one := range list {
		group.Go(func() error { read(one); return nil })
	}
	_ = group.Wait() // The functions return nil.
}

// below returns the containers of the scope of which something is known, as
// "projects/p".
func (r *collection) below(kind string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	scope := r.b.tree.canonical(r.options.Scope)
	var out []string
	for ref, n := range r.b.tree.nodes {
		if ref != n.ref || r.leaving[ref] || r.leaving["projects/"+n.number] || !strings.HasPrefix(ref, kind) || kind == "projects/" && !n.present {
			continue
		}
		if above, _ := r.b.tree.ancestors(ref); ref == scope || slices.ContainsFunc(above, func(a string) bool { return r.b.tree.canonical(a) == scope }) {
			out = append(out, ref)
		}
	}
	slices.Sort(out)
	return out
}

// result makes the inventories, and gives each project its problems.
func (r *collection) result(ctx context.Context) (*Collection, error) {
	projects := r.below("projects/")
	containers := slices.Concat(r.below("organizations/"), r.below("folders/"), projects)
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &Collection{Estate: *r.b.assemble(), Containers: containers, Unread: map[entitlement.SystemID]entitlement.Problem{}}
	own := map[entitlement.SystemID]bool{}
	for _, ref := range projects {
		own[entitlement.SystemID(strings.TrimPrefix(ref, "projects/"))] = true
	}
	for ref, f := range r.unread {
		id := entitlement.SystemID(strings.TrimPrefix(r.b.tree.canonical(ref), "projects/"))
		delete(own, id)
		out.Unread[id] = problem(CodeMinPermission, string(id), f.effect, f.err)
	}
	out.Systems = slices.DeleteFunc(out.Systems, func(inv *entitlement.Inventory) bool { return !own[inv.System.ID] })
	if len(out.Systems) == 0 {
		return nil, r.nothing(out)
	}
	r.spread(out)
	out.Recorded = r.recorded(out.Systems)
	r.options.Logger.InfoContext(ctx, "collected from Google Cloud", "scope", r.options.Scope, "projects", len(out.Systems),
		"records", out.Stats.In, "taken", out.Stats.Taken)
	return out, nil
}

// spread gives the problems of a project to its inventory.
func (r *collection) spread(out *Collection) {
	byProject := summary(r.failures)
	for _, inv := range out.Systems {
		ref := "projects/" + string(inv.System.ID)
		for project, problems := range byProject {
			if project != "" && r.b.tree.canonical(project) == ref {
				inv.Problems = append(inv.Problems, problems...)
				delete(byProject, project)
			}
		}
	}
	out.Problems = append(out.Problems, byProject[""]...)
}

// nothing tells why there is no inventory.
func (r *collection) nothing(out *Collection) error {
	for _, p := range out.Unread {
		return &AccessError{Problem: p}
	}
	for _, problems := range summary(r.failures) {
		for _, p := range problems {
			if p.Code == CodeAssets || p.Code == CodeHierarchy {
				p.Code = CodeMinPermission
				return &AccessError{Problem: p}
			}
		}
	}
	return fmt.Errorf("collect %s: no project is there, or none that the credentials may see; check the scope", r.options.Scope)
}

// AccessError tells that too little may be read to say anything.
type AccessError struct{ Problem entitlement.Problem }

func (e *AccessError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Problem.Code, e.Problem.Subject, e.Problem.Message)
}
