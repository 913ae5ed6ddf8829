package gcp

import "context"

// above reads the containers over the scope: what they grant, they grant in it.
func (r *collection) above(ctx context.Context) {
	if len(r.below("projects/")) == 0 {
		return
	}
	seen := map[string]bool{}
	for ref := r.parent(r.options.Scope); ref != "" && !seen[ref]; ref = r.parent(ref) {
		seen[ref] = true
		q := getOf(ref)
		o, err := r.client.get(ctx, q)
		if err == nil {
			r.take(place{file: q.op.String() + " of " + ref}, map[string]any(o))
		}
		r.fail(ctx, failure{
			code: CodeHierarchy, subject: ref, err: err, effect: "the name of " + ref + ", and what is above it, may be unknown",
		})
		r.policyOf(ctx, ref)
	}
}

// parent returns what a container is in, "" if that is nothing or not known.
func (r *collection) parent(ref string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if above, _ := r.b.tree.ancestors(r.b.tree.canonical(ref)); len(above) > 0 {
		return above[0]
	}
	return ""
}
